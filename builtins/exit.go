package builtins

import (
	"context"
	"fmt"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// ExitError is the end of a script, or of the function of a clone, by exit.
// Find it with errors.As; catch does not.
type ExitError struct{ Code int }

func (e *ExitError) Error() string { return fmt.Sprintf("exit(%d)", e.Code) }

// Replaced is the end of a script whose current task has become a program.
// Find it with errors.As; catch does not.
type Replaced struct {
	Task *task.Task
	host *Host
}

func (r *Replaced) Error() string { return fmt.Sprintf("task %d has become a program", r.Task.Pid()) }

// Signal forwards a signal to the program.
func (r *Replaced) Signal(ctx context.Context, sig unix.Signal) error {
	return r.Task.Signal(ctx, sig)
}

// Wait waits for the end of the program and returns the exit status of a
// shell: its code, or 128 and the signal.
func (r *Replaced) Wait(ctx context.Context) (int, error) {
	select {
	case <-r.Task.Done():
		return exitStatus(r.Task.Status()), nil
	case <-ctx.Done():
		return 1, ctx.Err()
	}
}

// Used tells whether the task was one that use had made the session's current:
// the shell task is left to go on with. The caller must not hold the interpreter
// lock.
func (r *Replaced) Used() bool {
	r.host.turn.acquire()
	defer r.host.turn.release()
	return r.host.session.used == r.Task
}

// exitStatus is 1 where nobody knows how the process ended.
func exitStatus(s task.Status) int {
	switch {
	case !s.Known:
		return 1
	case s.Signal != 0:
		return 128 + int(s.Signal)
	}
	return s.Code
}

var _ = def(Builtin{
	Sig:   "exit(status=0)",
	Shelf: "process",
	Page:  "exit(3)",
	Like:  "exit 1",
	Doc: `Ends the script with an exit status from 0 to 255, after what defer has put off.

status may be how a program ended: its code, or 128+n if signal n killed it. In
the function of a clone it ends that task.`,
	Example: `
>>> t = clone(0, lambda: exit(3))
>>> wait(t).code
3
>>> wait(clone(0, lambda: exit(sh("kill $$", check=False)))).code == 128 + 15
True
`,
	Func: func(c *Call) (starlark.Value, error) {
		var how starlark.Value
		if err := c.Args(&how); err != nil {
			return nil, err
		}
		if s, ok := how.(interface{ exitStatus() int }); ok {
			return nil, &ExitError{s.exitStatus()}
		}
		var code int
		if err := unpack("status", how, &code); err != nil {
			return nil, err
		}
		if code < 0 || code > 255 {
			return nil, BadValue("status", "from 0 to 255", starlark.MakeInt(code))
		}
		return nil, &ExitError{code}
	},
})
