package task

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"

	"golang.org/x/sys/unix"
)

// Command is a program to execute.
type Command struct {
	Paths  []string // tried in this order, as execvp(3) does
	Argv   []string
	Env    []string    // "NAME=value"
	Dir    string      // working directory, "": the task's
	Files  map[int]int // the program's descriptors: host descriptors; others than 0, 1, 2 and these it has none
	DirFd  *int        // a host descriptor of the working directory, in place of Dir
	Setup  []*Call     // further calls before execve, made by the new process
	Filter *Filter     // installed right before execve; nil: none

	Cgroup  int   // a host descriptor of a cgroup v2 folder to start in; 0: none
	Procs   []int // host descriptors of files of cgroup v1 to which the process writes that it joins
	Session bool  // it leads a session of its own, which has no terminal

	// DeathSignal is what the program gets when its parent dies. 0 is SIGKILL,
	// and a negative one none.
	DeathSignal unix.Signal

	Init    bool // a stub is to be process 1 where the program would be
	Contain bool // whatever the program forks stays below a stub: see KillTree

	// Group has the program lead a process group of its own, if it can.
	Group bool

	// Foreground does too, and makes that the foreground group of the terminal
	// that the host's descriptor Terminal refers to. To take that back is the
	// caller's.
	Foreground bool
	Terminal   int
}

// Spawn makes a child of t that executes a program: clone3(2) with
// CLONE_VM|CLONE_VFORK, then execve(2). An error of execve is returned, not a
// child that exits with 127. With Contain it is a grandchild.
func (t *Task) Spawn(ctx context.Context, cmd Command) (*Task, error) {
	if err := t.lock(ctx); err != nil {
		return nil, err
	}
	defer t.unlock()
	if cmd.Init {
		if err := t.placeInit(ctx); err != nil {
			return nil, err
		}
	}
	if cmd.Contain && !t.moved { // the keeper would be process 1
		return t.spawnKept(ctx, cmd)
	}
	return t.spawn(ctx, cmd)
}

// spawn is Spawn by t itself. The caller holds busy.
func (t *Task) spawn(ctx context.Context, cmd Command) (*Task, error) {
	o := CloneOptions{Flags: unix.CLONE_VM | unix.CLONE_VFORK | unix.CLONE_CLEAR_SIGHAND,
		Text: "CLONE_VM|CLONE_VFORK|CLONE_CLEAR_SIGHAND"}
	c, err := t.spawnWith(ctx, cmd, o)
	var refused *Error
	if errors.As(err, &refused) && refused.Name == "clone3" && refused.Errno == unix.EINVAL {
		// Before Linux 6.2, who has unshared the time namespace cannot make
		// children that have its memory, of which they need the arena alone.
		o.Flags, o.Text = o.Flags&^unix.CLONE_VM, "CLONE_VFORK|CLONE_CLEAR_SIGHAND"
		c, err = t.spawnWith(ctx, cmd, o)
	}
	return c, err
}

func (t *Task) spawnWith(ctx context.Context, cmd Command, o CloneOptions) (*Task, error) {
	p := new(Program)
	args := NewBuf(make([]byte, cloneArgsSize))
	if cmd.Cgroup > 0 {
		o.intoCgroup(args, p.Lend(cmd.Cgroup))
	}
	pidfd := cloneInto(args, o)
	clone := p.Call("clone3", args.Arg().As(o.show()), Int(int(cloneArgsSize)), Null.As(hidden), Null.As(hidden),
		Arg{kind: argArena, text: hidden}, Arg{kind: argChild, text: hidden})
	p.TakeBuf(pidfd, 0)
	child := new(Program)
	execs := cmd.child(p, child, t)
	if cmd.Filter != nil && cmd.Filter.listens() {
		p.childTake = child.calls[slices.Index(child.calls, execs[0])-1]
	}
	p.child, p.err = child.calls, firstError(p.err, child.err)

	t.beginBirth()
	defer t.endBirth()
	if err := t.perform(ctx, p); err != nil {
		t.killLost(clone)
		return nil, err
	}
	listener := -1
	if p.childTake != nil {
		listener, p.taken = p.taken[1], p.taken[:1]
	}
	c, err := t.adoptProgram(ctx, p, clone, execs)
	if err == nil && p.childTake != nil && listener < 0 {
		err = &Error{Name: "sendmsg", Text: "sendmsg(SCM_RIGHTS)", Errno: unix.EBADF, Pid: t.pid}
		_ = c.end()
	}
	if err != nil {
		closeAll([]int{listener})
		return nil, err
	}
	if cmd.Filter != nil {
		cmd.Filter.Listener = listener
	}
	return c, nil
}

// adoptProgram makes the child known that p has made, if it has become a
// program.
func (t *Task) adoptProgram(ctx context.Context, p *Program, clone *Call, execs []*Call) (*Task, error) {
	c := t.engine.blankTask(t)
	c.program, c.hungup = true, true
	close(c.gone)
	if err := t.adoptChild(c, clone, p.taken); err != nil {
		return nil, err
	}
	if err := t.execError(p.child, execs); err != nil {
		_ = c.end()
		return nil, err
	}
	if !reached(p.child, execs) { // it was killed before: see killUnborn
		_ = c.end()
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, c.dead()
	}
	return c, nil
}

// reached tells whether the child has made all calls that come before execve.
func reached(child, execs []*Call) bool {
	return child[slices.Index(child, execs[0])-1].Ran()
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// child appends to child what the new process does up to execve, and to p the
// descriptors that it needs. It returns the calls of execve.
func (cmd *Command) child(p, child *Program, t *Task) []*Call {
	quiet := func(name string, args ...Arg) *Call { return child.Call(name, args...).hide() }
	quiet("prctl", Int(unix.PR_SET_PDEATHSIG), Int(int(cmd.deathSignal())))
	// If the host died before that, nobody will send the signal. Then this
	// fails, and the process ends here.
	alive := NewBuf(uint64Bytes(0))
	quiet("sendto", Int(int(t.sockNum)), alive.Arg(), Int(8), Int(unix.MSG_NOSIGNAL), Null, Int(0))
	for _, procs := range cmd.Procs {
		child.Call("write", p.Lend(procs).As("cgroup.procs"), Str("0"), Int(1))
	}
	cmd.lendFiles(p, quiet)
	if cmd.Session {
		child.Call("setsid")
	} else {
		cmd.toGroup(p, quiet)
	}
	switch {
	case cmd.DirFd != nil:
		child.Call("fchdir", p.Lend(*cmd.DirFd))
	case cmd.Dir != "":
		child.Call("chdir", Str(cmd.Dir))
	}
	child.calls = append(child.calls, cmd.Setup...)
	return cmd.exec(child, quiet)
}

func (cmd *Command) deathSignal() unix.Signal {
	if cmd.DeathSignal == 0 {
		return unix.SIGKILL
	}
	return max(cmd.DeathSignal, 0)
}

// toGroup makes the program a process group, if it is to be one and no filter
// forbids that, and gives the terminal to the group that it is in then. SIGTTOU is
// blocked still.
func (cmd *Command) toGroup(p *Program, quiet func(string, ...Arg) *Call) {
	if cmd.Group || cmd.Foreground {
		quiet("setpgid", Int(0), Int(0)).May()
	}
	if cmd.Foreground {
		group := NewBuf(make([]byte, 8))
		group.Put(0, Res(quiet("getpgid", Int(0))))
		quiet("ioctl", p.Lend(cmd.Terminal), Int(unix.TIOCSPGRP), group.Arg()).May()
	}
}

// lendFiles puts descriptors where the program expects them. They are moved
// out of each other's way first.
func (cmd *Command) lendFiles(p *Program, quiet func(string, ...Arg) *Call) {
	numbers := make([]int, 0, len(cmd.Files))
	top := 2
	for n := range cmd.Files {
		numbers = append(numbers, n)
		top = max(top, n)
	}
	sort.Ints(numbers)
	high := make([]*Call, len(numbers))
	for i, n := range numbers {
		high[i] = quiet("fcntl", p.Lend(cmd.Files[n]), Int(unix.F_DUPFD_CLOEXEC), Int(top+1))
	}
	for i, n := range numbers {
		quiet("dup3", Res(high[i]), Int(n), Int(0))
	}
}

// exec appends the calls of execve. They go on after an error: to the next
// path, and after the last to what the caller appends.
func (cmd *Command) exec(child *Program, quiet func(string, ...Arg) *Call) []*Call {
	quiet("rt_sigprocmask", Int(unix.SIG_SETMASK), NewBuf(uint64Bytes(0)).Arg(), Null, Int(8))
	if cmd.Filter != nil {
		cmd.Filter.call(child)
	}
	argv, envp := Vec(cmd.Argv), Vec(cmd.Env)
	envp.text = fmt.Sprintf("[/* %d vars */]", len(cmd.Env))
	var execs []*Call
	for _, path := range cmd.Paths {
		execs = append(execs, child.Call("execve", Str(path), argv, envp).May())
	}
	return execs
}

// execError is the error that keeps the program from running: as execvp(3)
// has it, a path that exists but cannot be executed counts more than one that
// does not exist.
func (t *Task) execError(child []*Call, execs []*Call) error {
	for _, c := range child {
		if c.Errno() != 0 && !c.may {
			return t.failed(c)
		}
	}
	var worst *Call
	for _, c := range execs {
		switch e := c.Errno(); {
		case e == 0:
			return nil // not reached: an earlier one succeeded
		case worst == nil, worst.Errno() == unix.ENOENT || worst.Errno() == unix.ENOTDIR:
			worst = c
		}
	}
	if worst == nil {
		return &Error{Name: "execve", Text: "execve()", Errno: unix.ENOENT, Pid: t.pid}
	}
	return t.failed(worst)
}
