package main

import (
	"context"
	"strings"

	"nstar/builtins"
	"nstar/interp"
)

// help shows the page of each word named, or the list of words.
func help(c Command, o given, args []string) int {
	var text strings.Builder
	switch {
	case o.has("names"):
		for _, b := range builtins.All() {
			text.WriteString(b.Name() + "\n")
		}
		return c.print(text.String())
	case len(args) == 0:
		if err := builtins.WriteIndex(&text); err != nil {
			return fail(c, err)
		}
		return c.print(text.String())
	}
	in := interp.New(interp.Options{Stdin: c.Stdin, Stdout: &text, Stderr: c.Stderr, Signals: c.Signals})
	defer in.Close()
	for _, name := range args {
		err := in.Item(context.Background(), name+"?")
		if v := findVerb(name); err != nil && v != nil {
			text.WriteString(v.page())
		} else if err != nil {
			in.PrintError(err)
			return max(c.print(text.String()), interp.StatusError)
		}
	}
	return c.print(text.String())
}
