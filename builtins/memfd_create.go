package builtins

import (
	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "memfd_create(name, flags=0, *, task=None)",
	Shelf: "files",
	Page:  "memfd_create(2)",
	Like:  "mktemp",
	Doc: `Creates a file that lives in memory and has no path, and returns it.

It is gone with its last descriptor. The name is for /proc/pid/fd only.
MFD_CLOEXEC is added to the flags.`,
	Example: `
>>> f = memfd_create("notes")
>>> f.write("kept in memory\n"), f.seek(0)
(15, 0)
>>> f.read()
"kept in memory\n"
`,
	Func: func(c *Call) (starlark.Value, error) {
		name, flags := "", Flags{Family: MemfdFamily}
		if err := c.Args(&name, &flags); err != nil {
			return nil, err
		}
		flags.Value |= unix.MFD_CLOEXEC
		var p task.Program
		p.Take(p.Call("memfd_create", task.Str(name), flags.Arg()))
		if err := c.Do(&p); err != nil {
			return nil, err
		}
		return NewFile(c.Host, p.Taken()[0], "memfd:"+name), nil
	},
})
