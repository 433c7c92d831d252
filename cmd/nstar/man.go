package main

import (
	"fmt"
	"strings"

	"nstar/builtins"
	"nstar/interp"
)

// man prints the manual page of nstar, or of one word, for man -l -.
func man(c Command, _ given, args []string) int {
	var s strings.Builder
	switch len(args) {
	case 0:
		writeMan(&s)
	case 1:
		word := builtins.Lookup(args[0])
		if word == nil {
			return fail(c, fmt.Errorf("there is no word %s%s", args[0], interp.DidYouMean(args[0], wordNames())))
		}
		if err := word.WriteManPage(&s); err != nil {
			return fail(c, err)
		}
	default:
		return findVerb("man").misuse(c, fmt.Errorf("one WORD at a time, but got %d", len(args)))
	}
	return c.print(s.String())
}

func wordNames() []string {
	var names []string
	for _, b := range builtins.All() {
		names = append(names, b.Name())
	}
	return names
}

func writeMan(s *strings.Builder) {
	section := func(title string, paragraphs ...string) {
		fmt.Fprintf(s, ".SH %s\n", title)
		for i, text := range paragraphs {
			if i > 0 {
				s.WriteString(".PP\n")
			}
			s.WriteString(builtins.Roff(text) + "\n")
		}
	}
	s.WriteString(".TH NSTAR 1\n")
	section("NAME", "nstar - a shell whose words are system calls")
	s.WriteString(".SH SYNOPSIS\n.nf\n")
	for _, form := range synopses() {
		fmt.Fprintf(s, "\\fBnstar\\fP %s\n", builtins.Roff(form))
	}
	s.WriteString(".fi\n")
	section("DESCRIPTION",
		"nstar runs Starlark whose words are system calls, spelled as in the manual pages. They are made not by nstar itself, but by tasks: processes with one thread that it drives from outside.",
		"Without FILE it is a prompt, or runs what a pipe gives it; - is standard input. argv has the arguments of a script, environ its environment.")
	section("OPTIONS")
	manOptions(s, nstarOptions)
	section("SUBCOMMANDS", "A file of such a name is run as ./help.")
	for _, v := range verbs() {
		fmt.Fprintf(s, ".TP\n\\fBnstar\\fP %s\n%s.\n", builtins.Roff(v.synopsis()), builtins.Roff(capital(v.about())))
		if len(v.options) > 0 {
			s.WriteString(".RS\n")
			manOptions(s, v.options)
			s.WriteString(".RE\n")
		}
	}
	section("EXIT STATUS", capital(statuses))
	s.WriteString(".SH ENVIRONMENT\n")
	for _, e := range environment {
		fmt.Fprintf(s, ".TP\n.B %s\n%s.\n", builtins.Roff(e.name), builtins.Roff(capital(e.doc)))
	}
	_ = builtins.WriteManWords(s) // a Builder does not fail
	section("SEE ALSO", "namespaces(7), clone(2), unshare(1), nsenter(1), capabilities(7), cgroups(7)")
}

func manOptions(s *strings.Builder, options []option) {
	for _, o := range options {
		fmt.Fprintf(s, ".TP\n.B %s\n%s.\n", builtins.Roff(o.typed()), builtins.Roff(capital(o.doc)))
	}
}

// environment lists the variables that nstar itself looks at.
var environment = []struct{ name, doc string }{
	{"PATH", "where programs are looked for"},
	{"XDG_STATE_HOME", "the folder in which the prompt keeps its history, in nstar/history; ~/.local/state if it is not set"},
	{"VISUAL, EDITOR", "the editor that the prompt starts at Ctrl-X Ctrl-E"},
	{"PAGER", "the program that shows long texts at the prompt"},
	{"NO_COLOR, CLICOLOR, CLICOLOR_FORCE", "whether the prompt is coloured"},
	{"TERM", "the kind of the terminal; at one that is dumb the prompt reads plain lines"},
}
