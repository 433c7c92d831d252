package builtins

import (
	"runtime"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// A lentTerminal is the terminal of nstar while a program has its foreground:
// what is typed, and Ctrl-C with it, goes to the program alone, as a shell does
// it. A shell within a PID namespace could not even give the terminal back to
// nstar, whose process group it cannot name.
type lentTerminal struct {
	host  *Host
	group int          // nstar's own process group
	modes unix.Termios // as nstar had them
}

const keyboard = 0 // the descriptor of nstar that the terminal is asked by

// lendTerminal returns nil where there is nothing to lend: standard input,
// output and error must all be the terminal, in whose foreground nstar is. In
// a pipeline the terminal belongs to all of its programs.
func (c *Call) lendTerminal() *lentTerminal {
	group, ok := foregroundGroup()
	if !ok || !c.takeTerminal() {
		return nil
	}
	l := &lentTerminal{host: c.Host, group: group}
	if modes, err := unix.IoctlGetTermios(keyboard, unix.TCGETS); err == nil {
		l.modes = *modes
	}
	return l
}

// lendTerminalTo is lendTerminal for what a task starts.
func (c *Call) lendTerminalTo(t *task.Task) *lentTerminal {
	if !inSession(t) {
		return nil
	}
	return c.lendTerminal()
}

// inSession tells whether a process is in nstar's session. What is not, as the
// children of a task that has called setsid(2), cannot be in the foreground of
// nstar's terminal, and no Ctrl-C reaches it from there.
func inSession(t *task.Task) bool {
	theirs, err := unix.Getsid(t.Pid())
	own, _ := unix.Getsid(0)
	return err == nil && theirs == own
}

// foregroundGroup returns nstar's process group if it is the foreground group
// of the terminal that all standard descriptors refer to.
func foregroundGroup() (group int, ok bool) {
	for fd := range 3 {
		g, err := unix.IoctlGetInt(fd, unix.TIOCGPGRP)
		if err != nil || g != unix.Getpgrp() {
			return 0, false
		}
		group = g
	}
	if group == 0 {
		return ownGroup()
	}
	return group, true
}

// ownGroup makes a process group of nstar, in the foreground. The one that it was
// started in has no number in its PID namespace, unshare -p -f nstar: so the
// terminal, once lent, could not be given back to it. Who is outside will have
// to take it back, as shells do when a job has ended.
func ownGroup() (group int, ok bool) {
	if unix.Setpgid(0, 0) != nil {
		return 0, false
	}
	group = unix.Getpgrp()
	setForeground(group)
	return group, true
}

// takeBack makes nstar the foreground group again. A program that has failed or
// was stopped may have left the terminal in a mode of its own.
func (l *lentTerminal) takeBack(restoreModes bool) {
	setForeground(l.group)
	if restoreModes {
		_ = unix.IoctlSetTermios(keyboard, unix.TCSETSW, &l.modes)
	}
}

// end takes the terminal back for good.
func (l *lentTerminal) end(restoreModes bool) {
	l.takeBack(restoreModes)
	<-l.host.terminal
}

// endAfter is end when a program has ended.
func (l *lentTerminal) endAfter(t *task.Task) { l.end(t.Status().Signal != 0 || t.Status().Code != 0) }

// stopped does what a job of a shell does when Ctrl-Z is typed: nstar stops as
// well, and when it goes on the program does. Where there is no shell to bring
// it back, the kernel does not stop it, and the program just goes on.
func (l *lentTerminal) stopped(t *task.Task) {
	// In our own group it stopped with us, and goes on with us; it may have ended since.
	if group, err := unix.Getpgid(t.Pid()); err == nil && group == t.Pid() {
		l.groupStopped(t.Pid())
	}
}

// groupStopped is stopped for a process group that has not been waited for.
func (l *lentTerminal) groupStopped(group int) {
	l.takeBack(true)
	onThread(func() { _ = unix.Tgkill(unix.Getpid(), unix.Gettid(), unix.SIGTSTP) })
	l.resume(group)
}

// resume has a process group that was stopped go on, with the terminal.
func (l *lentTerminal) resume(group int) {
	setForeground(group)
	_ = unix.Kill(-group, unix.SIGCONT)
}

// setForeground is tcsetpgrp(3), also from the background: SIGTTOU is blocked
// meanwhile.
func setForeground(group int) {
	onThread(func() {
		var ttou, old unix.Sigset_t
		ttou.Val[0] = 1 << (unix.SIGTTOU - 1)
		if unix.PthreadSigmask(unix.SIG_BLOCK, &ttou, &old) != nil {
			return
		}
		_ = unix.IoctlSetPointerInt(keyboard, unix.TIOCSPGRP, group)
		_ = unix.PthreadSigmask(unix.SIG_SETMASK, &old, nil)
	})
}

// onThread keeps f on one thread.
func onThread(f func()) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	f()
}
