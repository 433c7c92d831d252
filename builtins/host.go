package builtins

import (
	"context"
	"errors"
	"io"
	"reflect"
	"sync"
	"sync/atomic"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/stack"
	"nstar/builtins/internal/task"
)

// Options say what a Host is made for.
type Options struct {
	Args           []string // argv: the script and its arguments
	Env            []string // environ, as NAME=value
	Stdout, Stderr io.Writer
	Trace          bool // write every system call of the tasks to Stderr
	Adopt          bool // be the subreaper of this process, which ends after Close, and kill what is left
	Debug          bool // show where in Go a word panicked

	// Report shows an error that no caller gets: of the function of a clone,
	// of what defer put off. If nil, it is written to Stderr.
	Report func(error)

	// Notes is for messages that are no errors, in lines; nil: Stderr.
	Notes io.Writer

	// View is the window that Stdout is; nil: it is none.
	View func() View

	// Interrupt does to the session what SIGINT does to this process. When it
	// returns, the context of what was interrupted has ended. If nil, a program
	// that Ctrl-C has ended is all that this Ctrl-C ends.
	Interrupt func()

	// Ready returns when the session can end in good order; before that only words that are early are called. It is called with
	// the interpreter lock held and must return soon. Nil: the session always can.
	Ready func()

	// Notebook serves save, transcript and reload; nil: there is no prompt.
	Notebook Notebook
}

// A Host is a session: its engine, its words, its interpreter lock. All state
// that words share hangs on it. Everything that is not marked is set once.
type Host struct {
	Stdout, Stderr io.Writer // safe for concurrent use

	engine         *task.Engine
	outside        *task.Engine // of the tasks of on_host: their parent stays as the host is
	namespaces     *namespaceTable
	hostNamespaces func() map[string]nsKey // its own, by type: they never change
	ownUser        func() nsKey            // its user namespace; zero if that cannot be told
	cgroups        cgroupTable
	turn           *turn
	reportf        func(error)
	interrupt      func()
	ready          func() // called before each word that is not early
	notebook       Notebook
	view           func() View
	notes          io.Writer
	debug          bool

	atWork   atomic.Bool   // the prompt evaluates something
	line     atomic.Int64  // at which it is, or was
	terminal chan struct{} // has a value while a program, or the prompt, has the terminal
	forwards forwarders
	jobs     jobTable

	ctx      context.Context // the session's; ends at Close
	starting sync.Once
	cancel   context.CancelFunc
	clones   sync.WaitGroup // the goroutines of Go, and of programs' outputs

	// What follows is touched with the interpreter lock held.
	running     *starlark.Thread // who holds the lock
	session     *current         // current task of the threads of Run
	deferred    []deferral
	lastError   *Error // of a word, for explain
	args        *starlark.List
	environ     *starlark.Dict
	predeclared starlark.StringDict
	outputs     map[*task.Task][]*output // of spawned programs, until they are waited for
}

// NewHost makes a session. No process is started before a word needs one.
func NewHost(o Options) *Host {
	stdout := &writer{w: o.Stdout}
	stderr := stdout
	if o.Stdout == nil || !reflect.TypeOf(o.Stdout).Comparable() || o.Stdout != o.Stderr {
		stderr = &writer{w: o.Stderr} // of its own: one that is stuck must not stop the other
	}
	h := &Host{
		Stdout: stdout, Stderr: stderr,
		turn: newTurn(), terminal: make(chan struct{}, 1), reportf: o.Report, interrupt: o.Interrupt, notebook: o.Notebook, debug: o.Debug, ready: o.Ready,
		session: &current{}, args: stringList(o.Args), environ: environment(o.Env),
	}
	if h.ready == nil {
		h.ready = func() {}
	}
	if h.view = o.View; h.view == nil {
		h.view = func() View { return View{Width: 80} }
	}
	if h.notes = o.Notes; h.notes == nil {
		h.notes = stderr
	}
	h.ctx, h.cancel = context.WithCancel(context.Background())
	eo := task.Options{Adopt: o.Adopt}
	if o.Trace {
		eo.Trace = h.traceLine
	}
	h.engine = task.New(eo)
	eo.Adopt = false // what is left is swept up once, after both
	h.outside = task.New(eo)
	h.namespaces = newNamespaceTable(h)
	h.hostNamespaces = sync.OnceValue(ownNamespaces)
	h.ownUser = sync.OnceValue(func() nsKey { return ownNamespace("user", unix.PIDFD_GET_USER_NAMESPACE) })
	return h
}

// Close ends the session: it kills all tasks and waits until the functions of
// clones have returned. The caller must not hold the interpreter lock.
func (h *Host) Close() error {
	h.cancel()
	err := h.outside.Close()
	err = errors.Join(err, h.engine.Close())
	h.clones.Wait()
	h.namespaces.close()
	return errors.Join(err, h.cgroups.close())
}

// Run runs f on a thread of the session, with the interpreter lock held. The
// thread is cancelled when ctx ends.
func (h *Host) Run(ctx context.Context, name string, f func(*starlark.Thread) error) error {
	stack.Grow()
	h.turn.acquire()
	defer h.turn.release()
	thread := h.newThread(ctx, name, h.session)
	defer EndThread(thread)
	return f(thread)
}

// resume takes the interpreter lock again for a thread that had released it.
func (h *Host) resume(thread *starlark.Thread) {
	h.turn.acquire()
	h.running = thread
}

// SetTrace switches the trace on or off.
func (h *Host) SetTrace(on bool) {
	var f func(string)
	if on {
		f = h.traceLine
	}
	h.engine.SetTrace(f)
	h.outside.SetTrace(f)
}

func (h *Host) traceLine(line string) { io.WriteString(h.Stderr, line+"\n") }

// report shows an error that has no caller to go to.
func (h *Host) report(err error) {
	if h.reportf != nil {
		h.reportf(err)
		return
	}
	io.WriteString(h.Stderr, backtrace(err)+"\n")
}

// print is the language's print. A terminal that is stopped, or a pipe that
// nobody reads, must block neither the other threads nor Ctrl-C: so the lock is
// released, and the write left behind if the thread is to end.
func (h *Host) print(thread *starlark.Thread, text string) {
	err := h.write(ContextOf(thread), text+"\n")
	h.running = thread
	if err != nil {
		thread.Cancel("print: " + err.Error())
	}
}

func (h *Host) write(ctx context.Context, text string) error {
	h.turn.release()
	defer h.turn.acquire()
	done := make(chan error, 1)
	go func() {
		_, err := io.WriteString(h.Stdout, text)
		done <- err
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// writer lets threads and the engine's trace write to one place.
type writer struct {
	mu sync.Mutex
	w  io.Writer // guarded by mu; nil discards
}

func (w *writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.w == nil {
		return len(p), nil
	}
	return w.w.Write(p)
}
