package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"syscall"

	"nstar/interp"
)

// A Command is one call of nstar and what it inherits.
type Command struct {
	Args, Env      []string // without the program's name
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Signals        func() <-chan os.Signal // that end what it does; it takes none before it is asked for them
	Terminal       bool                    // somebody types at Stdin
	Edit           bool                    // and sees Stdout, on a terminal that can be drawn on
}

// Run is the whole program but for the process around it. It returns the exit status.
func Run(c Command) int {
	l, err := parse(c.Args)
	if err != nil {
		return misuse(c, "%v", err)
	}
	switch {
	case l.options.has("help"):
		return c.print(details())
	case l.options.has("version"):
		return c.print("nstar " + version() + "\n")
	case l.verb != nil:
		return l.verb.call(c, l.rest)
	}
	return session(c, l)
}

// print writes what a verb has to say, all at once. Whoever closes the pipe needs no message.
func (c Command) print(text string) int {
	c.Signals() // from then on a closed pipe is an error, and not the end
	_, err := io.WriteString(c.Stdout, text)
	switch {
	case errors.Is(err, syscall.EPIPE):
		return 128 + int(syscall.SIGPIPE)
	case err != nil:
		return fail(c, err)
	}
	return 0
}

// session runs a script, a prompt, or one after the other.
func session(c Command, l commandLine) int {
	code, hasCode := l.options["c"]
	prompt := l.options.has("i") || !hasCode && l.file == "" && c.Terminal
	in := interp.New(interp.Options{
		Args: l.argv(), Env: c.Env, Stdin: c.Stdin, Stdout: c.Stdout, Stderr: c.Stderr,
		Signals: c.Signals, Trace: l.options.has("trace"), Adopt: true, Prompt: prompt, Edit: prompt && c.Edit,
	})
	ctx := context.Background()
	status, replaced := 0, false
	if prompt && !l.options.has("no-init") {
		status, replaced = in.Startup(ctx)
	}
	switch {
	case replaced:
	case hasCode:
		status = in.RunCode(ctx, code)
	case l.file == "-" || l.file == "" && !prompt:
		status = in.RunStdin(ctx)
	case l.file != "":
		status = in.RunFile(ctx, l.file)
		hintVerb(c, l.file)
	}
	if prompt && !replaced && !in.Ended() {
		lines := in.LineReader()
		status = in.Prompt(ctx, lines)
		lines.Close()
	}
	status = in.Finish(ctx, status)
	if err := in.Close(); err != nil {
		fmt.Fprintf(c.Stderr, "nstar: %v\n", err)
		return max(status, interp.StatusError)
	}
	return status
}

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
