package main

import (
	"errors"
	"fmt"
	"strings"

	"nstar/interp"
)

// An option of nstar, or of one of its verbs.
type option struct {
	name   string // without dashes
	letter string // its short form, or ""
	arg    string // what its value is called; "": it has none
	doc    string // what it is for, without a full stop
}

// nstarOptions stand before FILE and before the verb.
var nstarOptions = []option{
	{name: "c", arg: "CODE", doc: "run CODE"},
	{name: "i", doc: "prompt afterwards, with its names, also after an error"},
	{name: "no-init", doc: "do not run $XDG_CONFIG_HOME/nstar/init.star (~/.config) before a prompt"},
	{name: "trace", doc: "show every system call that a task makes"},
	{name: "help", letter: "h", doc: "show this"},
	{name: "version", doc: "show the version"},
}

// helpOption is one that every verb has.
var helpOption = option{name: "help", letter: "h", doc: "show how it is used"}

// String is the option as it is typed: one dash and a letter, or two dashes and more.
func (o option) String() string { return dashes(o.name) }

func dashes(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// Given are the options of a command line, by name. Those that have no value have an empty one.
type given map[string]string

func (g given) has(name string) bool {
	_, ok := g[name]
	return ok
}

// isOption tells an option from an operand. A dash alone is standard input.
func isOption(arg string) bool { return strings.HasPrefix(arg, "-") && arg != "-" }

// take reads the option that args begin with, and its value; one dash is as good as two.
func (g given) take(table []option, args []string) (rest []string, err error) {
	name, value, valued := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(args[0], "-"), "-"), "=")
	rest = args[1:]
	for _, o := range table {
		if name != o.name && (name != o.letter || name == "") {
			continue
		}
		switch {
		case o.arg == "" && valued:
			return nil, fmt.Errorf("%s takes no value", o)
		case o.arg != "" && !valued && len(rest) == 0:
			return nil, fmt.Errorf("%s needs %s", o, o.arg)
		case o.arg != "" && !valued:
			value, rest = rest[0], rest[1:]
		}
		g[o.name] = value
		return rest, nil
	}
	var names []string
	for _, o := range table {
		if len(o.name) > 1 {
			names = append(names, o.String())
		}
	}
	return nil, fmt.Errorf("no such option: %s%s", args[0], interp.DidYouMean(args[0], names))
}

// operands takes the options out of the arguments of a verb, wherever they stand; after -- there are none.
func (g given) operands(table []option, args []string) (operands []string, err error) {
	for len(args) > 0 {
		switch {
		case args[0] == "--":
			return append(operands, args[1:]...), nil
		case isOption(args[0]):
			if args, err = g.take(table, args); err != nil {
				return nil, err
			}
		default:
			operands, args = append(operands, args[0]), args[1:]
		}
	}
	return operands, nil
}

// A commandLine is what is on it. Everything after FILE or CODE belongs to the script.
type commandLine struct {
	options given
	file    string
	verb    *verb
	rest    []string
}

// argv is what the script sees; argv[0] is what a shell would call $0.
func (l commandLine) argv() []string {
	name := l.file
	switch {
	case l.options.has("c"):
		name = "-c"
	case name == "":
		name = "nstar"
	}
	return append([]string{name}, l.rest...)
}

func parse(args []string) (l commandLine, err error) {
	l.options = given{}
	for len(args) > 0 && isOption(args[0]) {
		if args[0] == "--" {
			return l.script(args[1:]), nil
		}
		if args, err = l.options.take(nstarOptions, args); err != nil {
			return l, err
		}
		if l.options.has("c") {
			l.rest = args
			return l, nil
		}
	}
	if len(args) == 0 || l.options.has("i") {
		return l.script(args), nil
	}
	if l.verb = findVerb(args[0]); l.verb == nil {
		return l.script(args), nil
	}
	if l.options.has("trace") {
		return l, errors.New("--trace is for scripts")
	}
	l.rest = args[1:]
	return l, nil
}

func (l commandLine) script(args []string) commandLine {
	if len(args) > 0 {
		l.file, l.rest = args[0], args[1:]
	}
	return l
}
