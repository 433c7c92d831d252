package builtins

import (
	"context"
	"errors"

	"go.starlark.net/starlark"

	"nstar/builtins/internal/task"
)

// A deferral is a call put off to the end of the script.
type deferral struct {
	task   *task.Task // the current task of that time; nil is the shell task
	fn     starlark.Callable
	args   starlark.Tuple
	kwargs []starlark.Tuple
}

// RunDeferred makes the calls that defer has put off, the last first, also
// those that they put off themselves. Errors are reported; the next is made
// nevertheless. The caller must not hold the interpreter lock.
func (h *Host) RunDeferred(ctx context.Context) {
	for h.RunOneDeferred(ctx) {
	}
}

// RunOneDeferred makes the call that was put off last, and returns false if
// there was none.
func (h *Host) RunOneDeferred(ctx context.Context) bool {
	h.turn.acquire()
	defer h.turn.release()
	last := len(h.deferred) - 1
	if last < 0 {
		return false
	}
	d := h.deferred[last]
	h.deferred = h.deferred[:last]
	if err := h.runDeferral(ctx, d); err != nil && !isExit(err) {
		h.report(err)
	}
	return true
}

func (h *Host) runDeferral(ctx context.Context, d deferral) error {
	h.AtWork(true)
	defer h.AtWork(false)
	thread := h.NewThread(ctx, "defer", d.task)
	defer EndThread(thread)
	_, err := starlark.Call(thread, d.fn, d.args, d.kwargs)
	return err
}

func isExit(err error) bool {
	var exit *ExitError
	return errors.As(err, &exit)
}

var _ = def(Builtin{
	Sig:   "defer(fn, *args, **kwargs)",
	Shelf: "language",
	Page:  "atexit(3)",
	Like:  "trap 'umount /mnt' EXIT",
	Doc: `Puts off the call fn(*args, **kwargs) to the end of the script.

What was put off last is called first, also when the script ends by an error or
by exit. An error in one call is printed and does not stop the others, nor does
Ctrl-C, which ends the call that is being made. The
current task is the one that was current at the time of defer.`,
	Example: `
>>> defer(print, "bye")
>>> print("hello")
hello
`,
	Func: func(c *Call) (starlark.Value, error) {
		var d deferral
		if err := c.Args(&d.fn, &d.args, &d.kwargs); err != nil {
			return nil, err
		}
		if err := c.catchUp(); err != nil { // who puts off an umount2 counts on the mount
			return nil, err
		}
		cur := stateOf(c.Thread).current
		if d.task = cur.used; d.task == nil {
			d.task = cur.base
		}
		c.Host.deferred = append(c.Host.deferred, d)
		return starlark.None, nil
	},
})
