package interp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.starlark.net/resolve"
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"nstar/builtins"
)

// A commandError is the error of a line that was meant for a shell, with the hint what to type instead.
type commandError struct {
	error
	hint string
}

func (e *commandError) Unwrap() error { return e.error }

// asCommand gives the error of a block that was typed as a shell would have it the hint for that.
func (in *Interp) asCommand(ctx context.Context, block string, err error) error {
	var eval *starlark.EvalError
	refused := errors.As(err, new(syntax.Error)) || errors.As(err, new(resolve.ErrorList))
	if errors.As(err, &eval) { // unshare -n, where n is a number
		refused = strings.HasPrefix(eval.Msg, "unknown binary op: builtin_function_or_method") ||
			eval.Msg == "unknown unary op: - builtin_function_or_method" // of mount --help
	}
	if !refused || ctx.Err() != nil {
		return err
	}
	if hint := in.commandHint(ctx, strings.TrimSpace(block)); hint != "" {
		return &commandError{err, hint}
	}
	return err
}

// program is how the name or the path of a program is written in a command line.
var program = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[\w./~][\w./~+-]*;?$`) })

// operators are what stands alone between two values: with one in the second place it is no command line.
var operators = []string{
	"=", "==", "!=", "<", "<=", ">=", "+=", "-=", "*=", "/=", "+", "-", "*", "/", "//", "%", "and", "or", "not", "in", "if", "else", "for", "is",
}

// commandHint tells how to run a line as the command that it looks like, and which word does the same; "" if it
// is no command: there is no such program, and no word like it.
func (in *Interp) commandHint(ctx context.Context, line string) string {
	fields := strings.Fields(line)
	if strings.Contains(line, "\n") || len(fields) == 0 || len(fields) > 2 && slices.Contains(operators, fields[1]) {
		return ""
	}
	if name, _, call := strings.Cut(line, "("); call && program().MatchString(name) && !in.defined(name) &&
		nameHabit(name) == "" && in.isProgram(ctx, name) {
		return "run(" + syntax.Quote(name, false) + ", …) runs the program"
	}
	if !program().MatchString(fields[0]) {
		return ""
	}
	name := strings.TrimRight(fields[0], ";")
	word := in.callable(name)
	if in.defined(name) && (!word || len(fields) == 1) || len(fields) == 1 && nameHabit(name) != "" {
		return ""
	}
	if hint := shellHabits()[name]; hint != "" && !word {
		return hint
	}
	spelt, run := builtins.Spelt(fields, in.defined), ""
	if in.isProgram(ctx, name) {
		run = "!" + line + " runs it in the current task"
	}
	switch {
	case spelt != "" && run != "":
		return "write " + spelt + ", or with the program " + name + ": !" + line
	case spelt != "":
		return "write " + spelt
	case word && run != "":
		return "a call has parentheses, see " + name + "?; with the program " + name + ": !" + line
	case builtins.Lookup(name) != nil:
		return "a call has parentheses, see " + name + "?"
	case run != "":
		return run
	}
	return nameHabit(name)
}

// noteInVain tells whose !command has changed nothing but the shell that ran it what does it.
func (in *Interp) noteInVain(ctx context.Context, block string) {
	cmd, ok := strings.CutPrefix(strings.TrimSpace(block), "!")
	fields := strings.Fields(cmd)
	if !ok || len(fields) == 0 || len(fields) > 2 || fields[0] != "cd" {
		return
	}
	done := false
	in.host.Look(ctx, func() { done = bool(in.globals["_"].Truth()) })
	if !done {
		return
	}
	word := cmp.Or(builtins.Spelt(fields, func(string) bool { return false }), "chdir(path)")
	fmt.Fprintf(in.notes, "sh: note: a shell that ends takes its directory with it; write %s\n", word)
}

// shellHabits are what shells do themselves, and no word has in its page as what it is like.
var shellHabits = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"export":  `environ["NAME"] = "value" is for all programs that follow; run(…, env={…}) for one`,
		"history": `Up and Ctrl-R go through the history; save(path) writes what was typed as a script`,
		"alias":   `def name(): sh("command"); put it into init.star to have it every day`,
		"source":  `load("file.star", "name") takes names from a file`,
		"jobs":    `tree() shows the tasks and their programs`,
		"fg":      `wait(t) brings a program that was stopped to the foreground, and waits for its end`,
		"bg":      `t = spawn(file, …) starts a program and does not wait; kill(t, SIGCONT) has one go on that was stopped`,
		"logout":  `write exit(), or type Ctrl-D`,
	}
})

// callable tells whether a name is of something with parentheses, or of a module of such.
func (in *Interp) callable(name string) (is bool) {
	in.host.Look(context.Background(), func() {
		v := in.globals[name]
		if v == nil {
			v = in.host.Global(name)
		}
		_, is = v.(starlark.Callable)
		is = is || v != nil && v.Type() == "module"
	})
	return is
}

// isProgram tells whether the current task finds a program of that name.
func (in *Interp) isProgram(ctx context.Context, name string) (is bool) {
	base := name[strings.LastIndexByte(name, '/')+1:]
	in.host.Look(ctx, func() {
		is = base != "" && slices.ContainsFunc(in.host.Complete(ctx, builtins.Executable, name), func(c builtins.Candidate) bool {
			return c.Text == base && !c.Open
		})
	})
	return is
}
