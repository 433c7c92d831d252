package builtins

import "go.starlark.net/starlark"

var _ = def(Builtin{
	Sig:   "unshare(flags, *, task=None)",
	Shelf: "namespaces",
	Page:  "unshare(2)",
	Like:  "unshare",
	Doc: `Moves the task into new namespaces, as flags tell.

A new PID namespace is for the children of the task; so is a new time
namespace, whose offsets can be set until the first child is in it.`,
	Example: `
>>> before = ns_of()
>>> unshare(CLONE_NEWUTS | CLONE_NEWIPC)
>>> ns_of().uts == before.uts, ns_of().net == before.net
(False, True)
>>> unshare(MS_BIND)
unshare: bad value: flags must be CLONE_ flags, but is MS_BIND, an MS_ flag
`,
	Func: func(c *Call) (starlark.Value, error) {
		flags := Flags{Family: CloneFamily}
		if err := c.Args(&flags); err != nil {
			return nil, err
		}
		return c.Make("unshare", flags.Arg())
	},
})
