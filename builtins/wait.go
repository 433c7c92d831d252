package builtins

import (
	"context"
	"errors"
	"fmt"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "wait(t=None, timeout=None, *, task=None)",
	Shelf: "process",
	Page:  "wait(2)",
	Like:  "wait $!",
	Doc: `Waits for the end of a task, or of a child of the current task, and returns its status.

t is a task, or a pid or a pidfd of any process; without it, the child that
ended first is returned (ECHILD if there is none). After timeout seconds it fails
with ETIMEDOUT, and the process is as it was. A status has code, signal, core,
pid and rusage, and is true if the code is 0. How a process has ended that is no
child is known when its parent has waited for it (Linux 6.15), and without
rusage.

At the prompt, t may be a program of spawn that was stopped, or that comes to want
the terminal: it gets that and goes on, as fg of a shell has it; Ctrl-Z ends the
wait.`,
	Example: `
>>> t = clone(0, lambda: 3)
>>> wait(t)
exit status 3
>>> u = clone()
>>> catch(wait, u, timeout=0).error.errno
"ETIMEDOUT"
>>> u.kill(SIGKILL)
>>> wait().signal
SIGKILL
>>> catch(wait).error.errno
"ECHILD"
>>> r, w = pipe()
>>> orphan = int(sh("(read x <&3; exit 3) >&- 2>&- & echo $!", files={3: r}, capture=True).stdout.strip())
>>> p = pidfd_open(orphan)
>>> w.close()
>>> wait(p, task=clone())
exit status 3
`,
	Func: func(c *Call) (starlark.Value, error) {
		var who starlark.Value
		timeout := -1.0
		if err := c.Args(&who, &timeout); err != nil {
			return nil, err
		}
		var status starlark.Value
		err := c.within(timeout, "nothing has ended", func(ctx context.Context) (err error) {
			status, err = c.waitFor(ctx, who)
			return err
		})
		return status, err
	},
})

// within calls f with a context that ends after timeout seconds; no parameter
// timeout, which the caller has as -1, is no limit. late says what has not
// happened in time.
func (c *Call) within(timeout float64, late string, f func(context.Context) error) error {
	if c.Arg("timeout") != starlark.None && !(timeout >= 0) {
		return BadValue("timeout", "a number of seconds", c.Arg("timeout"))
	}
	ctx := c.ctx
	if timeout >= 0 {
		limited, cancel := context.WithTimeoutCause(ctx, seconds(timeout), errTimeout)
		defer cancel()
		ctx = limited
	}
	err := f(ctx)
	if errors.Is(err, errTimeout) {
		err = fmt.Errorf("%s within %v s: %w", late, timeout, unix.ETIMEDOUT)
	}
	return err
}

var errTimeout = errors.New("timeout")

// waitFor waits for a task, a child by its pid, or any child.
func (c *Call) waitFor(ctx context.Context, who starlark.Value) (v starlark.Value, err error) {
	var ended task.Ended
	switch who := who.(type) {
	case *TaskValue:
		ended.Task = who.Task
		ended.Status, err = c.waitTask(ctx, who.Task)
	case *FileValue:
		return c.waitPidfd(ctx, who)
	case starlark.NoneType:
		err = c.Block(func() (err error) {
			ended, err = c.Task.WaitAny(ctx)
			return err
		})
	default:
		var pid int
		if unpack("t", who, &pid) != nil || pid <= 0 {
			return nil, BadValue("t", "a task, a pid or a pidfd", who)
		}
		err = c.Block(func() (err error) {
			ended, err = c.Task.WaitPid(ctx, pid)
			return err
		})
		if errors.Is(err, unix.ECHILD) {
			return c.waitStranger(ctx, pid, err)
		}
	}
	if err != nil {
		return nil, err
	}
	if ended.Task != nil {
		ended.Pid = ended.Task.Pid()
		c.Host.jobs.take(ended.Task)
		c.flush(ended.Task)
	}
	return &StatusValue{Pid: ended.Pid, Status: ended.Status}, nil
}

// spawned notes what wait is to flush when it tells the end of t.
func (c *Call) spawned(t *task.Task, outputs []*output) {
	if len(outputs) > 0 {
		if c.Host.outputs == nil {
			c.Host.outputs = map[*task.Task][]*output{}
		}
		c.Host.outputs[t] = outputs
	}
}

// flush prints what t wrote through the host before whatever comes next.
func (c *Call) flush(t *task.Task) {
	outputs := c.Host.outputs[t]
	delete(c.Host.outputs, t)
	if len(outputs) > 0 {
		_ = c.Block(func() error {
			for _, o := range outputs {
				o.flush(c.ctx)
			}
			return nil
		})
	}
}
