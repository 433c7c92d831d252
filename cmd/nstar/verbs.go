package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"nstar/interp"
)

// A verb is a subcommand. All that there is to know of one is here: the command line, --help, the manual page and
// the completion of shells come from it.
type verb struct {
	name     string
	operands string   // as in a SYNOPSIS
	doc      string   // what it does, without a full stop
	more     string   // what else one should know, likewise
	options  []option // but for --help
	of       operand
	run      func(c Command, o given, args []string) int
}

// An operand is what the operands of a verb are, for a shell to complete.
type operand uint8

const (
	nothing operand = iota
	aWord
	aRecipe
	aTest // a transcript
	aScript
	aShell // bash, zsh or fish
)

// verbs are the subcommands. The first word of the command line is one of these, or a file.
func verbs() []verb {
	return []verb{{
		name: "help", operands: "[WORD…]", of: aWord, run: help,
		doc:     "shows the pages of words, or without one all words by shelf",
		options: []option{{name: "names", doc: "show the names of all words, one a line"}},
	}, {
		name: "recipes", operands: "[NAME]", of: aRecipe, run: recipes,
		doc:     "shows a script of those inside the binary, or lists them",
		options: []option{{name: "names", doc: "show the names of all recipes, one a line"}},
	}, {
		name: "doctor", run: doctor,
		doc:     "tells what this machine permits, why not more, and what would change that",
		more:    "The exit status is 0 if namespaces can be made",
		options: []option{{name: "json", doc: "show it as JSON"}},
	}, {
		name: "test", operands: "FILE…", of: aTest, run: test,
		doc:  "runs tests, and compares recorded sessions with what they print now",
		more: "Tests are the functions test_… of *_test.star files, also of those below a folder; each runs in a session of its own. Other files are recorded sessions",
		options: []option{
			{name: "run", arg: "REGEXP", doc: "run only the tests whose names match"},
			{name: "v", doc: "show also what tests print that pass"},
			{name: "update", doc: "rewrite the sessions instead"},
		},
	}, {
		name: "fmt", operands: "[FILE…]", of: aScript, run: fmtScripts,
		doc:  "prints scripts in the one form that all have",
		more: "Without FILE it formats standard input; of a folder, all .star files below it",
		options: []option{
			{name: "l", doc: "list the files that have another form; if there are any, the exit status is 1"},
			{name: "d", doc: "show what would change, likewise"},
			{name: "w", doc: "write it to the files"},
		},
	}, {
		name: "lsp", run: serveLSP,
		doc:     "is the language server for an editor, on standard input and output",
		more:    "It knows the words, tells what is wrong with a script, and runs nothing of it",
		options: []option{{name: "stdio", doc: "do so, as without it"}},
	}, {
		name: "man", operands: "[WORD]", of: aWord, run: man,
		doc: "prints the manual page of nstar, or of a word, for man -l -",
	}, {
		name: "completion", operands: "bash|zsh|fish", of: aShell, run: completion,
		doc:  "prints what a shell needs to complete the command line of nstar",
		more: "For bash: source <(nstar completion bash)",
	}}
}

// findVerb returns nil if there is none of that name.
func findVerb(name string) *verb {
	for _, v := range verbs() {
		if v.name == name {
			return &v
		}
	}
	return nil
}

// call runs the verb with what is behind it on the command line.
func (v *verb) call(c Command, args []string) int {
	o := given{}
	operands, err := o.operands(v.allOptions(), args)
	switch {
	case err != nil:
		return v.misuse(c, err)
	case o.has("help"):
		return c.print(v.page())
	case v.operands == "" && len(operands) > 0:
		return v.misuse(c, fmt.Errorf("%s takes no %q", v.name, operands[0]))
	}
	return v.run(c, o, operands)
}

// misuse shows how the verb is used.
func (v *verb) misuse(c Command, err error) int {
	fmt.Fprintf(c.Stderr, "nstar %s: %v\nusage: nstar %s\n", v.name, err, v.synopsis())
	return interp.StatusUsage
}

func misuse(c Command, format string, args ...any) int {
	fmt.Fprintf(c.Stderr, "nstar: "+format+"\n%s", append(args, usage())...)
	return interp.StatusUsage
}

func fail(c Command, err error) int {
	fmt.Fprintf(c.Stderr, "nstar: %v\n", err)
	var sig *interp.Signaled
	if errors.As(err, &sig) {
		return sig.Status()
	}
	return interp.StatusError
}

// hintVerb says which verb may have been meant by the name of a file that is not there.
func hintVerb(c Command, file string) {
	if strings.ContainsAny(file, "/.") {
		return
	}
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		return
	}
	var names []string
	for _, v := range verbs() {
		names = append(names, "nstar "+v.name)
	}
	if hint := interp.DidYouMean("nstar "+file, names); hint != "" {
		fmt.Fprintf(c.Stderr, "hint: %s\n", strings.Trim(hint, " ()"))
	}
}
