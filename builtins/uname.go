package builtins

import (
	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "uname(*, task=None)",
	Shelf: "namespaces",
	Page:  "uname(2)",
	Like:  "uname -a",
	Doc: `Returns the names of the system: sysname, nodename, release, version, machine, domainname.

nodename and domainname are those of the UTS namespace that the task is a member
of.`,
	Example: `
>>> sethostname("inner")
>>> uname().sysname, uname().nodename
("Linux", "inner")
`,
	Func: func(c *Call) (starlark.Value, error) {
		if err := c.Args(); err != nil {
			return nil, err
		}
		names, err := utsname(c)
		if err != nil {
			return nil, err
		}
		fields := starlark.StringDict{}
		for i, field := range []string{"sysname", "nodename", "release", "version", "machine", "domainname"} {
			fields[field] = starlark.String(names[i])
		}
		return starlarkstruct.FromStringDict(starlarkstruct.Default, fields), nil
	},
})

var _ = def(Builtin{
	Sig:   "getdomainname(*, task=None)",
	Shelf: "namespaces",
	Page:  "getdomainname(2)",
	Like:  "domainname",
	Doc:   `Returns the NIS domain name of the UTS namespace that the task is a member of.`,
	Example: `
>>> setdomainname("example")
>>> getdomainname(task=clone())
"example"
`,
	Func: func(c *Call) (starlark.Value, error) {
		if err := c.Args(); err != nil {
			return nil, err
		}
		names, err := utsname(c)
		return starlark.String(names[5]), err
	},
})

var _ = def(Builtin{
	Sig:   "setdomainname(name, *, task=None)",
	Shelf: "namespaces",
	Page:  "setdomainname(2)",
	Like:  "domainname NAME",
	Doc: `Sets the NIS domain name of the UTS namespace that the task is a member of.

The task needs CAP_SYS_ADMIN in the user namespace that owns it. The name has
64 bytes at most.`,
	Example: `
>>> t = clone(CLONE_NEWUTS)
>>> setdomainname("example", task=t)
>>> getdomainname(task=t), getdomainname() == "example"
("example", False)
`,
	Func: func(c *Call) (starlark.Value, error) {
		var name string
		if err := c.Args(&name); err != nil {
			return nil, err
		}
		return c.Make("setdomainname", task.Str(name), task.Int(len(name)))
	},
})
