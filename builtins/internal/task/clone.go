package task

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/sys/unix"
)

// CloneOptions are what clone3(2) takes that makes sense for a task.
type CloneOptions struct {
	Flags  uint64 // CLONE_NEW*, CLONE_FS, CLONE_IO, CLONE_SYSVSEM, CLONE_PTRACE, CLONE_UNTRACED
	Text   string // how the flags are shown
	SetTid []int  // pids to take, in the innermost PID namespace first
	Cgroup int    // a host descriptor of a cgroup v2 folder to start in; 0: none

	hidden    bool // see Task
	subreaper bool // the child is one, prctl(2)
}

// cloneable are the flags that leave the child a process with memory,
// descriptors and signal handlers of its own, as a task must be.
const cloneable = unix.CLONE_NEWCGROUP | unix.CLONE_NEWIPC | unix.CLONE_NEWNET | unix.CLONE_NEWNS |
	unix.CLONE_NEWPID | unix.CLONE_NEWTIME | unix.CLONE_NEWUSER | unix.CLONE_NEWUTS |
	unix.CLONE_FS | unix.CLONE_IO | unix.CLONE_SYSVSEM | unix.CLONE_PTRACE | unix.CLONE_UNTRACED |
	unix.CLONE_NNP | unix.CLONE_EMPTY_MNTNS

// Clone makes a child of t, a task in its turn, with clone3(2).
func (t *Task) Clone(ctx context.Context, o CloneOptions) (*Task, error) {
	if bad := o.Flags &^ cloneable; bad != 0 {
		return nil, fmt.Errorf("bad value: flags must leave the child memory, descriptors and handlers of its own, but have %#x", bad)
	}
	if err := t.lock(ctx); err != nil {
		return nil, err
	}
	defer t.unlock()
	return t.clone(ctx, o)
}

// clone is Clone for who holds busy.
func (t *Task) clone(ctx context.Context, o CloneOptions) (*Task, error) {
	if !t.Parked() {
		return nil, t.dead()
	}
	c, far, err := t.engine.newTask(t)
	if err != nil {
		return nil, err
	}
	defer far.close()
	c.hidden = o.hidden
	c.altered.Store(!t.Pristine())
	c.sockNum, c.sigfdNum = t.sockNum, t.sigfdNum
	t.beginBirth()
	defer t.endBirth()
	p, clone := t.cloneProgram(c, far, o)
	if err := t.performAnd(ctx, p, t.engine.spare.fill); err != nil {
		c.abandon()
		t.killLost(clone)
		return nil, err
	}
	if err := t.adoptChild(c, clone, p.taken); err != nil {
		return nil, err
	}
	return c, nil
}

// adoptChild makes a child known that clone has made.
func (t *Task) adoptChild(c *Task, clone *Call, taken []int) error {
	pid, err := t.childPid(taken[0])
	if err != nil {
		closeAll(taken)
		c.abandon()
		return err
	}
	c.nspid, c.pidfd, c.pid = int(clone.result), taken[0], pid
	if pid == 0 {
		c.pid = c.nspid // it has been waited for already
	}
	if err := t.engine.adoptTask(c); err != nil {
		c.abandon()
		return err
	}
	t.addChild(c)
	return nil
}

// cloneProgram is what t does to make c, whose own first program it completes
// with the descriptors' numbers.
func (t *Task) cloneProgram(c *Task, far *far, o CloneOptions) (*Program, *Call) {
	p := new(Program)
	p.Lend(far.sock) // the first: see childProgram
	mem := p.Lend(far.mem)
	args := NewBuf(make([]byte, cloneArgsSize))
	if o.Cgroup > 0 {
		o.intoCgroup(args, p.Lend(o.Cgroup))
	}
	pidfd := cloneInto(args, o)

	child, filled := childProgram(t, len(p.lent))
	if o.subreaper {
		child.Call("prctl", Int(unix.PR_SET_CHILD_SUBREAPER), Int(1))
	}
	l := c.firstProgram(child)
	p.Call("mmap", Uint(c.arena.base), Int(arenaSize), Int(protRW), Int(mapShared), mem, Int(0)).hide()
	for i, calls := range filled {
		for _, call := range calls {
			p.move(l.argAddress(call.off, 0), Arg{kind: argLentAt, n: uint64(i)})
		}
	}
	clone := p.Call("clone3", args.Arg().As(o.show()), Int(int(cloneArgsSize)), Null.As(hidden), Null.As(hidden),
		Uint(c.arena.base).As(hidden), Uint(c.arena.base+callsOffset).As(hidden))
	p.finally = []*Call{sysCall("munmap", Uint(c.arena.base), Int(arenaSize))}
	p.TakeBuf(pidfd, 0)
	return p, clone
}

// cloneInto fills struct clone_args and returns where the pidfd will be.
func cloneInto(args *Buf, o CloneOptions) (pidfd *Buf) {
	pidfd = NewBuf([]byte{0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0})
	args.Put(offFlags, Uint(o.Flags|unix.CLONE_PIDFD))
	args.Put(offPidfd, pidfd.Arg())
	args.Put(offExitSignal, Int(int(unix.SIGCHLD)))
	if len(o.SetTid) > 0 {
		tids := make([]byte, 0, 4*len(o.SetTid))
		for _, tid := range o.SetTid {
			tids = append(tids, byte(tid), byte(tid>>8), byte(tid>>16), byte(tid>>24))
		}
		args.Put(offSetTid, NewBuf(tids).Arg())
		args.Put(offSetTidSize, Int(len(o.SetTid)))
	}
	return pidfd
}

// intoCgroup has the child start in a cgroup of version 2.
func (o *CloneOptions) intoCgroup(args *Buf, fd Arg) {
	args.Put(offCgroup, fd)
	o.Flags |= unix.CLONE_INTO_CGROUP
	o.Text = strings.TrimPrefix(o.Text+"|CLONE_INTO_CGROUP", "0|")
}

func (o CloneOptions) show() string {
	parts := []string{"flags=" + o.Text}
	if o.Text == "" {
		parts[0] = fmt.Sprintf("flags=%#x", o.Flags)
	}
	parts = append(parts, "exit_signal=SIGCHLD")
	if len(o.SetTid) > 0 {
		parts = append(parts, fmt.Sprintf("set_tid=%v", o.SetTid))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// childProgram is what a child of t does first: it takes its own end of its
// own channel in place of t's, and keeps nothing of t. The calls whose first
// argument is the number of the nth lent descriptor are returned apart; only
// t can know the numbers.
func childProgram(t *Task, lent int) (p *Program, filled [][]*Call) {
	p = new(Program)
	filled = make([][]*Call, lent)
	dup := p.Call("dup3", Int(-1), Int(int(t.sockNum)), Int(unix.O_CLOEXEC))
	filled[0] = append(filled[0], dup)
	for i := range filled {
		filled[i] = append(filled[i], p.Call("close", Int(-1)))
	}
	p.Call("munmap", Uint(t.arena.base), Int(arenaSize))
	p.Call("prctl", Int(unix.PR_SET_PDEATHSIG), Int(int(wakeSignal)))
	if t.parent == nil {
		p.Call("close", Int(bornKin)).May()
	}
	return p, filled
}

// killLost kills a child whose pidfd did not arrive, by its pid, unless its end
// has been reported.
func (t *Task) killLost(clone *Call) {
	pid := int(clone.Result())
	if pid <= 0 || !t.Parked() || t.reported(pid) {
		return
	}
	p := new(Program)
	p.Call("kill", Int(pid), Int(int(unix.SIGKILL))).hide().May()
	_ = t.perform(context.Background(), p)
}

// childPid returns the pid that the host sees of the child that pidfd is said
// to be, 0 if it has been waited for. What the task sent may be anything: a
// file whose ioctl never returns, or a process that is none of its children
// and that the host must not kill for it.
func (t *Task) childPid(pidfd int) (int, error) {
	if dev, _, err := Identify(pidfd); err != nil || dev != t.engine.pidfdDev {
		return 0, fmt.Errorf("task %d sent no pidfd of its child", t.pid)
	}
	info := unix.PidfdInfo{Mask: 1} // PIDFD_INFO_PID
	err := unix.IoctlPidfdInfo(pidfd, &info)
	switch {
	case err == unix.ESRCH:
		return 0, nil
	case err != nil: // before Linux 6.13
		pid, _ := PidOf(pidfd)
		return pid, nil
	case int(info.Ppid) != t.pid && t.Parked() && !t.zombie(): // its own end would change the parent
		return 0, fmt.Errorf("task %d sent the pidfd of a process that is not its child", t.pid)
	}
	return int(info.Pid), nil
}
