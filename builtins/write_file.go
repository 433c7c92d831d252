package builtins

import (
	"fmt"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "write_file(path, data, *, append=False, mode=0o666, task=None)",
	Shelf: "files",
	Page:  "write(2)",
	Like:  "printf %s DATA > PATH",
	Doc: `Makes data, a string or bytes, the contents of a file, or with append adds it at the end.

A file that does not exist is created with the mode, less the umask. Data of up
to 64 KiB is one write(2), which the files of /proc and of cgroups ask for.`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs")
>>> write_file("/tmp/list", "one\n")
>>> write_file("/tmp/list", "two\n", append=True)
>>> read_file("/tmp/list").splitlines()
["one", "two"]
`,
	Func: func(c *Call) (starlark.Value, error) {
		var path string
		var data []byte
		var app bool
		mode := Flags{Family: ModeFamily}
		if err := c.Args(&path, &data, &app, &mode); err != nil {
			return nil, err
		}
		flags := uint64(unix.O_WRONLY | unix.O_CREAT | unix.O_TRUNC)
		if app {
			flags = unix.O_WRONLY | unix.O_CREAT | unix.O_APPEND
		}
		return starlark.None, c.writeAll(path, data, flags, mode.Value)
	},
})

// writeAll has c.Task open path and write data: in one round trip unless there
// is much of it.
func (c *Call) writeAll(path string, data []byte, flags, mode uint64) error {
	var p task.Program
	file := openCall(&p, path, flags, mode)
	part := data[:min(len(data), fileChunk)]
	w := p.Call("write", task.Res(file).As(fdText(path)), task.Bytes(part), task.Int(len(part)))
	if len(part) == len(data) {
		p.Drop(file)
		return c.MakeAll(&p, func() error {
			if w.Result() < 0 {
				return nil // which is why the program has ended
			}
			return wrote(w.Result(), len(data))
		})
	}
	p.Take(file)
	if err := c.Do(&p); err != nil {
		return err
	}
	f := NewFile(c.Host, p.Taken()[0], path)
	defer f.Close()
	if n := w.Result(); n > 0 && n <= int64(len(part)) {
		return f.write(c, data[n:])
	}
	return wrote(w.Result(), len(data))
}

// wrote is the error of a write(2) that was to write all, and wrote n bytes.
func wrote(n int64, all int) error {
	if n == int64(all) {
		return nil
	}
	return fmt.Errorf("only %d of %d bytes were written", n, all)
}
