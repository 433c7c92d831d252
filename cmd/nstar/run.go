package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"nstar/interp"
)

// A Command is one call of nstar and what it inherits.
type Command struct {
	Args, Env      []string // without the program's name
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Signals        <-chan os.Signal
	Terminal       bool // somebody types at Stdin
	Edit           bool // and sees Stdout, on a terminal that can be drawn on
}

const usage = `usage: nstar [--trace] [-i] [FILE [ARG…]]
       nstar [--trace] [-i] -c CODE [ARG…]
       nstar help [WORD]
       nstar recipes [NAME]
       nstar doctor [--json]
       nstar test [--update] FILE…
`

const details = `
Without FILE nstar is a prompt, or runs what a pipe gives it; - is standard input.

  -c CODE      run CODE
  -i           prompt afterwards
  --trace      show every system call that a task makes
  -h, --help   show this
  --version    show the version

help shows the page of a word, recipes the scripts inside the binary, doctor what this machine permits, and
test compares transcripts with what they print now. A file named like one of these is run as ./help.

Exit status: the script's own, or that of the program that it becomes, or that failed it; 1 after another
error; 2 when the command line is wrong; 126 and 127 when the script, or a program, cannot be read or executed,
or is missing; 128+n when signal n ended it.
`

// Run is the whole program but for the process around it. It returns the exit status.
func Run(c Command) int {
	o, err := parse(c.Args)
	if err != nil {
		fmt.Fprintf(c.Stderr, "nstar: %v\n%s", err, usage)
		return interp.StatusUsage
	}
	switch {
	case o.help:
		fmt.Fprint(c.Stdout, usage, details)
		return 0
	case o.version:
		fmt.Fprintln(c.Stdout, "nstar", version())
		return 0
	}
	if verb := verbs[o.verb]; verb != nil {
		return verb(c, o.rest)
	}
	return session(c, o)
}

// session runs a script, a prompt, or one after the other.
func session(c Command, o options) int {
	prompt := o.interactive || !o.hasCode && o.file == "" && c.Terminal
	in := interp.New(interp.Options{
		Args: o.argv(), Env: c.Env, Stdin: c.Stdin, Stdout: c.Stdout, Stderr: c.Stderr,
		Signals: c.Signals, Trace: o.trace, Adopt: true, Edit: prompt && c.Edit,
	})
	ctx := context.Background()
	status := 0
	switch {
	case o.hasCode:
		status = in.RunCode(ctx, o.code)
	case o.file == "-" || o.file == "" && !prompt:
		status = in.RunStdin(ctx)
	case o.file != "":
		status = in.RunFile(ctx, o.file)
	}
	if prompt && !in.Ended() {
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
