package builtins

import (
	"context"

	"go.starlark.net/starlark"

	"nstar/builtins/internal/stack"
	"nstar/builtins/internal/task"
)

// stepsPerTurn is how long a thread may keep the interpreter lock while others
// want it.
const stepsPerTurn = 1000

// state is what a thread of a host carries. It belongs to whoever runs the
// thread and is touched with the interpreter lock held.
type state struct {
	host    *Host
	ctx     context.Context
	current *current
	stop    func() bool // ends the watch on ctx
	batch   *batch      // nil: calls are made at once
	ofClone bool        // runs the function of one
	line    int64       // that has made the clone, see AtWork
}

// current is a place for the current task: use puts another one into it.
type current struct {
	base *task.Task // whom the thread began as; nil is the shell task
	used *task.Task // what use chose; nil is base
}

const stateKey = "nstar"

func stateOf(thread *starlark.Thread) *state {
	s, _ := thread.Local(stateKey).(*state)
	return s
}

// NewThread makes a thread, and has it run, whose current task is t; nil is the shell task,
// which starts when a word first needs it. The thread is cancelled when ctx
// ends. EndThread lets go of ctx. It has no Load: only files load, functions do
// not.
func (h *Host) NewThread(ctx context.Context, name string, t *task.Task) *starlark.Thread {
	return h.newThread(ctx, name, &current{base: t})
}

func (h *Host) newThread(ctx context.Context, name string, cur *current) *starlark.Thread {
	thread := &starlark.Thread{Name: name, Print: h.print}
	thread.OnMaxSteps = func(thread *starlark.Thread) {
		thread.SetMaxExecutionSteps(thread.Steps + stepsPerTurn)
		h.turn.yield()
		h.running = thread
	}
	thread.SetMaxExecutionSteps(stepsPerTurn)
	s := &state{host: h, ctx: ctx, current: cur}
	s.stop = context.AfterFunc(ctx, func() { thread.Cancel("interrupted") })
	thread.SetLocal(stateKey, s)
	h.running = thread
	return thread
}

// EndThread is to be called when a thread from NewThread has run its last.
func EndThread(thread *starlark.Thread) {
	if s := stateOf(thread); s != nil {
		s.stop()
	}
}

// HostOf is the host of a thread; nil if it has none.
func HostOf(thread *starlark.Thread) *Host {
	if s := stateOf(thread); s != nil {
		return s.host
	}
	return nil
}

// ContextOf is the context of a thread.
func ContextOf(thread *starlark.Thread) context.Context {
	if s := stateOf(thread); s != nil {
		return s.ctx
	}
	return context.Background()
}

// Current is the current task of a thread; the first use starts the shell task.
func (h *Host) Current(thread *starlark.Thread) (*task.Task, error) {
	s := stateOf(thread)
	switch {
	case s.current.used != nil:
		return s.current.used, nil
	case s.current.base != nil:
		return s.current.base, nil
	}
	return h.engine.Shell(s.ctx)
}

// Start begins to start the shell task, for which the first word that needs it
// would have to wait. Whether that succeeds the word will find out.
func (h *Host) Start() {
	h.starting.Do(func() {
		h.clones.Go(func() {
			stack.Grow()
			_, _ = h.engine.Shell(h.ctx)
		})
	})
}

// Use makes t the current task of a thread; nil goes back to the one it began
// with. What the session's thread uses holds for the threads of Run after it.
func (h *Host) Use(thread *starlark.Thread, t *task.Task) { stateOf(thread).current.used = t }
