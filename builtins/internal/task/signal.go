package task

import (
	"context"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// kill sends a signal through the pidfd, so that it cannot hit another
// process.
func (t *Task) kill(sig unix.Signal) error {
	return t.Pidfd(func(fd int) error { return unix.PidfdSendSignal(fd, sig, nil, 0) })
}

// Signal sends sig with the host's rights. A stub blocks all signals; it is
// made to take this one, whose default action ends it. (The init of a PID
// namespace ignores a signal that it has no handler for: pid_namespaces(7).)
func (t *Task) Signal(ctx context.Context, sig unix.Signal) error {
	if err := t.kill(sig); err != nil {
		return &Error{Name: "pidfd_send_signal", Text: "pidfd_send_signal(" + signalName(sig) + ")", Errno: errno(err), Pid: t.pid}
	}
	if !t.Parked() || !ends(sig) {
		return nil
	}
	return t.deliver(ctx, sig)
}

func errno(err error) unix.Errno {
	if e, ok := err.(unix.Errno); ok {
		return e
	}
	return unix.EINVAL
}

func signalName(sig unix.Signal) string {
	if name := unix.SignalName(sig); name != "" {
		return name
	}
	return sig.String()
}

// ends tells whether the default action of sig is to end the process and the
// signal can be blocked.
func ends(sig unix.Signal) bool {
	switch sig {
	case 0, unix.SIGKILL, unix.SIGSTOP, unix.SIGCONT, unix.SIGCHLD, unix.SIGURG, unix.SIGWINCH,
		unix.SIGTSTP, unix.SIGTTIN, unix.SIGTTOU:
		return false
	}
	return true
}

// deliver unblocks sig in the stub for a moment. A call that blocks is
// interrupted first, and goes on afterwards if there still is a task.
func (t *Task) deliver(ctx context.Context, sig unix.Signal) error {
	ticker := time.NewTicker(nudgeEvery)
	defer ticker.Stop()
	for locked := false; !locked; {
		select {
		case t.busy <- struct{}{}:
			locked = true
		case <-ticker.C:
			t.nudge()
		case <-t.gone:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	defer t.unlock()
	p := new(Program)
	mask := NewBuf(uint64Bytes(1 << (sig - 1)))
	p.Call("rt_sigprocmask", Int(unix.SIG_UNBLOCK), mask.Arg(), Null, Int(8)).hide()
	p.Call("rt_sigprocmask", Int(unix.SIG_BLOCK), mask.Arg(), Null, Int(8)).hide()
	if err := t.perform(ctx, p); err != nil && t.Parked() {
		return err
	}
	return nil
}

// Close kills the task and waits for its end. What it left running is not
// touched.
func (t *Task) Close() error {
	_ = t.kill(unix.SIGKILL)
	if !t.awaitStatus() {
		return &os.SyscallError{Syscall: "kill", Err: context.DeadlineExceeded}
	}
	t.claim()
	return nil
}

// end is Close, but waits until the parent has reported the end.
func (t *Task) end() error {
	_ = t.kill(unix.SIGKILL)
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if _, err := t.Wait(ctx); err != nil {
		return &os.SyscallError{Syscall: "kill", Err: err}
	}
	return nil
}
