package interp

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.starlark.net/resolve"
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"nstar/builtins"
)

// typed is the name of the text that grows at the prompt. What is typed is still on the screen, so its errors
// show no position of their own, and the line only of a block that has several.
const typed = "<prompt>"

// maxComplaints bounds how many undefined names of one file are listed.
const maxComplaints = 10

// PrintError writes err as people read it: the calls that led to it, the source line with a caret, what went
// wrong, and a hint where there is one.
func (in *Interp) PrintError(err error) {
	var text bytes.Buffer
	in.writeError(&text, err)
	_, _ = text.WriteTo(in.notes)
}

func (in *Interp) writeError(w io.Writer, err error) {
	var (
		eval       *starlark.EvalError
		bad        syntax.Error
		complaints resolve.ErrorList
		several    interface{ Unwrap() []error }
		command    *commandError
	)
	hint := ""
	if errors.As(err, &command) {
		hint = command.hint
	}
	switch {
	case errors.As(err, &several): // of several deferred functions
		for _, e := range several.Unwrap() {
			in.writeError(w, e)
		}
	case errors.As(err, &eval):
		in.writeEval(w, eval, hint)
	case errors.As(err, &bad):
		in.writeSyntax(w, bad, hint)
	case errors.As(err, &complaints) && hint != "":
		in.writeComplaint(w, complaints[0], hint) // the others are its arguments
	case errors.As(err, &complaints):
		in.writeUndefined(w, complaints)
	default:
		in.writeMessage(w, err, "")
	}
}

// writeEval prints an error of running code, as seen from the innermost call.
func (in *Interp) writeEval(w io.Writer, e *starlark.EvalError, hint string) {
	stack := userFrames(e.CallStack)
	for inner := e; errors.As(errors.Unwrap(inner), &inner); {
		e, stack = inner, joinFrames(stack, userFrames(inner.CallStack))
	}
	var late interface{ CallStack() starlark.CallStack } // of a word whose call was put off
	if errors.As(errors.Unwrap(e), &late) {
		stack = userFrames(late.CallStack())
	}
	if len(stack) > 1 || len(stack) == 1 && stack[0].Pos.Filename() != typed {
		fmt.Fprintln(w, "Traceback (most recent call last):")
		for _, fr := range stack {
			fmt.Fprintf(w, "  %s: in %s\n", fr.Pos, fr.Name)
		}
		in.writeLine(w, stack[len(stack)-1].Pos)
	} else if len(stack) == 1 && in.several.Load() {
		in.writeLine(w, stack[0].Pos)
	}
	cause := errors.Unwrap(e)
	switch {
	case errors.As(cause, new(syntax.Error)), errors.As(cause, new(resolve.ErrorList)):
		in.writeError(w, cause) // a file that was to be loaded
	default:
		in.writeMessage(w, e, cmp.Or(hint, runtimeHabit(e.Msg)))
	}
}

// joinFrames returns the whole way to an inner error. Its stack starts again from the bottom when the inner
// code ran in the same thread (load, a key function), and continues the outer one when it ran in another.
func joinFrames(outer, inner starlark.CallStack) starlark.CallStack {
	if len(inner) >= len(outer) && len(outer) > 0 && inner[0] == outer[0] {
		return inner
	}
	return append(outer, inner...)
}

// userFrames drops the frames of words: the message names the word.
func userFrames(stack starlark.CallStack) starlark.CallStack {
	var own starlark.CallStack
	for _, fr := range stack {
		if fr.Pos.Filename() != "<builtin>" {
			own = append(own, fr)
		}
	}
	return own
}

// writeMessage prints what went wrong and the hint: the word's own, else the one given.
func (in *Interp) writeMessage(w io.Writer, err error, hint string) {
	msg := err.Error()
	var word *builtins.Error
	if errors.As(err, &word) && word.Hint != "" {
		hint = word.Hint
	}
	fmt.Fprintln(w, msg)
	if hint != "" && !strings.Contains(msg, "hint: ") {
		fmt.Fprintf(w, "hint: %s\n", hint)
	}
}

func (in *Interp) writeSyntax(w io.Writer, e syntax.Error, hint string) {
	line := in.sources.line(e.Pos.Filename(), int(e.Pos.Line))
	pos := offending(line, e)
	if pos.Filename() != typed {
		fmt.Fprintf(w, "%s:\n", pos)
	}
	in.writeLine(w, pos)
	fmt.Fprintf(w, "syntax error: %s\n", e.Msg)
	if hint := cmp.Or(hint, syntaxHabit(line, e.Msg)); hint != "" {
		fmt.Fprintf(w, "hint: %s\n", hint)
	}
}

// writeUndefined prints what does not resolve: each complaint once, whatever the number of places.
func (in *Interp) writeUndefined(w io.Writer, complaints resolve.ErrorList) {
	seen := map[string]bool{}
	for i, c := range complaints {
		if len(seen) == maxComplaints {
			fmt.Fprintf(w, "and %d more\n", len(complaints)-i)
			return
		}
		if !seen[c.Msg] {
			seen[c.Msg] = true
			in.writeComplaint(w, c, "")
		}
	}
}

// writeComplaint prints a name that means nothing here, and which one may have been meant.
func (in *Interp) writeComplaint(w io.Writer, e resolve.Error, hint string) {
	msg, _, _ := strings.Cut(e.Msg, " (did you mean")
	if e.Pos.Filename() != typed {
		fmt.Fprintf(w, "%s:\n", e.Pos)
	}
	if e.Pos.Filename() != typed || in.several.Load() {
		in.writeLine(w, e.Pos)
	}
	fmt.Fprintln(w, msg)
	name, ok := strings.CutPrefix(msg, "undefined: ")
	switch {
	case hint != "":
	case ok:
		hint = undefinedHint(name, in.names(e.Pos.Filename()))
	case strings.HasPrefix(msg, "multiple *args"):
		hint = "put them together: f(*(a + b))"
	}
	if hint != "" {
		fmt.Fprintf(w, "hint: %s\n", hint)
	}
}

// undefinedHint tells what may have been meant by a name that is not among those known.
func undefinedHint(name string, known []string) string {
	if hint := nameHabit(name); hint != "" {
		return hint
	}
	known = slices.DeleteFunc(slices.Clone(known), func(n string) bool { return n == name }) // bound, but elsewhere
	if best := nearest(name, known); best != "" {
		return "did you mean " + best + "?"
	}
	return ""
}

// names lists what a misspelt name of a file may have been meant to be: words, and the file's own names.
// Only the goroutine that runs the script or the prompt gets here, and it alone adds globals.
func (in *Interp) names(file string) []string {
	if src := in.sources.get(file); src != nil && file != typed { // at the prompt the globals are all there is
		if f, err := in.dialect.Parse(src.name, src.text, 0); err == nil {
			return knownNames(in.host.Predeclared(), in.globals.Keys(), boundNames(f))
		}
	}
	return knownNames(in.host.Predeclared(), in.globals.Keys())
}

// knownNames lists the names that every file sees, and a file's own.
func knownNames(vocabulary starlark.StringDict, own ...[]string) []string {
	names := slices.Concat(starlark.Universe.Keys(), vocabulary.Keys(), slices.Concat(own...))
	slices.Sort(names)
	return slices.Compact(names)
}

// boundNames returns every name that a file binds anywhere: variables, functions, parameters.
func boundNames(f *syntax.File) []string {
	var names []string
	bind := func(x syntax.Node) {
		if id, ok := x.(*syntax.Ident); ok {
			names = append(names, id.Name)
		}
	}
	syntax.Walk(f, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.AssignStmt:
			bind(n.LHS)
		case *syntax.ForStmt:
			bind(n.Vars)
		case *syntax.DefStmt:
			bind(n.Name)
			for _, p := range n.Params {
				bind(p)
			}
		}
		return true
	})
	return names
}

// writeLine prints the source line of a position with a caret below its column.
func (in *Interp) writeLine(w io.Writer, pos syntax.Position) {
	line := in.sources.line(pos.Filename(), int(pos.Line))
	if strings.TrimSpace(line) == "" || !showable(line) {
		return
	}
	text, caret := underline(line, int(pos.Col))
	fmt.Fprintf(w, "    %s\n    %s\n", text, caret)
}

// showable tells whether a source line can be put on a terminal: it is text, and no more than a screen of it.
func showable(line string) bool {
	const most = 2000
	return len(line) <= most && utf8.ValidString(line) &&
		!strings.ContainsFunc(line, func(r rune) bool { return unicode.IsControl(r) && r != '\t' && r != '\r' && r != '\n' })
}

// reportSignal says where a signal met the script: that is what one wants to know of a loop that hangs.
func (in *Interp) reportSignal(sig *Signaled, err error) {
	where := ""
	var eval *starlark.EvalError
	if errors.As(err, &eval) {
		if stack := userFrames(eval.CallStack); len(stack) > 0 {
			where = stack[len(stack)-1].Pos.String() + ": "
		}
	}
	fmt.Fprintf(in.stderr, "%s%v\n", where, sig)
}
