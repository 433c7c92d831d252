package builtins

import "go.starlark.net/starlark"

var _ = def(Builtin{
	Sig:   "umask(mask, *, task=None)",
	Shelf: "files",
	Page:  "umask(2)",
	Like:  "umask MASK",
	Doc:   `Sets the permissions that the task takes off files which it creates, and returns those it took off before.`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs")
>>> old = umask(0o027)
>>> mkdir("/tmp/a")
>>> stat("/tmp/a").st_mode == S_IFDIR | 0o750
True
>>> umask(old) == 0 | S_IWGRP | S_IRWXO
True
`,
	Func: func(c *Call) (starlark.Value, error) {
		mask := Flags{Family: ModeFamily}
		if err := c.Args(&mask); err != nil {
			return nil, err
		}
		old, err := c.Syscall("umask", modeArg(mask.Value))
		return Flags{ModeFamily, uint64(old)}, err
	},
})
