package builtins

import (
	"go.starlark.net/starlark"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "sethostname(name, *, task=None)",
	Shelf: "namespaces",
	Page:  "sethostname(2)",
	Like:  "hostname NAME",
	Doc: `Sets the hostname of the UTS namespace that the task is a member of.

The task needs CAP_SYS_ADMIN in the user namespace that owns it. The name has
64 bytes at most.`,
	Example: `
>>> t = clone(CLONE_NEWUTS)
>>> sethostname("inner", task=t)
>>> gethostname(task=t)
"inner"
>>> gethostname() == "inner"
False
`,
	Func: func(c *Call) (starlark.Value, error) {
		var name string
		if err := c.Args(&name); err != nil {
			return nil, err
		}
		return c.Make("sethostname", task.Str(name), task.Int(len(name)))
	},
})
