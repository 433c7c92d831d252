package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	"nstar/builtins"
	"nstar/interp"
	"nstar/scripts"
)

type verb func(c Command, args []string) int

// verbs are the subcommands. The first word of the command line is one of these, or a file.
var verbs = map[string]verb{"help": help, "recipes": recipes, "test": test, "doctor": doctor}

func misuse(c Command, format string, args ...any) int {
	fmt.Fprintf(c.Stderr, "nstar: "+format+"\n%s", append(args, usage)...)
	return interp.StatusUsage
}

func fail(c Command, err error) int {
	fmt.Fprintf(c.Stderr, "nstar: %v\n", err)
	return interp.StatusError
}

// help shows the page of each word named, or the list of words.
func help(c Command, args []string) int {
	if len(args) == 0 {
		if err := builtins.WriteIndex(c.Stdout); err != nil {
			return fail(c, err)
		}
		return 0
	}
	in := interp.New(interp.Options{Stdin: c.Stdin, Stdout: c.Stdout, Stderr: c.Stderr, Signals: c.Signals})
	defer in.Close()
	for _, name := range args {
		if err := in.Item(context.Background(), name+"?"); err != nil {
			in.PrintError(err)
			return interp.StatusError
		}
	}
	return 0
}

// doctor tells what this machine permits to the user, and what would change that.
func doctor(c Command, args []string) int {
	ctx := context.Background()
	in := interp.New(interp.Options{
		Args: append([]string{"doctor"}, args...), Env: c.Env, Stdin: c.Stdin, Stdout: c.Stdout, Stderr: c.Stderr,
		Signals: c.Signals, Adopt: true,
	})
	status := in.Finish(ctx, in.RunEmbedded(ctx, "verbs/doctor.star"))
	if err := in.Close(); err != nil {
		return fail(c, err)
	}
	return status
}

// recipes lists the scripts inside the binary, or shows one: nstar recipes hostname > my.star.
func recipes(c Command, args []string) int {
	switch len(args) {
	case 0:
		return listRecipes(c)
	case 1:
		name := strings.TrimSuffix(args[0], ".star")
		text, err := scripts.FS.ReadFile(path.Join("recipes", name+".star"))
		if err != nil {
			return fail(c, fmt.Errorf("no such recipe: %s (nstar recipes lists them)", args[0]))
		}
		c.Stdout.Write(text)
		return 0
	}
	return misuse(c, "recipes takes one NAME, but got %d", len(args))
}

func listRecipes(c Command) int {
	files, err := fs.Glob(scripts.FS, "recipes/*.star")
	if err != nil {
		return fail(c, err)
	}
	for _, file := range files {
		text, _ := scripts.FS.ReadFile(file)
		name := strings.TrimSuffix(path.Base(file), ".star")
		fmt.Fprintf(c.Stdout, "%-12s %s\n", name, summary(string(text)))
	}
	return 0
}

// summary returns the first sentence of a script's header.
func summary(text string) string {
	for l := range strings.Lines(text) {
		l = strings.TrimSpace(l)
		if !strings.HasPrefix(l, "#") {
			return ""
		}
		if strings.HasPrefix(l, "#!") || l == "#" {
			continue
		}
		return strings.TrimSpace(strings.TrimPrefix(l, "#"))
	}
	return ""
}

// test replays transcripts and shows where they differ; --update rewrites them instead.
func test(c Command, args []string) int {
	update := len(args) > 0 && (args[0] == "--update" || args[0] == "-update")
	if update {
		args = args[1:]
	}
	if len(args) == 0 {
		return misuse(c, "test needs a FILE")
	}
	status := 0
	for _, file := range args {
		status = max(status, testFile(c, file, update))
	}
	return status
}

func testFile(c Command, file string, update bool) int {
	text, err := os.ReadFile(file)
	if err != nil {
		return fail(c, err)
	}
	t := interp.ParseTranscript(file, string(text))
	results, err := t.Replay(context.Background(), "")
	if err != nil {
		return fail(c, err)
	}
	if update {
		if now := t.Update(results); now != string(text) {
			if err := os.WriteFile(file, []byte(now), 0o666); err != nil {
				return fail(c, err)
			}
		}
		return 0
	}
	n := t.Report(c.Stdout, results)
	fmt.Fprintf(c.Stdout, "%s: %d of %d as shown\n", file, len(results)-n, len(results))
	if n > 0 {
		return interp.StatusError
	}
	return 0
}
