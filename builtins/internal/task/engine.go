package task

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task/nofile"
)

// Options say how an engine behaves.
type Options struct {
	// Trace, when set, is called with every system call that a task makes,
	// as strace(1) would print it. It must not call the engine.
	Trace func(line string)

	// Adopt makes the host a child subreaper, prctl(2), and has Close end
	// whatever became its child that way. Only for a process that has no
	// children of its own, or waits for those at once: it waits for all that
	// are left.
	Adopt bool
}

// Engine owns the tasks of one session. Its methods may be called by several
// goroutines.
type Engine struct {
	options Options
	trace   atomic.Pointer[func(string)]

	pidfdDev uint64               // what all pidfds are on; set before the shell is known
	last     atomic.Pointer[Task] // the task that was told something last

	stopReaping func() // ends what waits for orphans

	start sync.Mutex // held while the shell is started and while closing

	mu     sync.Mutex
	closed bool
	shell  *Task
	tasks  map[*Task]struct{} // those whose descriptors are open
	poller *poller
}

// New returns an engine. It starts nothing before it has to.
func New(o Options) *Engine {
	e := &Engine{options: o, tasks: make(map[*Task]struct{})}
	if o.Trace != nil {
		e.SetTrace(o.Trace)
	}
	e.stopReaping = func() {}
	if o.Adopt {
		e.stopReaping = reapOrphans()
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

// Shell returns the first task, which it starts when it is first asked: a
// child of the host that shares all namespaces with it.
func (e *Engine) Shell(ctx context.Context) (*Task, error) {
	e.start.Lock()
	defer e.start.Unlock()
	e.mu.Lock()
	shell, closed := e.shell, e.closed
	e.mu.Unlock()
	if closed {
		return nil, ErrClosed
	}
	if shell != nil {
		return shell, nil
	}
	if e.options.Adopt {
		if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
			return nil, os.NewSyscallError("prctl", err)
		}
	}
	p, err := newPoller()
	if err != nil {
		return nil, err
	}
	e.poller = p
	shell, err = e.startShell(ctx)
	if err != nil {
		p.close()
		e.poller = nil
		return nil, fmt.Errorf("the shell task cannot be started: %w", err)
	}
	e.mu.Lock()
	e.shell = shell
	e.mu.Unlock()
	return shell, nil
}

// Started returns the shell if it has been started, or nil.
func (e *Engine) Started() *Task {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.shell
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

// startShell makes the first task: a child that shares the host's memory just
// until it has executed the stub.
func (e *Engine) startShell(ctx context.Context) (*Task, error) {
	img, err := openImage()
	if err != nil {
		return nil, err
	}
	defer func() { unix.Close(img) }() // raise may change it
	t, far, err := e.newTask(nil)
	if err != nil {
		return nil, err
	}
	t.sockNum, t.sigfdNum = bornSock, bornSigfd
	t.firstProgram(bornProgram())

	if err := raise(&img, &far.sock, &far.mem); err != nil {
		far.close()
		t.abandon()
		return nil, err
	}
	pid, pidfd, err := forkExec(img, far.sock, far.mem)
	far.close() // at once: that the channel is closed is how the end of the task is seen
	if err != nil {
		t.abandon()
		return nil, err
	}
	t.pid, t.nspid, t.pidfd = pid, pid, pidfd
	if e.pidfdDev, _, err = Identify(pidfd); err != nil {
		t.abandon()
		return nil, err
	}
	if err := e.adoptTask(t); err != nil {
		t.abandon()
		return nil, err
	}
	err = t.settle(ctx)
	if err == nil {
		err = t.giveKin(ctx)
	}
	if err != nil {
		t.Close()
		return nil, err
	}
	return t, nil
}

// giveKin gives the shell the list of its children, for the case that the host
// dies: it must then end them, and may have no /proc of its own. Where the host
// has none, or the kernel has no such list, those that daemonize survive.
func (t *Task) giveKin(ctx context.Context) error {
	fd, err := unix.Open(fmt.Sprintf("/proc/%d/task/%d/children", t.pid, t.pid), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	defer unix.Close(fd)
	p := new(Program)
	p.Call("dup3", p.Lend(fd), Int(bornKin), Int(unix.O_CLOEXEC)).hide()
	if err := t.Do(ctx, p); err != nil {
		return err
	}
	t.arena.header().kin = bornKin
	return nil
}

// raise moves descriptors out of the way of those that the first task is born
// with.
func raise(fds ...*int) error {
	for _, fd := range fds {
		if *fd > bornArena+1 {
			continue
		}
		n, err := unix.FcntlInt(uintptr(*fd), unix.F_DUPFD_CLOEXEC, bornArena+2)
		if err != nil {
			return os.NewSyscallError("fcntl", err)
		}
		unix.Close(*fd)
		*fd = n
	}
	return nil
}

// bornProgram is what the first task does before it takes calls.
func bornProgram() *Program {
	const wakeMask = 1 << (wakeSignal - 1)
	p := new(Program)
	p.Call("close", Int(bornArena))
	p.Call("fcntl", Int(bornSock), Int(unix.F_SETFD), Int(unix.FD_CLOEXEC))
	chld := NewBuf(uint64Bytes(1 << (unix.SIGCHLD - 1)))
	sigfd := p.Call("signalfd4", Int(-1), chld.Arg(), Int(8), Int(unix.SFD_CLOEXEC)) // the lowest free number
	p.Call("dup3", Res(sigfd), Int(bornSigfd), Int(unix.O_CLOEXEC))
	p.Call("close", Res(sigfd))
	p.Call("rt_sigaction", Int(int(wakeSignal)), NewBuf(wakeAction()).Arg(), Null, Int(8))
	p.Call("rt_sigprocmask", Int(unix.SIG_SETMASK), NewBuf(uint64Bytes(^uint64(wakeMask))).Arg(), Null, Int(8))
	limit := append(uint64Bytes(nofile.Start.Cur), uint64Bytes(nofile.Start.Max)...)
	p.Call("prlimit64", Int(0), Int(unix.RLIMIT_NOFILE), NewBuf(limit).Arg(), Null).May()
	p.Call("prctl", Int(unix.PR_SET_NAME), Str("nstar-task"))
	p.Call("prctl", Int(unix.PR_SET_PDEATHSIG), Int(int(wakeSignal)))
	p.Call("prctl", Int(unix.PR_SET_CHILD_SUBREAPER), Int(1))
	return p
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
	e.stopReaping()
	shell := e.shell
	var others []*Task
	for t := range e.tasks {
		if t != shell {
			others = append(others, t)
		}
	}
	e.mu.Unlock()
	if shell == nil {
		return nil
	}
	err := killAll(others, shell)
	if shell.seize() { // if not, it has ended, and its pid may be another's by now
		err = errors.Join(err, sweep(shell.Pid(), func() bool {
			shell.interrupt()
			return true
		}))
		shell.unlock()
	}
	err = errors.Join(err, shell.end())
	if e.options.Adopt {
		err = errors.Join(err, sweep(os.Getpid(), func() bool { return true }))
	}
	awaitGone(append(others, shell))
	e.poller.close()
	return err
}
