package task

import (
	"context"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task/nofile"
)

// Shell returns the first task, which it starts when it is first asked, and
// once more after Renew: a child of the host that shares all namespaces with it.
func (e *Engine) Shell(ctx context.Context) (*Task, error) {
	e.start.Lock()
	defer e.start.Unlock()
	e.mu.Lock()
	shell, stale, closed := e.shell, e.stale, e.closed
	e.mu.Unlock()
	if closed {
		return nil, ErrClosed
	}
	if shell != stale {
		return shell, nil
	}
	if e.options.Adopt {
		if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
			return nil, os.NewSyscallError("prctl", err)
		}
	}
	shell, err := e.startFirst(ctx)
	if err != nil {
		return nil, fmt.Errorf("the shell task cannot be started: %w", err)
	}
	e.mu.Lock()
	e.shell, e.stale = shell, nil
	e.mu.Unlock()
	return shell, nil
}

// startFirst is startShell with the poller, which is there as long as any shell.
func (e *Engine) startFirst(ctx context.Context) (*Task, error) {
	if e.poller != nil {
		return e.startShell(ctx)
	}
	p, err := newPoller()
	if err != nil {
		return nil, err
	}
	e.poller = p
	shell, err := e.startShell(ctx)
	if err != nil {
		p.close()
		e.poller = nil
	}
	return shell, err
}

// Renew has Shell start another one if the one that there was has ended, which
// it then returns; else nil. Tasks that the old one has made live on.
func (e *Engine) Renew() *Task {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.shell == nil || e.shell == e.stale {
		return nil
	}
	select {
	case <-e.shell.done:
		e.stale = e.shell
		return e.stale
	default:
		return nil
	}
}

// Started returns the shell if it has been started, or nil.
func (e *Engine) Started() *Task {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.shell == e.stale {
		return nil
	}
	return e.shell
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
	born, kin := bornProgram()
	t.firstProgram(born)

	if err := raise(&img, &far.sock, &far.mem); err != nil {
		far.close()
		t.abandon()
		return nil, err
	}
	go e.spare.fill() // the first clone is near, and this thread is held up
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
	if err := t.settle(ctx); err != nil {
		t.Close()
		return nil, err
	}
	if kin.Errno() == 0 {
		t.arena.header().kin = bornKin
	}
	return t, nil
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
//
// The call kin gives it the list of its children, for the case that the host
// dies: it must then end them, and may see no /proc by then. Where the host has
// none, or the kernel has no such list, those that daemonize survive.
func bornProgram() (p *Program, kin *Call) {
	const wakeMask = 1 << (wakeSignal - 1)
	p = new(Program)
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
	list := p.Call("openat", Int(unix.AT_FDCWD), Str("/proc/thread-self/children"), Int(unix.O_RDONLY|unix.O_CLOEXEC)).May()
	kin = p.Call("dup3", Res(list), Int(bornKin), Int(unix.O_CLOEXEC)).May()
	p.Call("close", Res(list)).May()
	return p, kin
}
