package builtins

import (
	"context"
	"fmt"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// Somebody who types at a prompt has job control, as at that of a shell: what
// runs in the background is out of reach of the keyboard, and is stopped when it
// reads. Background is what spawn starts, until wait finds it stopped, and what
// the function of a clone runs when the session is through with the line that has
// made the clone;
// wait(clone(0, lambda: run("sh"))) has the sh in the foreground. In a script all
// programs stay in the process group of nstar, and with it in that of whoever has
// started it.

// jobControl tells whether the session has a prompt, at a terminal.
func (h *Host) jobControl() bool {
	_, err := unix.IoctlGetInt(keyboard, unix.TIOCGPGRP)
	return err == nil && h.jobs.watched()
}

// AtWork notes whether the session evaluates something, or a prompt waits for what is
// typed.
func (h *Host) AtWork(is bool) {
	if was := h.atWork.Swap(is); is && !was {
		h.line.Add(1)
	}
}

// inBackground tells whether a thread has no right to the terminal: one of a
// clone, when the prompt is not at the line that has made the clone.
func (h *Host) inBackground(thread *starlark.Thread) bool {
	s := stateOf(thread)
	return s.ofClone && !(h.atWork.Load() && s.line == h.line.Load()) && h.jobControl()
}

// lineOf is the line that what a thread does belongs to.
func (h *Host) lineOf(thread *starlark.Thread) int64 {
	if s := stateOf(thread); s.ofClone {
		return s.line
	}
	return h.line.Load()
}

// HoldTerminal waits until no program has the terminal, and lends it to none
// before release is called. It fails if ctx ends first.
func (h *Host) HoldTerminal(ctx context.Context) (release func(), err error) {
	select {
	case h.terminal <- struct{}{}:
		return func() { <-h.terminal }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// takeTerminal is HoldTerminal for a program, which does not wait.
func (c *Call) takeTerminal() bool {
	if c.Host.inBackground(c.Thread) {
		return false
	}
	select {
	case c.Host.terminal <- struct{}{}:
		return true
	default:
		return false
	}
}

// become has c.Task execute a program. It has the terminal if the session, or
// at work the function of a clone, goes on as that program; in the background of
// a prompt it is a job.
func (c *Call) become(cmd task.Command, exec func(task.Command) error) error {
	current, err := c.Current()
	if err != nil {
		return err
	}
	var terminal *lentTerminal
	filtered := underFilter(c.Task.Pid()) // which may have no mercy with what this takes
	job := c.Host.jobControl() && !filtered
	if current == c.Task && (!stateOf(c.Thread).ofClone || job) && !filtered {
		terminal = c.lendTerminalTo(c.Task)
	}
	cmd.Foreground, cmd.Terminal, cmd.Group = terminal != nil, keyboard, job
	err = c.Block(func() error { return exec(cmd) })
	switch {
	case terminal != nil && err != nil:
		terminal.end(true)
	case terminal != nil:
		c.Host.clones.Go(func() { terminal.lendUntilEnd(c.Task) })
	case err == nil && current != c.Task:
		c.begun(c.Task, jobName(cmd.Argv))
	}
	return err
}

// lendUntilEnd takes the terminal back when a program has ended.
func (l *lentTerminal) lendUntilEnd(t *task.Task) {
	if t.Parent() == nil { // a child of ours: no task is told that it was stopped
		l.stops(t.Pid())
	}
	for {
		select {
		case <-t.Stopped():
			l.stopped(t)
		case <-t.Done():
			l.endAfter(t)
			return
		}
	}
}

// tellStopped says that a program in the background was stopped, and why, if
// it wanted the keyboard: nothing else would. Other is what to do instead.
func (h *Host) tellStopped(t *task.Task, name string, sig unix.Signal, other string) {
	why := ""
	if wantsTerminal(sig) {
		why = ", as it wants the terminal, which the prompt has: " + other
	}
	fmt.Fprintf(h.notes, "[%d] %s: stopped by %s%s\n", t.Pid(), name, unix.SignalName(sig), why)
}

func wantsTerminal(sig unix.Signal) bool { return sig == unix.SIGTTIN || sig == unix.SIGTTOU }

// How a program that wants the terminal can have it.
const (
	otherSpawn = `wait for it, and it has that and goes on`
	otherClone = `kill it by SIGKILL, and wait for the clone in the line that makes it`
)
