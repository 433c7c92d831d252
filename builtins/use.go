package builtins

import (
	"go.starlark.net/starlark"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "use(t=None)",
	Shelf: "language",
	Page:  "nsenter(1)",
	Like:  "nsenter -t PID -a",
	Doc: `Makes t the current task: the words that follow act on it.

Without t it goes back to the shell task, or within the function of a clone to
the task of that function. Where the shell task itself has ended, the prompt says
so and goes on with a new one in the host's namespaces; a script fails.`,
	Example: `
>>> t = clone(CLONE_NEWUTS)
>>> use(t)
>>> sethostname("inner")
>>> use()
>>> gethostname() == gethostname(task=t)
False
`,
	Func: func(c *Call) (starlark.Value, error) {
		var t *TaskValue
		if err := c.Args(&t); err != nil {
			return nil, err
		}
		if t == nil {
			c.Host.Use(c.Thread, nil)
		} else {
			if ended(t.Task) {
				return nil, &task.Dead{Pid: t.Task.Pid(), Status: t.Task.Status()}
			}
			c.Host.Use(c.Thread, t.Task)
		}
		return starlark.None, nil
	},
})

var _ = def(Builtin{
	Sig:   "self()",
	Shelf: "language",
	Page:  "getpid(2)",
	Like:  "echo $$",
	Doc:   `Returns the current task: the one that words act on unless they are told otherwise.`,
	Example: `
>>> t = clone()
>>> t.call(self) == t
True
>>> self() == t
False
`,
	Func: func(c *Call) (starlark.Value, error) {
		if err := c.Args(); err != nil {
			return nil, err
		}
		t, err := c.Current()
		if err != nil {
			return nil, err
		}
		return c.Host.TaskValue(t), nil
	},
})
