package builtins

import (
	"errors"
	"fmt"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "ns_of(pid=None, *, task=None)",
	Shelf: "namespaces",
	Page:  "namespaces(7)",
	Like:  "ls -l /proc/PID/ns",
	Doc: `Returns the namespaces that a process is a member of.

pid is a process in the view of the task, or a task or a pidfd, which need no
/proc; without it, the task itself. The fields of the value are those of
/proc/PID/ns: cgroup, ipc, mnt, net, pid, pid_for_children, time,
time_for_children, user, uts. Each is a namespace, which stays alive as long as
the value is reachable and not closed.`,
	Example: `
>>> t = clone(CLONE_NEWUTS | CLONE_NEWIPC)
>>> ns_of(t).uts == ns_of().uts
False
>>> ns_of(t).net == ns_of().net
True
>>> ns_of(t).uts == ns_of(t.pid).uts
True
>>> ns_of(t).uts.type
"uts"
`,
	Func: func(c *Call) (starlark.Value, error) {
		var target starlark.Value
		if err := c.Args(&target); err != nil {
			return nil, err
		}
		all, err := c.namespacesOfAny(target)
		if err != nil {
			return nil, err
		}
		return all, nil
	},
})

// namespacesOfAny are those of a pid, a task or a pidfd, or of c.Task for None.
func (c *Call) namespacesOfAny(target starlark.Value) (*Namespaces, error) {
	switch v := target.(type) {
	case starlark.NoneType:
		return c.namespacesOfTask(c.Task)
	case *TaskValue:
		return c.namespacesOfTask(v.Task)
	case *FileValue:
		var ns *Namespaces
		err := v.usePidfd("pid", func(pidfd int) (err error) {
			ns, err = c.namespacesOfPidfd(c.Task, pidfd)
			return err
		})
		return ns, err
	case starlark.Int:
		var pid int
		if err := unpack("pid", v, &pid); err != nil {
			return nil, err
		}
		return c.namespacesOf(c.Task, func(p *task.Program) (task.Arg, string) {
			fd := p.Call("pidfd_open", task.Int(pid), task.Int(0))
			p.Drop(fd)
			return task.Res(fd), fmt.Sprintf("/proc/%d", pid)
		})
	}
	return nil, BadValue("pid", "a pid, a task or a pidfd", target)
}

// nsFields are the names in /proc/PID/ns, each with the request of a pidfd that
// opens it (Linux 6.11).
var nsFields = []struct {
	name    string
	request uint64
	text    string
}{
	{"cgroup", 0xff01, "PIDFD_GET_CGROUP_NAMESPACE"},
	{"ipc", 0xff02, "PIDFD_GET_IPC_NAMESPACE"},
	{"mnt", 0xff03, "PIDFD_GET_MNT_NAMESPACE"},
	{"net", 0xff04, "PIDFD_GET_NET_NAMESPACE"},
	{"pid", 0xff05, "PIDFD_GET_PID_NAMESPACE"},
	{"pid_for_children", 0xff06, "PIDFD_GET_PID_FOR_CHILDREN_NAMESPACE"},
	{"time", 0xff07, "PIDFD_GET_TIME_NAMESPACE"},
	{"time_for_children", 0xff08, "PIDFD_GET_TIME_FOR_CHILDREN_NAMESPACE"},
	{"user", 0xff09, "PIDFD_GET_USER_NAMESPACE"},
	{"uts", 0xff0a, "PIDFD_GET_UTS_NAMESPACE"},
}

var _ = later(func() {
	for _, word := range []string{"ns_of", "enter"} {
		hint(word, unix.ENOENT, func(_ *Call, e *Error) string {
			const byPidfd = "6.11"
			if !strings.Contains(e.Call, "/ns/") || !before(release(), byPidfd) {
				return ""
			}
			return "namespaces of a process that is in no /proc that the task sees can be opened since Linux " + byPidfd + ", and this is " + release()
		})
	}
})

// openNamespace has the host open a namespace of a pidfd's process, by the
// request of nsFields or, before Linux 6.11, in /proc.
func openNamespace(pidfd int, request uint64, name string) (fd int, err error) {
	fd, err = unix.IoctlRetInt(pidfd, uint(request))
	if err != unix.ENOTTY && err != unix.EINVAL {
		return fd, err
	}
	pid, _ := task.PidOf(pidfd)
	fd, err = unix.Open(task.ProcPath(pid, "ns/"+name), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	if err := unix.PidfdSendSignal(pidfd, 0, nil, 0); err == unix.ESRCH { // the number may be another's
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

// namespacesOfTask asks a parked task about itself, which is always allowed,
// and c.Task about a program.
func (c *Call) namespacesOfTask(t *task.Task) (*Namespaces, error) {
	if t.Parked() {
		all, err := c.namespacesOf(t, func(p *task.Program) (task.Arg, string) {
			self := p.Call("getpid")
			fd := p.Call("pidfd_open", task.Res(self), task.Int(0))
			p.Drop(fd)
			return task.Res(fd), "/proc/self"
		})
		if errors.Is(err, unix.ENOENT) { // before Linux 6.11, of a task that sees no /proc with itself in it
			_ = t.Pidfd(func(pidfd int) error {
				all, err = c.Host.namespacesSeen(pidfd, err)
				return err
			})
		}
		return all, err
	}
	pidfd, err := dupPidfd(t)
	if err != nil {
		return nil, err
	}
	defer unix.Close(pidfd)
	actor := c.Task
	if !actor.Parked() {
		if actor, err = c.Current(); err != nil {
			return nil, err
		}
	}
	return c.namespacesOfPidfd(actor, pidfd)
}

// namespacesSeen are those that the host finds itself, which may not look into
// every process; then the error stays what it was.
func (h *Host) namespacesSeen(pidfd int, was error) (*Namespaces, error) {
	all := &Namespaces{ns: map[string]*Namespace{}}
	for _, f := range nsFields {
		fd, err := openNamespace(pidfd, f.request, f.name)
		if err == unix.ENOENT || err == unix.EOPNOTSUPP { // the kernel has none of this type
			continue
		}
		var ns *Namespace
		if err == nil {
			ns, err = h.namespace(fd)
		}
		if err != nil {
			all.close()
			return nil, was
		}
		all.ns[f.name] = ns
	}
	if len(all.ns) == 0 { // the process has ended
		return nil, was
	}
	return all, nil
}

// namespacesOfPidfd has actor ask about the process that a pidfd of the host's
// refers to.
func (c *Call) namespacesOfPidfd(actor *task.Task, pidfd int) (*Namespaces, error) {
	all, err := c.namespacesOf(actor, func(p *task.Program) (task.Arg, string) {
		pid, _ := task.PidOf(pidfd)
		return p.Lend(pidfd).As("pidfd"), fmt.Sprintf("/proc/%d", pid)
	})
	if errors.Is(err, unix.ENOENT) { // as above
		return c.Host.namespacesSeen(pidfd, err)
	}
	return all, err
}

// dupPidfd returns a pidfd of t that stays open until the caller closes it.
func dupPidfd(t *task.Task) (fd int, err error) {
	err = t.Pidfd(func(pidfd int) (err error) {
		fd, err = unix.FcntlInt(uintptr(pidfd), unix.F_DUPFD_CLOEXEC, 3)
		return err
	})
	if ended(t) || errors.Is(err, unix.ESRCH) {
		if err == nil {
			unix.Close(fd)
		}
		return -1, &task.Dead{Pid: t.Pid(), Status: t.Status()}
	}
	return fd, err
}

// namespacesOf has actor open the namespaces of the process that a pidfd
// refers to. find adds to a program what gets the pidfd, and tells where the
// process is in /proc, for kernels whose pidfds cannot do it.
func (c *Call) namespacesOf(actor *task.Task, find func(*task.Program) (task.Arg, string)) (*Namespaces, error) {
	var p task.Program
	pidfd, _ := find(&p)
	calls := make([]*task.Call, len(nsFields))
	for i, f := range nsFields {
		calls[i] = p.Call("ioctl", pidfd, task.Flags(f.request, f.text), task.Int(0)).May()
		p.Take(calls[i])
	}
	if err := c.DoAs(actor, &p); err != nil {
		return nil, err
	}
	switch calls[0].Errno() {
	case unix.ENOTTY, unix.EINVAL: // before Linux 6.11
		return c.namespacesIn(actor, find)
	}
	return c.Host.namespacesTaken(&p, calls, actor)
}

// namespacesIn has actor open the files of /proc/PID/ns. They are those of the
// process only if it has not been waited for when that is done.
func (c *Call) namespacesIn(actor *task.Task, find func(*task.Program) (task.Arg, string)) (*Namespaces, error) {
	var p task.Program
	pidfd, dir := find(&p)
	calls := make([]*task.Call, len(nsFields))
	for i, f := range nsFields {
		path := dir + "/ns/" + f.name
		calls[i] = p.Call("openat", task.Flags(atCwd, "AT_FDCWD"), task.Str(path), task.Flags(unix.O_CLOEXEC, "O_RDONLY|O_CLOEXEC")).May()
		p.Take(calls[i])
	}
	alive := p.Call("pidfd_send_signal", pidfd, task.Int(0), task.Null, task.Int(0)).May()
	if err := c.DoAs(actor, &p); err != nil {
		return nil, err
	}
	if alive.Errno() == unix.ESRCH {
		for _, fd := range p.Taken() {
			if fd >= 0 {
				unix.Close(fd)
			}
		}
		return nil, &task.Error{Name: "pidfd_send_signal", Text: alive.String(), Errno: unix.ESRCH, Pid: actor.Pid()}
	}
	return c.Host.namespacesTaken(&p, calls, actor)
}

// namespacesTaken makes the value of what a program opened. A type that the
// kernel does not have is None; any other error is the result's.
func (h *Host) namespacesTaken(p *task.Program, calls []*task.Call, actor *task.Task) (*Namespaces, error) {
	all := &Namespaces{ns: map[string]*Namespace{}}
	var failed error
	for i, fd := range p.Taken() {
		switch e := calls[i].Errno(); {
		case fd >= 0:
			ns, err := h.namespace(fd)
			if err != nil {
				failed = err
				continue
			}
			all.ns[nsFields[i].name] = ns
		case e == unix.EOPNOTSUPP || e == unix.ENOENT && calls[0].Errno() == 0:
		case failed == nil:
			failed = &task.Error{Name: "ioctl", Text: calls[i].String(), Errno: e, Pid: actor.Pid()}
		}
	}
	if failed != nil {
		all.close()
		return nil, failed
	}
	return all, nil
}
