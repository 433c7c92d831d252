package task

import (
	"os"
	"slices"
	"sync"
	"sync/atomic"
)

// Options say how an engine behaves.
type Options struct {
	// Trace, when set, is called with every system call that a task makes,
	// as strace(1) would print it. It must not call the engine.
	Trace func(line string)

	// Adopt makes the host a child subreaper, prctl(2), and has Close end
	// whatever became its child that way. Only for a process that has no
	// children of its own, or waits for those at once: it waits for all that
	// are left. The process is to end soon after: the arenas of the tasks, 4 MB
	// each, and the spare link are left to that end.
	Adopt bool
}

// Engine owns the tasks of one session. Its methods may be called by several
// goroutines.
type Engine struct {
	options Options
	trace   atomic.Pointer[func(string)]

	pidfdDev uint64               // what all pidfds are on; set before the shell is known
	last     atomic.Pointer[Task] // the task that was told something last

	leaving atomic.Bool // the process is about to end: Adopt, and closed

	stopReaping func() // ends what waits for orphans; nil: nothing does; guarded by mu

	spare spareLink

	start sync.Mutex // held while the shell is started and while closing

	mu     sync.Mutex
	closed bool
	shell  *Task
	stale  *Task              // a shell that has ended and may be replaced
	tasks  map[*Task]struct{} // those whose descriptors are open
	poller *poller
}

// New returns an engine. It starts nothing before it has to.
func New(o Options) *Engine {
	e := &Engine{options: o, tasks: make(map[*Task]struct{})}
	if o.Trace != nil {
		e.SetTrace(o.Trace)
	}
	if o.Adopt && os.Getpid() == 1 {
		e.startReaping()
	}
	return e
}

// SetTrace changes Options.Trace; nil turns tracing off.
func (e *Engine) SetTrace(f func(line string)) {
	if f == nil {
		e.trace.Store(nil)
		return
	}
	e.trace.Store(&f)
}

// Tasks are those that are alive, sorted by pid, without the engine's own.
func (e *Engine) Tasks() []*Task {
	e.mu.Lock()
	defer e.mu.Unlock()
	var all []*Task
	for t := range e.tasks {
		select {
		case <-t.done:
		default:
			if !t.isHidden() {
				all = append(all, t)
			}
		}
	}
	slices.SortFunc(all, func(a, b *Task) int { return a.pid - b.pid })
	return all
}

// adoptTask makes t known to the engine and has its channel watched.
func (e *Engine) adoptTask(t *Task) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return ErrClosed
	}
	if t.sock >= 0 {
		if err := e.poller.add(watched{task: t}, t.sock); err != nil {
			return err
		}
	}
	e.tasks[t] = struct{}{}
	return nil
}

func (e *Engine) forget(t *Task) {
	e.mu.Lock()
	delete(e.tasks, t)
	e.mu.Unlock()
}

// over tells whether Close has been called.
func (e *Engine) over() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.closed
}

// Close kills all tasks and all that they left behind, and waits for them. It
// returns an error when something did not go away.
func (e *Engine) Close() error {
	e.start.Lock()
	defer e.start.Unlock()
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		return nil
	}
	e.closed = true
	if e.stopReaping != nil {
		e.stopReaping()
	}
	shell := e.shell
	var others []*Task
	for t := range e.tasks {
		if t != shell {
			others = append(others, t)
		}
	}
	e.mu.Unlock()
	if e.options.Adopt {
		e.leaving.Store(true)
	} else {
		e.spare.close()
	}
	if shell == nil {
		return nil
	}
	var err error
	if all := append(others, shell); e.options.Adopt {
		err = reap(all)
	} else {
		err = endAll(others, shell)
	}
	awaitGone(append(others, shell))
	e.poller.close()
	return err
}
