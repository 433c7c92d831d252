package interp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync/atomic"
	"syscall"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"nstar/builtins"
	"nstar/interp/edit"
)

// Options say what a session is given by whoever starts it.
type Options struct {
	Args, Env      []string // argv and environ of the script
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Signals        func() <-chan os.Signal // asked for when a run begins, and is to return soon; nil: nothing interrupts the session but its context
	Trace          bool
	Adopt          bool // this process is the session's alone and ends after it: whatever is left then is killed
	Prompt         bool // comes after what is run, which may start jobs for it
	Edit           bool // Stdin and Stdout are the two sides of a terminal, at which a prompt will be typed
}

// An Interp is one session. It owns its host: Close ends every process that the session has made.
type Interp struct {
	host    *builtins.Host
	env     []string
	stdin   io.Reader
	stdout  io.Writer            // the host's: safe for concurrent use
	stderr  io.Writer            // likewise
	notes   io.Writer            // stderr, for messages: at a prompt with an editor their lines are broken between words
	view    func() builtins.View // of the window that stdout is
	outlet  *outlet              // below stdout
	editor  *edit.Editor         // nil: the prompt reads plain lines
	hinted  edit.Scanner         // the text at the prompt; for the editor's goroutine
	watch   watch
	done    chan struct{} // closed by Close
	dialect *syntax.FileOptions

	// globals are the words, as far as has was asked for them, and whatever the prompt has defined since. Functions look names up here when
	// they run, so that they see what later blocks assign. Guarded by the host's lock.
	globals starlark.StringDict
	filled  bool // all of the words are among them
	sources sources
	modules map[string]*module
	origins map[string]origin // of names at the prompt that came from files; guarded by the host's lock
	record  record
	typed   int         // lines typed at the prompt so far: its blocks are one growing file
	several atomic.Bool // the block that was typed last has several lines

	failed atomic.Bool // an error was reported that had no caller to go to
}

// New starts a session. No process is made before a word needs one.
func New(o Options) *Interp {
	in := &Interp{
		env:     o.Env,
		stdin:   o.Stdin,
		done:    make(chan struct{}),
		modules: map[string]*module{},
		origins: map[string]origin{},
		dialect: newDialect(),
	}
	in.view = viewOf(o.Stdout, lookup(o.Env))
	if o.Edit {
		editor, err := in.newEditor(o)
		if err != nil {
			fmt.Fprintf(o.Stderr, "nstar: the prompt is a plain one: %v\n", err)
		} else {
			in.editor = editor
			window := viewOf(o.Stderr, lookup(o.Env))
			o.Stdout, o.Stderr = editor.Above(o.Stdout), editor.Above(o.Stderr)
			in.notes = recorder{folder{o.Stderr, window}, &in.record, in.watch.start}
		}
	}
	in.outlet = &outlet{w: recorder{o.Stdout, &in.record, in.watch.start}, broken: func() { in.watch.deliver(syscall.SIGPIPE) }}
	var interrupt func()
	if o.Signals != nil {
		interrupt = func() { in.watch.take(os.Interrupt) }
	}
	in.watch.signals, in.watch.done = o.Signals, in.done
	in.host = builtins.NewHost(builtins.Options{
		Args: o.Args, Env: o.Env, Stdout: in.outlet, Stderr: recorder{o.Stderr, &in.record, in.watch.start}, Trace: o.Trace, Adopt: o.Adopt,
		Report: in.report, Notebook: notebook{in}, View: in.view, Notes: in.notes, Interrupt: interrupt, Ready: in.watch.start,
	})
	if o.Prompt {
		in.host.WatchJobs()
	}
	in.watch.forwarded = in.host.Forwards
	in.stdout, in.stderr = in.host.Stdout, in.host.Stderr
	if in.notes == nil {
		in.notes = in.stderr
	}
	in.globals = starlark.StringDict{}
	return in
}

// has tells whether the session knows a name, and puts it among the globals: the predeclared names come when
// they are first asked for. If it is a word that acts on a task, there will soon be a use for the first task. The
// caller holds the host's lock.
func (in *Interp) has(name string) bool {
	if in.globals.Has(name) {
		return true
	}
	v := in.host.Global(name)
	if v == nil {
		return false
	}
	in.globals[name] = v
	if b := builtins.Lookup(name); b != nil && b.Acts() {
		in.host.Start()
	}
	return true
}

// fill puts all predeclared names among the globals, as the prompt wants them. The caller holds the host's lock.
func (in *Interp) fill() {
	if in.filled {
		return
	}
	in.filled = true
	for name, v := range in.host.Predeclared() {
		if !in.globals.Has(name) {
			in.globals[name] = v
		}
	}
}

// newDialect is the Starlark of all files and of the prompt.
func newDialect() *syntax.FileOptions {
	return &syntax.FileOptions{Set: true, While: true, TopLevelControl: true, GlobalReassign: true, Recursion: true}
}

// Close ends the session and all that it started. Signals that come later are left to others.
func (in *Interp) Close() error {
	close(in.done)
	in.watch.end()
	err := in.host.Close()
	if in.editor != nil {
		err = errors.Join(err, in.editor.Close())
	}
	return err
}

// do runs fn under the interpreter lock with a fresh thread that ctx cancels.
// A panic below it is a bug of ours and becomes an error, so that the session still cleans up.
func (in *Interp) do(ctx context.Context, name string, fn func(*starlark.Thread) error) error {
	return in.host.Run(ctx, name, func(thread *starlark.Thread) (err error) {
		defer func() {
			if v := recover(); v != nil {
				err = fmt.Errorf("internal error: %v\n%s", v, debug.Stack())
			}
		}()
		thread.Load = in.load
		return fn(thread)
	})
}

// report prints an error that no caller gets: of a task's function, of what was deferred.
func (in *Interp) report(err error) {
	in.failed.Store(true)
	in.PrintError(err)
}

// exec runs the text of a file. Its globals stay unfrozen (deferred functions and tasks may still change
// them) and become the session's, for a prompt that follows.
func (in *Interp) exec(ctx context.Context, src *source) error {
	return in.do(ctx, src.name, func(thread *starlark.Thread) error {
		in.host.AtWork(true)
		defer in.host.AtWork(false)
		m := &module{}
		in.modules[src.name] = m // a file that it loads must not load it in turn
		globals, err := in.module(thread, src)
		m.globals, m.err, m.done = globals, err, true
		for name, v := range globals {
			in.globals[name] = v
		}
		in.ran(src, globals)
		return err
	})
}

// module parses, resolves and runs src as a module of its own.
func (in *Interp) module(thread *starlark.Thread, src *source) (starlark.StringDict, error) {
	in.sources.add(src)
	f, err := in.dialect.Parse(src.name, src.text, 0)
	if err != nil {
		return nil, err
	}
	prog, err := starlark.FileProgram(f, in.has)
	if err != nil {
		return nil, err
	}
	return prog.Init(thread, in.globals)
}
