package builtins

import (
	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "symlink(target, linkpath, *, task=None)",
	Shelf: "files",
	Page:  "symlink(2)",
	Like:  "ln -s TARGET LINKPATH",
	Doc:   `Creates a symbolic link at linkpath that contains target, whether or not that exists.`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs")
>>> symlink("../proc/self", "/tmp/me")
>>> readlink("/tmp/me")
"../proc/self"
>>> "ns" in listdir("/tmp/me")
True
`,
	Func: func(c *Call) (starlark.Value, error) {
		var target, linkpath string
		if err := c.Args(&target, &linkpath); err != nil {
			return nil, err
		}
		return c.Make("symlinkat", task.Str(target), cwd(), task.Str(linkpath))
	},
})

var _ = def(Builtin{
	Sig:   "readlink(path, *, task=None)",
	Shelf: "files",
	Page:  "readlink(2)",
	Like:  "readlink PATH",
	Doc:   `Returns what a symbolic link contains.`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs")
>>> readlink("/proc/self/ns/uts").startswith("uts:[")
True
>>> catch(readlink, "/tmp").error.errno
"EINVAL"
`,
	Func: func(c *Call) (starlark.Value, error) {
		var path string
		if err := c.Args(&path); err != nil {
			return nil, err
		}
		buf := make([]byte, unix.PathMax)
		n, err := c.Syscall("readlinkat", cwd(), task.Str(path), task.Out(buf), task.Int(len(buf)))
		return starlark.String(buf[:max(0, min(n, int64(len(buf))))]), err
	},
})
