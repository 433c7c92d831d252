package builtins

import (
	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "read_file(path, *, binary=False, task=None)",
	Shelf: "files",
	Page:  "read(2)",
	Like:  "cat PATH",
	Doc: `Returns all that a file holds, as the task sees and reads it.

That is a string of the bytes as they are, or bytes if binary is true.`,
	Example: `
>>> read_file("/proc/sys/kernel/hostname").strip() == gethostname()
True
>>> t = clone(CLONE_NEWUTS)
>>> sethostname("inner", task=t)
>>> read_file("/proc/sys/kernel/hostname", task=t)
"inner\n"
`,
	Func: func(c *Call) (starlark.Value, error) {
		path, binary := "", false
		if err := c.Args(&path, &binary); err != nil {
			return nil, err
		}
		data, err := c.readAll(c.Task, path, unix.O_RDONLY, "read")
		if err != nil {
			return nil, err
		}
		return contents(data, binary), nil
	},
})

// readAll has t open path and make the call, read or getdents64, until it
// returns 0. What is small takes one round trip: the first program has two such
// calls, of which the second, if it returns 0, shows that all has been read.
func (c *Call) readAll(t *task.Task, path string, flags uint64, call string) ([]byte, error) {
	first, second := make([]byte, 32<<10), make([]byte, 24<<10)
	var p task.Program
	file := openCall(&p, path, flags, 0)
	p.Take(file)
	fd := task.Res(file).As(fdText(path))
	a := p.Call(call, fd, task.Out(first), task.Int(len(first)))
	b := p.Call(call, fd, task.Out(second), task.Int(len(second)))
	if err := c.DoAs(t, &p); err != nil {
		return nil, err
	}
	f := NewFile(c.Host, p.Taken()[0], path)
	defer f.Close()
	data := first[:max(0, min(a.Result(), int64(len(first))))]
	n := b.Result()
	if len(data) == 0 || n <= 0 {
		return data, nil
	}
	data = append(data, second[:min(n, int64(len(second)))]...)
	for {
		more, err := f.chunk(c, t, call, fileChunk)
		if err != nil || len(more) == 0 {
			return data, err
		}
		data = append(data, more...)
	}
}
