package builtins

import (
	"go.starlark.net/starlark"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "link(oldpath, newpath, *, task=None)",
	Shelf: "files",
	Page:  "link(2)",
	Like:  "ln OLDPATH NEWPATH",
	Doc:   `Gives a file one more name, in the same filesystem.`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs")
>>> write_file("/tmp/a", "one file\n")
>>> link("/tmp/a", "/tmp/b")
>>> read_file("/tmp/b"), stat("/tmp/a").st_nlink
("one file\n", 2)
>>> stat("/tmp/a").st_ino == stat("/tmp/b").st_ino
True
`,
	Func: func(c *Call) (starlark.Value, error) {
		var oldpath, newpath string
		if err := c.Args(&oldpath, &newpath); err != nil {
			return nil, err
		}
		return c.Make("linkat", cwd(), task.Str(oldpath), cwd(), task.Str(newpath), task.Int(0))
	},
})
