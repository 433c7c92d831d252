package builtins

import (
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "mkdir(path, mode=0o777, *, parents=False, task=None)",
	Shelf: "files",
	Page:  "mkdir(2)",
	Like:  "mkdir PATH",
	Doc: `Creates a directory with the mode, less the umask.

With parents it creates the directories on the way as well, and is content with
those that exist already, as mkdir -p.`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs")
>>> mkdir("/tmp/a/b", parents=True)
>>> mkdir("/tmp/a/b", parents=True)
>>> catch(mkdir, "/tmp/a").error
mkdir: EEXIST (file exists): mkdirat(AT_FDCWD, "/tmp/a", 0777)
>>> rmdir("/tmp/a/b")
>>> listdir("/tmp/a")
[]
`,
	Func: func(c *Call) (starlark.Value, error) {
		path, mode, parents := "", Flags{Family: ModeFamily}, false
		if err := c.Args(&path, &mode, &parents); err != nil {
			return nil, err
		}
		if parents {
			return starlark.None, c.mkdirAll(path, mode.Value)
		}
		return c.Make("mkdirat", cwd(), task.Str(path), modeArg(mode.Value))
	},
})

// mkdirAll creates a directory and those above it in one round trip. It has
// succeeded when the directory is there in the end; why it is not, the first
// call tells that failed otherwise than because of what existed.
func (c *Call) mkdirAll(path string, mode uint64) error {
	var p task.Program
	var made []*task.Call
	for i := 1; i < len(path); i++ {
		if path[i] == '/' && path[i-1] != '/' && strings.Trim(path[i:], "/") != "" {
			made = append(made, p.Call("mkdirat", cwd(), task.Str(path[:i]), modeArg(0o777)).May())
		}
	}
	last := p.Call("mkdirat", cwd(), task.Str(path), modeArg(mode)).May()
	there := openCall(&p, path, unix.O_PATH|unix.O_DIRECTORY, 0)
	p.Drop(there)
	return c.MakeAll(&p, func() error {
		if there.Errno() == 0 {
			return nil
		}
		for _, m := range append(made, last) {
			if m.Errno() != 0 && m.Errno() != unix.EEXIST {
				return c.failure(m)
			}
		}
		return c.failure(last)
	})
}

// failure is the error of a call that was allowed to fail.
func (c *Call) failure(p *task.Call) error {
	name, _, _ := strings.Cut(p.String(), "(")
	return &task.Error{Name: name, Text: p.String(), Errno: p.Errno(), Pid: c.Task.Pid()}
}

var _ = def(Builtin{
	Sig:   "rmdir(path, *, task=None)",
	Shelf: "files",
	Page:  "rmdir(2)",
	Like:  "rmdir PATH",
	Doc:   `Removes a directory, which must be empty.`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs")
>>> mkdir("/tmp/a")
>>> write_file("/tmp/a/b", "")
>>> catch(rmdir, "/tmp/a").error.errno
"ENOTEMPTY"
>>> unlink("/tmp/a/b")
>>> rmdir("/tmp/a")
`,
	Func: func(c *Call) (starlark.Value, error) {
		var path string
		if err := c.Args(&path); err != nil {
			return nil, err
		}
		flags := Flags{AtFamily, unix.AT_REMOVEDIR}
		return c.Make("unlinkat", cwd(), task.Str(path), flags.Arg())
	},
})
