package task

import (
	"context"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// Task is a process with one thread that makes the system calls it is told
// to. It may become a program (Exec), or be one from the start (Spawn); then
// it can only be waited for and signalled.
//
// The memory and the channel belong to whoever holds busy; the rest of the
// changing state is guarded by mu.
type Task struct {
	engine      *Engine
	parent      *Task // whose child it is; nil: the host's
	pid         int   // in the host's view
	nspid       int   // in the view of parent
	sockNum     int32 // the number of its end of the channel in the stub
	sigfdNum    int32 // of its signalfd
	arena       arena // no memory: a program from the start
	sock        int   // the host's end of the channel; -1: none
	busy        chan struct{}
	seq         uint64   // of the last program sent
	told        int      // how many in a row took no message
	near        bool     // it shares a processor with the host: both must sleep to let the other go on
	first       *Program // not waited for yet; nil: it has been
	firstLayout *layout
	moved       bool // its next child may be process 1 of a PID namespace
	altered     atomic.Bool

	hidden bool  // a child that is the engine's own: no wait of the parent tells of it
	init   *Task // the last process 1 that was placed for children; busy

	keeper atomic.Pointer[Task] // of a program that is contained: its parent, which has no other child
	swept  atomic.Bool          // a keeper: all that is below it is being killed

	answer  chan struct{}    // capacity 1: answered has changed
	gone    chan struct{}    // closed when the channel is: the stub is no more
	done    chan struct{}    // closed when status is known
	stopped chan unix.Signal // capacity 1: the process was stopped by it

	reading sync.Mutex // held while messages are received; taken before mu

	mu        sync.Mutex
	answered  uint64 // the last program that was answered by mail
	pidfd     int    // -1 once the process has been reaped
	program   bool
	hungup    bool
	ended     bool
	status    Status
	taken     []int // descriptors that came in for the current program
	children  map[int]*Task
	serial    int  // of the last end of a child
	watched   bool // the pidfd is
	earlyStop earlyStop
	bearing   bool    // Clone or Spawn is making a child …
	since     int     // … since this serial
	born      *Task   // … which is this one, once it is known
	unread    []Ended // ends of children that WaitAny has not returned yet
	news      chan struct{}
}

// newTask returns a child of parent with memory and a channel of its own.
func (e *Engine) newTask(parent *Task) (*Task, *far, error) {
	l, err := e.spare.take()
	if err != nil {
		return nil, nil, err
	}
	t := e.blankTask(parent)
	t.sock, t.arena.mem, t.arena.base = l.sock, l.mem, slot0
	if parent != nil && parent.arena.base == slot0 {
		t.arena.base = slot1
	}
	return t, &l.far, nil
}

func (e *Engine) blankTask(parent *Task) *Task {
	return &Task{
		engine: e, parent: parent, sock: -1, pidfd: -1,
		busy:    make(chan struct{}, 1),
		answer:  make(chan struct{}, 1),
		gone:    make(chan struct{}),
		done:    make(chan struct{}),
		stopped: make(chan unix.Signal, 1),
	}
}

// abandon lets go of what a task that never came to life is made of.
func (t *Task) abandon() {
	if t.pidfd >= 0 {
		unix.PidfdSendSignal(t.pidfd, unix.SIGKILL, nil, 0)
	}
	t.release()
}

// release closes everything that the host holds of t. The caller holds busy,
// or nobody else knows of t.
func (t *Task) release() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.sock >= 0 {
		unix.Close(t.sock)
		t.sock = -1
	}
	if t.pidfd >= 0 {
		unix.Close(t.pidfd)
		t.pidfd = -1
	}
	if t.arena.mem != nil {
		if !t.engine.leaving.Load() { // munmap(2) interrupts the other processors
			unix.Munmap(t.arena.mem)
		}
		t.arena.mem = nil
	}
	for _, fd := range t.taken {
		if fd >= 0 {
			unix.Close(fd)
		}
	}
	t.taken = nil
}

// Pid is the task's process id in the host's PID namespace.
func (t *Task) Pid() int { return t.pid }

// NSPid is the task's process id in the PID namespace of the task that made
// it.
func (t *Task) NSPid() int { return t.nspid }

// Parent is the task that made it, nil for the shell.
func (t *Task) Parent() *Task { return t.parent }

// Done is closed when the task has ended.
func (t *Task) Done() <-chan struct{} { return t.done }

// Status is how the task ended, once Done is closed.
func (t *Task) Status() Status {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.status
}

// Pristine tells whether nothing that the task, or one that it descends from, was
// told can have changed who it is, or made it undumpable: what the host sees of it
// in /proc is then true.
func (t *Task) Pristine() bool { return !t.altered.Load() }

// Parked tells whether the task takes calls: it is alive and no program.
func (t *Task) Parked() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return !t.program && !t.ended && !t.hungup
}

// Replaced tells whether the task has become a program, which may have ended since.
func (t *Task) Replaced() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.program
}

// Pidfd calls f with the task's pidfd, which stays open meanwhile. It fails
// with ESRCH when the process has been waited for.
func (t *Task) Pidfd(f func(fd int) error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.pidfd < 0 {
		return unix.ESRCH
	}
	return f(t.pidfd)
}

// lock waits until no other program is being run by t.
func (t *Task) lock(ctx context.Context) error {
	if err := t.acquire(ctx); err != nil {
		return err
	}
	if t.engine.over() {
		t.unlock()
		return ErrClosed
	}
	return nil
}

func (t *Task) acquire(ctx context.Context) error {
	select {
	case t.busy <- struct{}{}:
		return nil
	default:
	}
	select {
	case t.busy <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (t *Task) unlock() { <-t.busy }

// Do has the task run p. The error is an *Error when a call failed, a *Dead
// when the task is no more, and the context's when that ended first; a call
// that was blocking then has been interrupted.
func (t *Task) Do(ctx context.Context, p *Program) error {
	if err := t.lock(ctx); err != nil {
		return err
	}
	defer t.unlock()
	for {
		err := t.perform(ctx, p)
		if !t.again(ctx, p, err) {
			return err
		}
		if t.engine.over() {
			return ErrClosed
		}
		t.unlock() // a signal may be waiting to be delivered
		if err := t.lock(context.Background()); err != nil {
			return err
		}
	}
}

// again tells whether p should be run once more: its first call was
// interrupted, but not by us.
func (t *Task) again(ctx context.Context, p *Program, err error) bool {
	e, ok := err.(*Error)
	return ok && e.Errno == unix.EINTR && ctx.Err() == nil && p.calls[0].Errno() == unix.EINTR
}

// dead explains why t takes no calls. It waits for the status where that is
// about to arrive.
func (t *Task) dead() error {
	t.mu.Lock()
	program := t.program
	t.mu.Unlock()
	if !program {
		t.awaitStatus()
	}
	select {
	case <-t.done:
		return &Dead{Pid: t.pid, Status: t.Status()}
	default:
		return &Dead{Pid: t.pid, Program: program}
	}
}
