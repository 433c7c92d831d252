package builtins

import (
	"fmt"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "setns(fd, nstype=0, *, task=None)",
	Shelf: "namespaces",
	Page:  "setns(2)",
	Like:  "nsenter",
	Doc: `Moves the task into an existing namespace.

fd is a namespace, a file, or the path of a namespace's file; nstype 0 takes any
type. It may be a task or a pid instead: then nstype tells which of its
namespaces the task joins, all of them or none.`,
	Example: `
>>> t = clone(CLONE_NEWUTS | CLONE_NEWIPC)
>>> sethostname("inner", task=t)
>>> setns(ns_of(t).uts)
>>> gethostname()
"inner"
>>> setns(t, CLONE_NEWIPC)
>>> ns_of().ipc == ns_of(t).ipc
True
>>> setns(ns_of(t).uts, CLONE_NEWNET)
setns: EINVAL (invalid argument): setns(uts:[…], CLONE_NEWNET)
hint: this is a uts namespace, and nstype must be 0 or CLONE_NEWUTS
`,
	Func: func(c *Call) (starlark.Value, error) {
		var target starlark.Value
		nstype := Flags{Family: CloneFamily}
		if err := c.Args(&target, &nstype); err != nil {
			return nil, err
		}
		var p task.Program
		if !meetsStrangers(target, nstype) {
			p.Familiar()
		}
		join := func(fd task.Arg) error {
			p.Call("setns", fd, nstype.Arg())
			return c.Do(&p)
		}
		switch v := target.(type) {
		case *Namespace:
			return starlark.None, v.use(func(fd int) error { return join(p.Lend(fd).As(v.String())) })
		case *FileValue:
			fd, err := v.Fd()
			if err != nil {
				return nil, err
			}
			return starlark.None, join(p.Lend(fd).As(v.String()))
		case *TaskValue:
			fd, err := dupPidfd(v.Task)
			if err != nil {
				return nil, err
			}
			defer unix.Close(fd)
			return starlark.None, join(p.Lend(fd).As(fmt.Sprintf("pidfd of %d", v.Task.Pid())))
		case starlark.Int:
			var pid int
			if err := unpack("fd", v, &pid); err != nil {
				return nil, err
			}
			fd := p.Call("pidfd_open", task.Int(pid), task.Int(0))
			p.Drop(fd)
			return starlark.None, join(task.Res(fd).As(fmt.Sprintf("pidfd of %d", pid)))
		case starlark.String:
			var path string
			if err := unpack("fd", v, &path); err != nil {
				return nil, err
			}
			fd := p.Call("openat", task.Flags(atCwd, "AT_FDCWD"), task.Str(path), task.Flags(unix.O_CLOEXEC, "O_RDONLY|O_CLOEXEC"))
			p.Drop(fd)
			return starlark.None, join(task.Res(fd).As(fmt.Sprintf("fd<%s>", path)))
		}
		return nil, BadValue("fd", "a namespace, a file, a path, a task or a pid", target)
	},
})

// meetsStrangers tells whether joining target may bring the task, or a child of
// it, within reach of processes that could ptrace it: members of a user
// namespace with capabilities over it, or of a PID namespace that see it, or of
// a mount namespace. Of what is not known yet the worst is assumed.
func meetsStrangers(target starlark.Value, nstype Flags) bool {
	if ns, ok := target.(*Namespace); ok {
		kind := ns.held.kind
		return kind == "user" || kind == "pid" || kind == "mnt"
	}
	return nstype.Value == 0 || nstype.Value&strangersIn != 0
}

// strangersIn are the types of namespaces whose members reach each other.
const strangersIn = unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWNS

// atCwd is AT_FDCWD as the kernel reads it.
const atCwd = 1<<64 - 100
