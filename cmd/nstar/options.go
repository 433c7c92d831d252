package main

import (
	"errors"
	"fmt"
	"strings"
)

// options are what the command line says. Everything after FILE or CODE belongs to the script.
type options struct {
	help, version, trace, interactive bool

	hasCode bool
	code    string
	file    string
	verb    string
	rest    []string
}

// argv is what the script sees; argv[0] is what a shell would call $0.
func (o options) argv() []string {
	name := o.file
	switch {
	case o.hasCode:
		name = "-c"
	case name == "":
		name = "nstar"
	}
	return append([]string{name}, o.rest...)
}

func parse(args []string) (options, error) {
	var o options
	for len(args) > 0 {
		arg := args[0]
		if arg == "-" || !strings.HasPrefix(arg, "-") {
			break
		}
		args = args[1:]
		switch arg {
		case "--":
			return o.operands(args), nil
		case "-h", "--help":
			o.help = true
		case "--version":
			o.version = true
		case "--trace":
			o.trace = true
		case "-i":
			o.interactive = true
		case "-c":
			if len(args) == 0 {
				return o, errors.New("-c needs CODE")
			}
			o.hasCode, o.code, o.rest = true, args[0], args[1:]
			return o, nil
		default:
			return o, fmt.Errorf("no such flag: %s", arg)
		}
	}
	if len(args) > 0 && verbs[args[0]] != nil && !o.interactive {
		o.verb, o.rest = args[0], args[1:]
		return o, nil
	}
	return o.operands(args), nil
}

func (o options) operands(args []string) options {
	if len(args) > 0 {
		o.file, o.rest = args[0], args[1:]
	}
	return o
}
