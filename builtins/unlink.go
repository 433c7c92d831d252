package builtins

import (
	"go.starlark.net/starlark"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "unlink(path, *, task=None)",
	Shelf: "files",
	Page:  "unlink(2)",
	Like:  "rm PATH",
	Doc:   `Removes a name of a file, and the file if that was its last and nobody has it open.`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs")
>>> write_file("/tmp/a", "still there")
>>> f = open("/tmp/a")
>>> unlink("/tmp/a")
>>> listdir("/tmp"), f.read()
([], "still there")
`,
	Func: func(c *Call) (starlark.Value, error) {
		var path string
		if err := c.Args(&path); err != nil {
			return nil, err
		}
		var p task.Program
		unlinkCall(&p, path)
		return starlark.None, c.MakeAll(&p, nil)
	},
})
