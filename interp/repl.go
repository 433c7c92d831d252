package interp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"nstar/builtins"
)

// Prompt reads blocks and evaluates them until the reader ends, and returns the exit status.
// Errors do not end it; Ctrl-C ends the block that runs; SIGTERM and SIGHUP end the session.
func (in *Interp) Prompt(ctx context.Context, lines LineReader) int {
	jobs := in.host.WatchJobs()
	for {
		if status, done := in.turn(ctx, lines, jobs); done {
			return status
		}
	}
}

// turn is one round of the prompt: read, evaluate, print.
func (in *Interp) turn(ctx context.Context, lines LineReader, jobs <-chan struct{}) (status int, done bool) {
	ctx, stop := in.watch.run(ctx)
	defer stop()
	block, err := in.readBlock(ctx, lines, jobs)
	if err == nil {
		defer in.record.end()
		err = in.Item(ctx, block)
	} else if ctx.Err() == nil {
		if err == io.EOF {
			return 0, !in.leave()
		}
		in.PrintError(err)
		return StatusError, true
	}
	return in.after(ctx, stop, err)
}

// after prints the error that a block has ended with, and tells whether the prompt has.
func (in *Interp) after(ctx context.Context, stop func(), err error) (status int, done bool) {
	var exit *builtins.ExitError
	var program *builtins.Replaced
	sig := signaled(ctx)
	switch {
	case errors.As(err, &exit):
		return exit.Code, true
	case errors.As(err, &program):
		stop()
		used := program.Used()
		status := in.follow(ctx, program)
		return status, !used || in.Ended()
	case sig != nil && sig.Signal == os.Interrupt:
		fmt.Fprintln(in.stdout)
		return 0, false
	case sig != nil && sig.Signal == syscall.SIGPIPE:
		return sig.Status(), true
	case sig != nil:
		fmt.Fprintln(in.stderr, sig)
		return sig.Status(), true
	case ctx.Err() != nil:
		return StatusError, true
	case err != nil:
		in.PrintError(err)
	}
	return 0, false
}

// Item evaluates one block as the prompt does: statements in turn, each expression's value printed
// unless it is None, the last one kept in _, and an error in _err.
func (in *Interp) Item(ctx context.Context, block string) error {
	in.record.begin(block)
	err := in.asCommand(ctx, block, in.item(ctx, block))
	switch {
	case ctx.Err() != nil:
		in.record.stopped()
	case err == nil:
		in.noteInVain(ctx, block)
	}
	in.keepError(ctx, err)
	return err
}

// keepError puts an error into _err, unless it is none but an order to end.
func (in *Interp) keepError(ctx context.Context, err error) {
	var exit *builtins.ExitError
	var program *builtins.Replaced
	if err == nil || ctx.Err() != nil || errors.As(err, &exit) || errors.As(err, &program) {
		return
	}
	_ = in.do(ctx, typed, func(*starlark.Thread) error {
		in.globals["_err"] = builtins.ErrorValue(err)
		return nil
	})
}

func (in *Interp) item(ctx context.Context, block string) error {
	block, quiet := in.expand(block)
	if strings.TrimSpace(block) == "" {
		return nil
	}
	if !strings.HasSuffix(block, "\n") {
		block += "\n"
	}
	first := in.typed + 1
	in.several.Store(strings.Count(block, "\n") > 1)
	in.typed += strings.Count(block, "\n")
	in.sources.extend(typed, block)
	f, err := in.dialect.Parse(typed, syntax.FilePortion{Content: []byte(block), FirstLine: int32(first), FirstCol: 1}, 0)
	if err != nil {
		return err
	}
	if len(f.Stmts) == 0 {
		in.record.remark(block)
	}
	for i, stmt := range f.Stmts {
		value, err := in.statement(ctx, stmt, quiet, i+1 < len(f.Stmts))
		if errors.As(err, new(*builtins.Replaced)) {
			in.record.add(block, first, f.Stmts, i, false)
			in.record.became()
		}
		if err != nil {
			return err
		}
		in.record.add(block, first, f.Stmts, i, value)
	}
	return nil
}

// expand turns the prompt's shorthands into code: name?, !command, !!command, and help and exit
// without parentheses.
// The value of a command is not printed: its output was seen.
func (in *Interp) expand(block string) (code string, quiet bool) {
	text := strings.TrimSpace(block)
	if cmd, ok := strings.CutPrefix(text, "!"); ok && !strings.HasPrefix(cmd, "=") {
		cmd, host := strings.CutPrefix(cmd, "!")
		cmd = strings.TrimSpace(cmd)
		if cmd == "" {
			cmd = `exec "${SHELL:-/bin/sh}"`
		}
		cmd = syntax.Quote(cmd, false)
		if host {
			return "on_host(sh, " + cmd + ", check=False)", true
		}
		return "sh(" + cmd + ", check=False)", true
	}
	if text == "help" {
		return "help()", false
	}
	if text == "exit" || (text == "quit" || text == "quit()") && !in.defined("quit") {
		return "exit()", false
	}
	if isQuestion(text) {
		name := strings.TrimSuffix(text, "?")
		root, _, _ := strings.Cut(name, ".")
		if !in.defined(root) {
			name = syntax.Quote(name, false)
		}
		return "help(" + name + ")", false
	}
	return block, false
}

func (in *Interp) defined(name string) bool {
	return in.globals.Has(name) || in.host.Global(name) != nil || starlark.Universe.Has(name)
}

// statement runs one statement, and tells whether it has left a value in _. Quiet values are printed only if
// they are false: a status that is not 0. If more are to follow, the prompt is still at work after it.
func (in *Interp) statement(ctx context.Context, stmt syntax.Stmt, quiet, more bool) (value bool, err error) {
	shown := ""
	err = in.do(ctx, typed, func(thread *starlark.Thread) (err error) {
		in.host.AtWork(true)
		defer func() { in.host.AtWork(more && err == nil) }()
		in.fill()
		x, ok := stmt.(*syntax.ExprStmt)
		if !ok {
			err := in.chunk(thread, stmt)
			if err == nil {
				in.bound(stmt)
			}
			return err
		}
		v, err := starlark.EvalExprOptions(in.dialect, thread, x.X, in.globals)
		if err != nil || v == starlark.None {
			return err
		}
		in.globals["_"], value = v, true
		if !quiet || !bool(v.Truth()) {
			shown = in.host.Show(thread, v, in.view())
		}
		return nil
	})
	if ctx.Err() == nil {
		io.WriteString(in.stdout, shown) // without the lock: whoever reads it may be slow
	}
	return value, err
}

// before is what chunk calls the old value of a name that a statement binds anew; no identifier contains a blank.
const before = "before "

// chunk runs one statement of the prompt as a module whose surroundings are the live globals: its functions
// look other blocks' names up when they run, as they would in one file. (ExecREPLChunk copies the globals
// instead, so that a function would go on seeing the values of the day it was defined.)
func (in *Interp) chunk(thread *starlark.Thread, stmt syntax.Stmt) error {
	opts := *in.dialect
	opts.LoadBindsGlobally = true
	f := &syntax.File{Path: typed, Options: &opts}
	start := syntax.Start(stmt)
	for _, name := range rebound(stmt) {
		if v := in.globals[name]; v != nil {
			in.globals[before+name] = v
			defer delete(in.globals, before+name)
			f.Stmts = append(f.Stmts, &syntax.AssignStmt{
				OpPos: start, Op: syntax.EQ,
				LHS: &syntax.Ident{NamePos: start, Name: name},
				RHS: &syntax.Ident{NamePos: start, Name: before + name},
			})
		}
	}
	f.Stmts = append(f.Stmts, stmt)
	prog, err := starlark.FileProgram(f, in.has)
	if err != nil {
		return err
	}
	globals, err := prog.Init(thread, in.globals)
	for name, v := range globals {
		in.globals[name] = v
	}
	return err
}

// rebound returns the names that a statement binds outside of functions.
func rebound(stmt syntax.Stmt) []string {
	var names []string
	var bind func(syntax.Expr)
	bind = func(x syntax.Expr) {
		switch x := x.(type) {
		case *syntax.Ident:
			names = append(names, x.Name)
		case *syntax.ParenExpr:
			bind(x.X)
		case *syntax.TupleExpr:
			for _, y := range x.List {
				bind(y)
			}
		case *syntax.ListExpr:
			for _, y := range x.List {
				bind(y)
			}
		}
	}
	syntax.Walk(stmt, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.AssignStmt:
			bind(n.LHS)
		case *syntax.ForStmt:
			bind(n.Vars)
		case *syntax.DefStmt, *syntax.LambdaExpr, *syntax.Comprehension:
			return false
		}
		return true
	})
	return names
}
