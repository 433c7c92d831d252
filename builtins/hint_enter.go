package builtins

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = hint("enter", 0, func(_ *Call, e *Error) string {
	var failed *enterError
	if errors.As(e.cause, &failed) {
		return failed.hint
	}
	return ""
})

// explained adds the reason to an error, where there is one that can be found
// out.
func (e *entry) explained(err error) error {
	var failed *task.Error
	if !errors.As(err, &failed) || !e.c.Task.Parked() {
		return err
	}
	l := &look{c: e.c, t: e.c.Task, ns: map[string]*nsLook{}}
	defer l.close()
	if text := e.reason(l, failed); text != "" {
		return &enterError{err, text}
	}
	return err
}

func (e *entry) reason(l *look, failed *task.Error) string {
	switch denied := failed.Errno == unix.EPERM || failed.Errno == unix.EACCES; {
	case failed.Errno == unix.ESRCH:
		return "the target has ended"
	case failed.Name == "setns":
		return e.joinReason(l, failed.Errno)
	case !denied:
		return ""
	case failed.Name == "ioctl", failed.Name == "openat" && strings.Contains(failed.Text, fmt.Sprintf("%d/", e.pid)):
		return e.strangerReason(l)
	case failed.Name == "chroot":
		return l.lacks("chroot", unix.CAP_SYS_CHROOT, l.own("user"), "")
	case failed.Name == "setgroups" && e.who.before:
		return fmt.Sprintf("%s denies setgroups(2) for good, and outside of it this takes CAP_SETGID; without ids=True and groups= the task keeps its groups", e.theirs.ns["user"])
	case failed.Name == "setgroups", failed.Name == "setresgid":
		return l.lacks(failed.Name, unix.CAP_SETGID, l.own("user"), "")
	case failed.Name == "setresuid":
		return l.lacks(failed.Name, unix.CAP_SETUID, l.own("user"), "")
	}
	return ""
}

// joinReason is about the namespace that keeps the task from joining all.
func (e *entry) joinReason(l *look, errno unix.Errno) string {
	if errno == unix.EINVAL {
		for _, kind := range []string{"user", "pid"} {
			if n := e.look(l, kind); n != nil {
				if text := l.joinRefused(n); text != "" {
					return text
				}
			}
		}
		return ""
	}
	if errno != unix.EPERM {
		return ""
	}
	if n := e.look(l, "user"); n != nil { // capabilities there are those that count
		if text := l.joinForbidden(n); text != "" {
			return text
		}
	}
	for _, k := range nsKinds {
		n := e.look(l, k.kind)
		if n == nil || k.kind == "user" {
			continue
		}
		if e.flags.Value&unix.CLONE_NEWUSER == 0 {
			if text := l.joinForbidden(n); text != "" {
				return text
			}
		} else if owner := l.owner(n); owner != nil {
			if text := l.lacks("joining "+n.String(), unix.CAP_SYS_ADMIN, owner, ""); text != "" {
				return text
			}
		}
	}
	return e.strangerReason(l)
}

// look is a look at one of the namespaces to join; nil if it is none of them.
func (e *entry) look(l *look, kind string) (n *nsLook) {
	if _, flag := kindFlag(kind); e.flags.Value&flag == 0 {
		return nil
	}
	ns := e.theirs.ns[kind]
	if ns == nil {
		return nil
	}
	_ = ns.use(func(fd int) error {
		fd, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 3)
		if err == nil {
			n = l.keep("the target's "+kind, fd)
		}
		return err
	})
	return n
}

// strangerReason is about the target as a whole, of which the task must be
// allowed to read what ptrace(2) guards.
func (e *entry) strangerReason(l *look) string {
	if fd, err := openNamespace(e.pidfd, pidfdGetUserNamespace, "user"); err == nil {
		theirs, own := l.keep("the target's", fd), l.own("user")
		if theirs != nil && own != nil && theirs.id != own.id {
			if text := l.lacks("looking into the target", unix.CAP_SYS_PTRACE, theirs, ""); text != "" {
				return text
			}
		}
	}
	if t, ok := e.target.(*TaskValue); ok && t.Task.Parked() && !dumpable(l.c, t.Task) {
		return "the target is not dumpable, as are tasks that have joined namespaces of strangers; join its namespaces one by one, setns(ns_of(t).user), or have a program in it be the target"
	}
	return l.ptraceRule(e.pid)
}

// dumpable tells whether a task lets others of its user look into it.
func dumpable(c *Call, t *task.Task) bool {
	l := &look{c: c, t: t}
	var p task.Program
	get := p.Call("prctl", task.Flags(unix.PR_GET_DUMPABLE, "PR_GET_DUMPABLE"))
	return !l.do(&p) || get.Result() == 1
}

const pidfdGetUserNamespace = 0xff09
