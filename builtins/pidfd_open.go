package builtins

import (
	"fmt"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "pidfd_open(pid, flags=0, *, task=None)",
	Shelf: "process",
	Page:  "pidfd_open(2)",
	Like:  "exec 3< /proc/PID",
	Doc: `Opens a file that stands for a process, also when its pid is another's by now.

pid is a number in the view of the task, or a task. setns, ns_of, kill, wait,
pidfd_getfd and enter take the file where they take a pid. wait on it works for
any process, no child only. PIDFD_THREAD is for a single thread (Linux 6.9);
PIDFD_NONBLOCK changes nothing here.`,
	Example: `
>>> t = spawn("sleep", "60")
>>> p = pidfd_open(t.nspid)
>>> ns_of(p) == ns_of(t)
True
>>> kill(p, SIGKILL)
>>> wait(p)
killed by SIGKILL
>>> catch(kill, p).error.errno
"ESRCH"
`,
	Func: func(c *Call) (starlark.Value, error) {
		var who starlark.Value
		flags := Flags{Family: PidfdFamily}
		if err := c.Args(&who, &flags); err != nil {
			return nil, err
		}
		var fd int
		var pid int
		var err error
		switch v := who.(type) {
		case *TaskValue:
			fd, err = dupPidfd(v.Task)
		default:
			if unpack("pid", who, &pid) != nil || pid != int(int32(pid)) {
				return nil, BadValue("pid", "a task or the number of a process", who)
			}
			fd, err = c.pidfdOpen(pid, flags)
		}
		if err != nil {
			return nil, err
		}
		return NewFile(c.Host, fd, pidfdName(who)), nil
	},
})

var _ = def(Builtin{
	Sig:   "pidfd_getfd(pidfd, targetfd, flags=0, *, task=None)",
	Shelf: "process",
	Page:  "pidfd_getfd(2)",
	Like:  "exec 3<> /proc/PID/fd/N",
	Doc: `Duplicates a descriptor of another process, and returns it as a file.

pidfd is a pidfd, a task or a pid; targetfd is the number there. The file shares
offset and flags with the other process, and may be what cannot be opened again,
as a socket. It takes the right to ptrace that process.`,
	Example: `
>>> r, w = pipe()
>>> t = spawn("sleep", "60", files={7: w})
>>> stolen = pidfd_getfd(t, 7)
>>> stolen.write("from the same pipe")
18
>>> r.read(100)
"from the same pipe"
>>> catch(pidfd_getfd, t, 8).error.errno
"EBADF"
`,
	Func: func(c *Call) (starlark.Value, error) {
		var who starlark.Value
		var target uint32
		var flags uint32
		if err := c.Args(&who, &target, &flags); err != nil {
			return nil, err
		}
		pidfd, err := c.pidfd("pidfd", who)
		if err != nil {
			return nil, err
		}
		defer unix.Close(pidfd)
		var p task.Program
		name := pidfdName(who)
		return c.take(&p, p.Call("pidfd_getfd", p.Lend(pidfd).As(fdText(name)), task.Uint(uint64(target)), task.Uint(uint64(flags))),
			fmt.Sprintf("%s/fd/%d", name, target))
	},
})
