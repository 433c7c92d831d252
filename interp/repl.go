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
	for {
		status, done := in.turn(ctx, lines)
		if done {
			return status
		}
	}
}

// turn is one round of the prompt: read, evaluate, print.
func (in *Interp) turn(ctx context.Context, lines LineReader) (status int, done bool) {
	ctx, stop := in.watch.run(ctx)
	defer stop()
	block, err := lines.ReadBlock(ctx)
	if err == nil {
		err = in.Item(ctx, block)
	} else if ctx.Err() == nil {
		if err == io.EOF {
			return 0, !in.host.Leave()
		}
		in.PrintError(err)
		return StatusError, true
	}
	var exit *builtins.ExitError
	var program *builtins.Replaced
	sig := signaled(ctx)
	switch {
	case errors.As(err, &exit):
		return exit.Code, true
	case errors.As(err, &program):
		stop()
		return in.follow(ctx, program), true
	case sig != nil && sig.Signal == os.Interrupt:
		fmt.Fprintln(in.stdout)
		return 0, false
	case sig != nil && sig.Signal == syscall.SIGPIPE:
		return sig.status(), true
	case sig != nil:
		fmt.Fprintln(in.stderr, sig)
		return sig.status(), true
	case ctx.Err() != nil:
		return StatusError, true
	case err != nil:
		in.PrintError(err)
	}
	return 0, false
}

// Item evaluates one block as the prompt does: statements in turn, each expression's value printed
// unless it is None, the last one kept in _.
func (in *Interp) Item(ctx context.Context, block string) error {
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
	for _, stmt := range f.Stmts {
		if err := in.statement(ctx, stmt, quiet); err != nil {
			return err
		}
	}
	return nil
}

// expand turns the prompt's two shorthands into code: name? and !command.
// The value of a command is not printed: its output was seen.
func (in *Interp) expand(block string) (code string, quiet bool) {
	text := strings.TrimSpace(block)
	if cmd, ok := strings.CutPrefix(text, "!"); ok && !strings.HasPrefix(cmd, "=") {
		return "sh(" + syntax.Quote(strings.TrimSpace(cmd), false) + ", check=False)", true
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

func (in *Interp) statement(ctx context.Context, stmt syntax.Stmt, quiet bool) error {
	shown := ""
	err := in.do(ctx, typed, func(thread *starlark.Thread) error {
		in.fill()
		x, ok := stmt.(*syntax.ExprStmt)
		if !ok {
			return in.chunk(thread, stmt)
		}
		v, err := starlark.EvalExprOptions(in.dialect, thread, x.X, in.globals)
		if err != nil {
			return err
		}
		if v != starlark.None {
			in.globals["_"] = v
			if !quiet {
				shown = in.host.Show(thread, v, in.view())
			}
		}
		return nil
	})
	io.WriteString(in.stdout, shown) // without the lock: whoever reads it may be slow
	return err
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
