package builtins

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.starlark.net/syntax"
)

// This file finds the word for what a user would type in a shell, by the words' own Like.

// Spelt is how a command line of a shell, as its fields, is written as the call of a word; "" if there is no
// word for it, or it takes more than to write the fields in their places. Those that are known are names, others
// strings.
func Spelt(fields []string, known func(string) bool) string {
	if slices.ContainsFunc(fields, func(s string) bool { return strings.ContainsAny(s, "\"'`$\\*?[]{}|&;<>()=~#") }) {
		return ""
	}
	for _, b := range All() {
		if text := b.likened(fields, known); text != "" {
			return text
		}
	}
	if b := Lookup(fields[0]); b != nil && len(fields) > 1 {
		return b.spelt(fields[1:], nil, known)
	}
	return ""
}

// placeholder is a field of Like that stands for an argument.
var placeholder = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Z_]+$`) })

// likened is the call if fields have the form of b.Like.
func (b *Builtin) likened(fields []string, known func(string) bool) string {
	form := strings.Fields(b.Like)
	if len(form) != len(fields) {
		return ""
	}
	var args, names []string
	for i, f := range form {
		switch {
		case placeholder().MatchString(f):
			args, names = append(args, fields[i]), append(names, strings.ToLower(f))
		case f != fields[i]:
			return ""
		}
	}
	return b.spelt(args, names, known)
}

// spelt is the call of b with arguments from a shell; names, if known, are the parameters that they may be for.
func (b *Builtin) spelt(args, names []string, known func(string) bool) string {
	if b.Fit(len(args), nil, false) != nil {
		return ""
	}
	params := b.Params()
	out := make([]string, len(args))
	for i, arg := range args {
		at := i
		if names != nil {
			if n := find(params, names[i]); n >= 0 && n < len(args) {
				at = n
			}
		}
		var takes Takes
		if at < len(params) {
			takes = b.Takes(params[at].Name)
		}
		number := takes.Subject == Unknown || takes.Subject == Process
		switch {
		case out[at] != "", strings.HasPrefix(arg, "-"):
			return ""
		case takes == flagsOf(ModeFamily) && strings.Trim(arg, "01234567") == "":
			out[at] = "0o" + strings.TrimLeft(arg[:len(arg)-1], "0") + arg[len(arg)-1:]
		case number && digits().MatchString(arg), known(arg):
			out[at] = arg
		default:
			out[at] = syntax.Quote(arg, false)
		}
	}
	return b.name + "(" + strings.Join(out, ", ") + ")"
}

var digits = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(0|[1-9][0-9]*)(\.[0-9]+)?$`) })
