package builtins

import (
	"bytes"
	"fmt"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "pipe(flags=0, *, task=None)",
	Shelf: "files",
	Page:  "pipe(2)",
	Like:  "A | B",
	Doc: `Creates a pipe and returns the file to read from and the file to write to.

Who reads sees the end when all files to write to are closed, also those of
other tasks and programs. O_CLOEXEC is added to the flags.`,
	Example: `
>>> r, w = pipe()
>>> t = clone(0, lambda: w.write("hello"))
>>> r.read(100)
"hello"
>>> w.close()
>>> r.read()
""
`,
	Func: func(c *Call) (starlark.Value, error) {
		flags := Flags{Family: OpenFamily}
		if err := c.Args(&flags); err != nil {
			return nil, err
		}
		flags.Value |= unix.O_CLOEXEC
		return c.filePair("pipe", func(p *task.Program, fds task.Arg) {
			p.Call("pipe2", fds, flags.Arg())
		})
	},
})

// filePair makes the call that stores two descriptors, and returns them. Until
// it does, both are -1: what a failed call leaves there is closed in the task.
func (c *Call) filePair(name string, call func(p *task.Program, fds task.Arg)) (starlark.Value, error) {
	var p task.Program
	buf := task.NewBuf(bytes.Repeat([]byte{0xff}, 8))
	call(&p, buf.Arg().As("fds"))
	p.TakeBuf(buf, 0)
	p.TakeBuf(buf, 4)
	if err := c.Do(&p); err != nil {
		return nil, err
	}
	pair := make(starlark.Tuple, 2)
	for i, fd := range p.Taken() {
		pair[i] = NewFile(c.Host, fd, fmt.Sprintf("%s[%d]", name, i))
	}
	return pair, nil
}
