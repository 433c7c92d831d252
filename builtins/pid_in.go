package builtins

import (
	"fmt"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// The requests of ioctl_nsfs(2) that translate a pid between the PID namespace
// of the caller and that of the file (Linux 6.11).
const (
	nsGetTgidFromPidns = 0x8004b707
	nsGetTgidInPidns   = 0x8004b709
)

// pidMethods are those of a PID namespace.
var pidMethods = []Builtin{{
	Sig: "pid_in(pid, *, task=None)",
	Doc: `Returns the pid that a process has in this PID namespace (NS_GET_TGID_IN_PIDNS).

pid is a task, a pidfd, or a number in the view of the current task. It fails
with ESRCH where the process cannot be seen, and takes Linux 6.11.`,
	Func: func(c *Call) (starlark.Value, error) {
		var who starlark.Value
		if err := c.Args(&who); err != nil {
			return nil, err
		}
		ns := c.Self.(*Namespace)
		var pid int
		switch who.(type) {
		case *TaskValue, *FileValue:
			pidfd, err := c.pidfd("pid", who)
			if err != nil {
				return nil, err
			}
			defer unix.Close(pidfd)
			return ns.pidOf(pidfd)
		}
		if unpack("pid", who, &pid) != nil || pid != int(int32(pid)) {
			return nil, BadValue("pid", "a task, a pidfd or the number of a process", who)
		}
		return ns.translate(c, nsGetTgidInPidns, "NS_GET_TGID_IN_PIDNS", pid)
	},
}, {
	Sig: "pid_from(pid, *, task=None)",
	Doc: `Returns the pid that the current task sees of the process which has the number pid in
this PID namespace (NS_GET_TGID_FROM_PIDNS).

It fails with ESRCH where there is none, and takes Linux 6.11.`,
	Func: func(c *Call) (starlark.Value, error) {
		var pid int
		if err := c.Args(&pid); err != nil {
			return nil, err
		}
		if pid != int(int32(pid)) {
			return nil, BadValue("pid", "the number of a process", c.Arg("pid"))
		}
		return c.Self.(*Namespace).translate(c, nsGetTgidFromPidns, "NS_GET_TGID_FROM_PIDNS", pid)
	},
}}

// translate has c.Task, in whose view the other pid is, make the request.
func (n *Namespace) translate(c *Call, request uint64, name string, pid int) (starlark.Value, error) {
	if err := n.mustBePid(); err != nil {
		return nil, err
	}
	var v starlark.Value
	err := n.use(func(fd int) error {
		var p task.Program
		r := p.Call("ioctl", p.Lend(fd).As(n.String()), task.Flags(request, name), task.Int(pid))
		err := c.Do(&p)
		v = starlark.MakeInt64(r.Result())
		return err
	})
	return v, err
}

// pidOf translates the pid of what a pidfd refers to. It counts only if that has
// not been waited for by then: the number was its own.
func (n *Namespace) pidOf(pidfd int) (starlark.Value, error) {
	pid, _ := task.PidOf(pidfd)
	v, err := n.hostPidIn(pid)
	if now, _ := task.PidOf(pidfd); now == 0 {
		return nil, fmt.Errorf("the process has ended: %w", unix.ESRCH)
	}
	return v, err
}

// hostPidIn translates a pid in the view of the host.
func (n *Namespace) hostPidIn(pid int) (starlark.Value, error) {
	if err := n.mustBePid(); err != nil {
		return nil, err
	}
	var v starlark.Value
	err := n.use(func(fd int) error {
		got, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), nsGetTgidInPidns, uintptr(pid))
		v = starlark.MakeInt(int(got))
		if errno != 0 {
			return hostError("ioctl", errno, "ioctl(%s, NS_GET_TGID_IN_PIDNS, %d)", n, pid)
		}
		return nil
	})
	return v, err
}

func (n *Namespace) mustBePid() error {
	if n.held.kind != "pid" {
		return fmt.Errorf("bad value: only a PID namespace numbers processes, but this is %s", n)
	}
	return nil
}

var _ = pidHints("pid_in")

var _ = pidHints("pid_from")

// pidHints are about a kernel that does not know the requests, and about pids
// that are none.
func pidHints(word string) bool {
	hint(word, unix.ENOTTY, func(*Call, *Error) string {
		return "pids can be translated between PID namespaces since Linux 6.11"
	})
	return hint(word, unix.ESRCH, func(c *Call, _ *Error) string {
		if word == "pid_from" {
			return fmt.Sprintf("there is no such process in %s, or the task does not see it", c.Self)
		}
		return fmt.Sprintf("there is no such process, or it is neither in %s nor below", c.Self)
	})
}
