package builtins

import (
	"context"

	"go.starlark.net/starlark"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "on_host(fn, *args, **kwargs)",
	Shelf: "language",
	Page:  "nsenter(1)",
	Like:  "nsenter -t $PPID -a …",
	Doc: `Calls fn(*args, **kwargs) with a task of the host as the current task and returns what it returns.

That task is new, and is where nstar was started: in its namespaces, with its
root, working directory, users and capabilities, whatever the shell task has
unshared or joined since. It ends with the call, and so does what it has started
with spawn. At the prompt, !!command is on_host(sh, "command", check=False).`,
	Example: `
>>> sethostname("inner")
>>> gethostname(), on_host(gethostname) == "inner"
("inner", False)
>>> on_host(ns_of).user == ns_of().user
False
`,
	Func: func(c *Call) (starlark.Value, error) {
		var fn starlark.Callable
		var args starlark.Tuple
		var kwargs []starlark.Tuple
		if err := c.Args(&fn, &args, &kwargs); err != nil {
			return nil, err
		}
		var t *task.Task
		err := c.Block(func() (err error) {
			t, err = c.Host.outsider(c.ctx)
			return err
		})
		if err != nil {
			return nil, err
		}
		v, err := c.As(t, fn, args, kwargs)
		if e := stateOf(c.Thread).flush(); e != nil {
			v, err = nil, e
		}
		if e := c.unlocked(t.KillTree); err == nil {
			err = e
		}
		return v, err
	},
})

// outsider makes a task in the host's namespaces. Its parent, the shell of an
// engine that no script gets at, has never been told anything else.
func (h *Host) outsider(ctx context.Context) (*task.Task, error) {
	h.outside.Renew()
	shell, err := h.outside.Shell(ctx)
	if err != nil {
		return nil, err
	}
	return shell.Clone(ctx, task.CloneOptions{})
}
