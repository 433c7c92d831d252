package task

import (
	"context"
	"fmt"

	"golang.org/x/sys/unix"
)

// Exec replaces the task by a program, for good. When it fails the task is as
// before.
func (t *Task) Exec(ctx context.Context, cmd Command) error {
	if err := t.lock(ctx); err != nil {
		return err
	}
	defer t.unlock()
	if len(cmd.Files) > 0 {
		return fmt.Errorf("execve: files cannot be given; a task has 0, 1 and 2")
	}
	p := new(Program)
	quiet := func(name string, args ...Arg) *Call { return p.Call(name, args...).hide() }
	if t.parent == nil {
		quiet("prctl", Int(unix.PR_SET_CHILD_SUBREAPER), Int(0))
	}
	quiet("prctl", Int(unix.PR_SET_PDEATHSIG), Int(int(unix.SIGKILL)))
	if cmd.Dir != "" {
		p.Call("chdir", Str(cmd.Dir))
	}
	group, _ := unix.Getpgid(t.pid)
	cmd.toGroup(p, quiet)
	flushSignals(quiet)
	execs := cmd.exec(p, quiet)
	quiet("rt_sigprocmask", Int(unix.SIG_SETMASK), NewBuf(uint64Bytes(^uint64(1<<(wakeSignal-1)))).Arg(), Null, Int(8))
	quiet("prctl", Int(unix.PR_SET_PDEATHSIG), Int(int(wakeSignal)))
	if t.parent == nil {
		quiet("prctl", Int(unix.PR_SET_CHILD_SUBREAPER), Int(1))
	}
	if (cmd.Group || cmd.Foreground) && t.pid == t.nspid && group != 0 { // else it has no number there
		quiet("setpgid", Int(0), Int(group)).May()
	}
	p.replaces = true
	err := t.perform(ctx, p)
	if err == errHungUp {
		t.mu.Lock()
		t.program = true // or it was killed: then its status will tell
		t.mu.Unlock()
		return nil
	}
	if err != nil {
		return err
	}
	return t.execError(nil, execs)
}

// flushSignals drops what the terminal or a broken pipe has sent to the stub,
// which blocks it: the program must not get what was meant for others.
func flushSignals(quiet func(string, ...Arg) *Call) {
	for _, sig := range []unix.Signal{unix.SIGINT, unix.SIGQUIT, unix.SIGPIPE, unix.SIGTSTP, unix.SIGTTIN, unix.SIGTTOU} {
		old := NewBuf(make([]byte, 4*8))
		ignore := NewBuf(append(uint64Bytes(1 /* SIG_IGN */), make([]byte, 3*8)...))
		quiet("rt_sigaction", Int(int(sig)), ignore.Arg(), old.Arg(), Int(8))
		quiet("rt_sigaction", Int(int(sig)), old.Arg(), Null, Int(8))
	}
}
