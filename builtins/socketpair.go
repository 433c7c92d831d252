package builtins

import (
	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "socketpair(domain, type, protocol=0, *, task=None)",
	Shelf: "files",
	Page:  "socketpair(2)",
	Like:  "socat A B",
	Doc: `Creates two sockets that are connected with each other and returns them as files.

SOCK_CLOEXEC is added to the type. What is written to one is read from the
other.`,
	Example: `
>>> a, b = socketpair(AF_UNIX, SOCK_SEQPACKET)
>>> a.write("one"), a.write("two")
(3, 3)
>>> b.read(100), b.read(100)
("one", "two")
>>> b.write("back"), a.read(100)
(4, "back")
`,
	Func: func(c *Call) (starlark.Value, error) {
		domain, kind, protocol := Flags{Family: DomainFamily}, Flags{Family: SocketFamily}, 0
		if err := c.Args(&domain, &kind, &protocol); err != nil {
			return nil, err
		}
		kind.Value |= unix.SOCK_CLOEXEC
		return c.filePair("socket", func(p *task.Program, fds task.Arg) {
			p.Call("socketpair", domain.Arg(), kind.Arg(), task.Int(protocol), fds)
		})
	},
})
