package builtins

import (
	"bytes"
	"context"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// waitTask waits for a task, and if it is a job, for what that wants of it.
func (c *Call) waitTask(ctx context.Context, t *task.Task) (status task.Status, err error) {
	j := c.Host.jobs.take(t)
	err = c.Block(func() error {
		if j != nil {
			j.unwatch()
			if err := c.attend(ctx, j); err != nil {
				return err
			}
		}
		status, err = t.Wait(ctx)
		return err
	})
	if err != nil && j != nil {
		c.Host.watchJob(j.task, j.name)
	}
	return status, err
}

// attend waits until a job has ended, or ctx. A job that was stopped before is
// brought to the foreground, as fg of a shell does, and so is one that comes to
// want the terminal.
func (c *Call) attend(ctx context.Context, j *job) error {
	if isStopped(j.task.Pid()) && ctx.Err() == nil {
		if l := c.lendTerminalToJob(j.task); l != nil {
			return l.foreground(ctx, j.task)
		}
	}
	for {
		select {
		case sig := <-j.task.Stopped():
			if wantsTerminal(sig) {
				if l := c.lendTerminalToJob(j.task); l != nil {
					return l.foreground(ctx, j.task)
				}
			}
			c.Host.tellStopped(j.task, j.name, sig, otherSpawn)
		case <-j.task.Done():
			return nil
		case <-ctx.Done():
			return nil
		}
	}
}

// lendTerminalToJob is lendTerminal for a program that runs. It must have a
// process group of its own: nothing else could be in the foreground alone.
func (c *Call) lendTerminalToJob(t *task.Task) *lentTerminal {
	if group, err := unix.Getpgid(t.Pid()); err != nil || group != t.Pid() || !c.Host.jobControl() {
		return nil
	}
	return c.lendTerminalTo(t)
}

// foreground has a program go on with the terminal until it ends or is stopped, or
// ctx ends.
func (l *lentTerminal) foreground(ctx context.Context, t *task.Task) error {
	l.resume(t.Pid())
	for {
		select {
		case sig := <-t.Stopped():
			if !isStopped(t.Pid()) {
				continue // that was before
			}
			l.end(true)
			return fmt.Errorf("task %d was stopped by %s: wait for it again, and it goes on", t.Pid(), unix.SignalName(sig))
		case <-t.Done():
			l.endAfter(t)
			return nil
		case <-ctx.Done():
			l.end(true)
			return nil
		}
	}
}

// isStopped tells whether a signal has stopped a process.
func isStopped(pid int) bool {
	text, _ := os.ReadFile(task.ProcPath(pid, "status"))
	return bytes.Contains(text, []byte("\nState:\tT (stopped)"))
}
