package builtins

import (
	"go.starlark.net/starlark"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "rename(oldpath, newpath, *, task=None)",
	Shelf: "files",
	Page:  "rename(2)",
	Like:  "mv -T OLDPATH NEWPATH",
	Doc:   `Gives a file or directory another name, and takes that name from whoever has it.`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs")
>>> write_file("/tmp/a", "1")
>>> write_file("/tmp/b", "2")
>>> rename("/tmp/a", "/tmp/b")
>>> listdir("/tmp"), read_file("/tmp/b")
(["b"], "1")
`,
	Func: func(c *Call) (starlark.Value, error) {
		var oldpath, newpath string
		if err := c.Args(&oldpath, &newpath); err != nil {
			return nil, err
		}
		return c.Make("renameat", cwd(), task.Str(oldpath), cwd(), task.Str(newpath))
	},
})
