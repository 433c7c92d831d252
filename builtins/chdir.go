package builtins

import (
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "chdir(path, *, task=None)",
	Shelf: "files",
	Page:  "chdir(2)",
	Like:  "cd PATH",
	Doc: `Changes the working directory of the task to a path, or to a file that is a directory (fchdir).

It is the start of every relative path of the task, and of the programs and
tasks that it makes afterwards.`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs")
>>> chdir("/tmp")
>>> mkdir("a")
>>> listdir()
["a"]
>>> chdir("a", task=clone())
>>> getcwd()
"/tmp"
>>> d = open("a", O_PATH)
>>> rename("a", "b")
>>> chdir(d)
>>> getcwd()
"/tmp/b"
`,
	Func: func(c *Call) (starlark.Value, error) {
		var to starlark.Value
		if err := c.Args(&to); err != nil {
			return nil, err
		}
		if f, ok := to.(*FileValue); ok {
			return starlark.None, f.Use(func(fd int) error {
				var p task.Program
				p.Call("fchdir", p.Lend(fd).As(fdText(f.Name)))
				return c.Do(&p)
			})
		}
		var path string
		if unpackString("path", to, &path) != nil {
			return nil, BadValue("path", "a path or a file", to)
		}
		return c.Make("chdir", task.Str(path))
	},
})

var _ = def(Builtin{
	Sig:   "getcwd(*, task=None)",
	Shelf: "files",
	Page:  "getcwd(2)",
	Like:  "pwd",
	Doc: `Returns the working directory of the task.

It starts with "(unreachable)" when the directory is not below the root of the
task.`,
	Example: `
>>> t = clone()
>>> chdir("/proc", task=t)
>>> getcwd(task=t), getcwd() == "/proc"
("/proc", False)
`,
	Func: func(c *Call) (starlark.Value, error) {
		if err := c.Args(); err != nil {
			return nil, err
		}
		buf := make([]byte, unix.PathMax)
		if _, err := c.Syscall("getcwd", task.Out(buf), task.Int(len(buf))); err != nil {
			return nil, err
		}
		path, _, _ := strings.Cut(string(buf), "\x00")
		return starlark.String(path), nil
	},
})
