package builtins

import (
	"go.starlark.net/starlark"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "chroot(path, *, task=None)",
	Shelf: "mounts",
	Page:  "chroot(2)",
	Like:  "chroot PATH",
	Doc: `Makes a directory the root of the task: where its paths that start with / begin.

The working directory stays where it is, even outside: chdir("/") goes in. A
task that may chroot can leave so, too; pivot_root is the safer way.`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs")
>>> mkdir("/tmp/a")
>>> t = clone(CLONE_NEWNS)
>>> chroot("/tmp", task=t)
>>> listdir("/", task=t)
["a"]
>>> "proc" in listdir("/")
True
`,
	Func: func(c *Call) (starlark.Value, error) {
		var path string
		if err := c.Args(&path); err != nil {
			return nil, err
		}
		return c.Make("chroot", task.Str(path))
	},
})
