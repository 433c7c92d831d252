package builtins

import (
	"go.starlark.net/starlark"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "pivot_root(new_root, put_old, *, task=None)",
	Shelf: "mounts",
	Page:  "pivot_root(2)",
	Like:  "pivot_root NEW_ROOT PUT_OLD",
	Doc: `Makes the mount at new_root the root of the mount namespace, and moves the old root to put_old.

Put_old is a directory below new_root, or new_root itself, which puts the old
root on top of the new one, from where umount2 removes it. Neither mount may be
shared: make / MS_PRIVATE before.`,
	Example: `
>>> mount(None, "/", mountflags=MS_REC | MS_PRIVATE)
>>> mount("tmpfs", "/tmp", "tmpfs")
>>> write_file("/tmp/inside", "")
>>> chdir("/tmp")
>>> pivot_root(".", ".")
>>> umount2(".", MNT_DETACH)
>>> listdir("/")
["inside"]
`,
	Func: func(c *Call) (starlark.Value, error) {
		var newRoot, putOld string
		if err := c.Args(&newRoot, &putOld); err != nil {
			return nil, err
		}
		return c.Make("pivot_root", task.Str(newRoot), task.Str(putOld))
	},
})
