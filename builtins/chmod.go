package builtins

import (
	"go.starlark.net/starlark"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "chmod(path, mode, *, task=None)",
	Shelf: "files",
	Page:  "chmod(2)",
	Like:  "chmod MODE PATH",
	Doc:   `Sets the permissions of a file, whatever the umask. Symbolic links are followed.`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs")
>>> write_file("/tmp/a", "")
>>> chmod("/tmp/a", S_ISUID | 0o750)
>>> stat("/tmp/a").st_mode & ~S_IFMT == S_ISUID | 0o750
True
`,
	Func: func(c *Call) (starlark.Value, error) {
		path, mode := "", Flags{Family: ModeFamily}
		if err := c.Args(&path, &mode); err != nil {
			return nil, err
		}
		return c.Make("fchmodat", cwd(), task.Str(path), modeArg(mode.Value))
	},
})
