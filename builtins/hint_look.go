package builtins

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// A look is what hinters find out about the task whose call failed. Whatever
// cannot be found out is the zero value, from which no hint follows. What is
// read is the kernel's: nothing in it comes from the task itself.
type look struct {
	c  *Call
	t  *task.Task
	ns map[string]*nsLook
}

// nsLook is a namespace that a look holds open.
type nsLook struct {
	fd   int
	kind string
	id   nsKey
}

func (n *nsLook) String() string { return fmt.Sprintf("%s:[%d]", n.kind, n.id.ino) }

// newLook begins a look at t, which is to be closed.
func newLook(c *Call, t *task.Task) *look { return &look{c: c, t: t, ns: map[string]*nsLook{}} }

func (l *look) close() {
	for _, n := range l.ns {
		if n != nil {
			unix.Close(n.fd)
		}
	}
}

// failing is the call that failed: its name, and the pid of who made it.
func failing(e *Error) (name string, pid int) {
	var call *task.Error
	if errors.As(e.cause, &call) {
		return call.Name, call.Pid
	}
	return "", 0
}

// do has the task make calls that change nothing. A task that another thread
// keeps busy is not waited for.
func (l *look) do(p *task.Program) bool {
	const patience = 50 * time.Millisecond
	ctx, cancel := context.WithTimeout(l.c.ctx, patience)
	defer cancel()
	p.Quiet()
	return l.t.Parked() && l.c.Block(func() error { return l.t.Do(ctx, p) }) == nil
}

// proc reads a file of the task's /proc/PID as the host sees it.
func (l *look) proc(file string) string { return procText(l.t.Pid(), file) }

func procText(pid int, file string) string {
	text, err := os.ReadFile(task.ProcPath(pid, file))
	if err != nil {
		return ""
	}
	return string(text)
}

// status is a field of /proc/PID/status, "" where there is none.
func status(pid int, field string) string {
	for line := range strings.Lines(procText(pid, "status")) {
		if name, value, _ := strings.Cut(line, ":"); name == field {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// effective tells whether pid has a capability, in its own user namespace;
// known is false where that cannot be read.
func effective(pid, capability int) (has, known bool) {
	set, err := strconv.ParseUint(status(pid, "CapEff"), 16, 64)
	return set>>capability&1 != 0, err == nil
}

// effectiveID is an effective uid or gid of pid, in the host's terms.
func effectiveID(pid int, field string) (uint32, bool) {
	f := strings.Fields(status(pid, field))
	if len(f) < 2 {
		return 0, false
	}
	id, err := strconv.ParseUint(f[1], 10, 32)
	return uint32(id), err == nil
}

// sysctl reads a number of /proc/sys with the host's eyes.
func sysctl(name string) (int64, bool) {
	text, err := os.ReadFile("/proc/sys/" + strings.ReplaceAll(name, ".", "/"))
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	return n, err == nil
}

// own is the namespace of that name in the task's /proc/PID/ns, or nil.
func (l *look) own(name string) *nsLook {
	if n, ok := l.ns[name]; ok {
		return n
	}
	l.ns[name] = nil
	for _, f := range nsFields {
		if f.name == name {
			l.keep(name, l.open(f.request, f.text, name))
		}
	}
	return l.ns[name]
}

// keep has the look close a descriptor; it is of the namespace of that name.
func (l *look) keep(name string, fd int) *nsLook {
	if fd < 0 {
		return nil
	}
	var st unix.Stat_t
	kind, err := nsKind(fd)
	if err != nil || unix.Fstat(fd, &st) != nil {
		unix.Close(fd)
		return nil
	}
	l.ns[name] = &nsLook{fd, kind, nsKey{st.Dev, st.Ino}}
	return l.ns[name]
}

// open opens a namespace of the task: from outside if the host may, else the
// task does it.
func (l *look) open(request uint64, text, name string) int {
	fd := -1
	_ = l.t.Pidfd(func(pidfd int) error {
		got, err := openNamespace(pidfd, request, name)
		if err == nil {
			fd = got
		}
		return err
	})
	if fd >= 0 {
		return fd
	}
	var p task.Program
	pidfd := p.Call("pidfd_open", task.Res(p.Call("getpid")), task.Int(0))
	p.Drop(pidfd)
	ioctl := p.Call("ioctl", task.Res(pidfd), task.Flags(request, text), task.Int(0)).May()
	p.Take(ioctl)
	if !l.do(&p) {
		return -1
	}
	if e := ioctl.Errno(); e != unix.ENOTTY && e != unix.EINVAL {
		return p.Taken()[0]
	}
	p = task.Program{} // before Linux 6.11
	p.Take(p.Call("openat", task.Flags(atCwd, "AT_FDCWD"), task.Str("/proc/self/ns/"+name), task.Flags(unix.O_CLOEXEC, "O_RDONLY|O_CLOEXEC")))
	if !l.do(&p) {
		return -1
	}
	return p.Taken()[0]
}

// relative is what an ioctl of ioctl_ns(2) opens, or nil.
func (l *look) relative(n *nsLook, request uint) *nsLook {
	if n == nil {
		return nil
	}
	name := fmt.Sprintf("%d of %s", request, n)
	if r, ok := l.ns[name]; ok {
		return r
	}
	fd, err := unix.IoctlRetInt(n.fd, request)
	if err != nil {
		return nil
	}
	return l.keep(name, fd)
}

// owner is the user namespace that a namespace belongs to.
func (l *look) owner(n *nsLook) *nsLook { return l.relative(n, unix.NS_GET_USERNS) }

// parent is the parent of a user or PID namespace.
func (l *look) parent(n *nsLook) *nsLook { return l.relative(n, unix.NS_GET_PARENT) }

// value is a look at a namespace that the script has.
func (l *look) value(v *Namespace) *nsLook {
	var n *nsLook
	_ = v.use(func(fd int) error {
		fd, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 3)
		if err == nil {
			n = l.keep("argument", fd)
		}
		return err
	})
	return n
}

// whose says how the reader knows a user namespace.
func (l *look) whose(user *nsLook) string {
	if id, err := l.c.Host.hostUserns(); err == nil && id == user.id {
		return user.String() + " (where nstar was started)"
	}
	return user.String()
}
