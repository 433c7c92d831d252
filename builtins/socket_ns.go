package builtins

import (
	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "socket_ns(sock, *, task=None)",
	Shelf: "namespaces",
	Page:  "network_namespaces(7)",
	Like:  "nsenter -N FD",
	Doc: `Returns the network namespace that a socket lives in, wherever its owner is now.

That is the one it was made in: a process that joins another keeps its sockets.
The task needs CAP_NET_ADMIN in the user namespace that owns it (SIOCGSKNS).`,
	Example: `
>>> t = clone(CLONE_NEWNET)
>>> a, b = socketpair(AF_UNIX, SOCK_STREAM, task=t)
>>> socket_ns(a) == ns_of(t).net
True
>>> setns(socket_ns(a))
>>> ns_of().net == ns_of(t).net
True
`,
	Func: func(c *Call) (starlark.Value, error) {
		var sock *FileValue
		if err := c.Args(&sock); err != nil {
			return nil, err
		}
		var p task.Program
		err := sock.lend(&p, func(fd task.Arg) error {
			p.Take(p.Call("ioctl", fd, task.Flags(unix.SIOCGSKNS, "SIOCGSKNS")))
			return c.Do(&p)
		})
		if err != nil {
			return nil, err
		}
		return c.Host.namespace(p.Taken()[0])
	},
})

var _ = looking([]string{"socket_ns"}, unix.EPERM, func(l *look, _ *Error) string {
	user := l.own("user")
	const advice = "; have a task ask that has it there: task="
	if text := l.lacks("SIOCGSKNS", unix.CAP_NET_ADMIN, user, advice); text != "" {
		return text
	}
	if user == nil {
		return ""
	}
	return "the socket is of a network namespace that does not belong to " + user.String() + " or one below it, and SIOCGSKNS takes CAP_NET_ADMIN in its owner" + advice
})

var _ = hint("socket_ns", unix.ENOTTY, func(*Call, *Error) string { return "this file is no socket" })
