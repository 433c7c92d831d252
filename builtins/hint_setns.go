package builtins

import (
	"fmt"
	"path"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// kindFlag is the flag of a type of namespace.
func kindFlag(kind string) (name string, value uint64) {
	for _, k := range nsKinds {
		if k.kind == kind {
			text := Flags{CloneFamily, uint64(k.flag)}.Text()
			return text, uint64(k.flag)
		}
	}
	return "", 0
}

// target is the namespace that setns was given, or nil.
func (l *look) target() *nsLook {
	switch v := l.c.Arg("fd").(type) {
	case *Namespace:
		return l.value(v)
	case *FileValue:
		var n *nsLook
		_ = v.Use(func(fd int) error {
			fd, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 3)
			if err == nil {
				n = l.keep("argument", fd)
			}
			return err
		})
		return n
	}
	return nil
}

var _ = looking([]string{"setns"}, unix.EINVAL, func(l *look, e *Error) string {
	if name, _ := failing(e); name != "setns" {
		return ""
	}
	nstype, _ := l.c.Arg("nstype").(Flags)
	switch l.c.Arg("fd").(type) {
	case *TaskValue, starlark.Int:
		return l.joinTask(nstype)
	}
	if l.targetIsPidfd() {
		return l.joinTask(nstype)
	}
	n := l.target()
	if n == nil {
		if _, file := l.c.Arg("fd").(*FileValue); file {
			return "this file is no namespace: open one of /proc/PID/ns"
		}
		return ""
	}
	if flag, value := kindFlag(n.kind); nstype.Value != 0 && nstype.Value != value {
		return fmt.Sprintf("this is %s %s namespace, and nstype must be 0 or %s", article(n.kind), n.kind, flag)
	}
	return l.joinRefused(n)
})

var _ = hint("setns", 0, func(c *Call, e *Error) string {
	if c.Arg("fd") != starlark.None {
		return ""
	}
	return "a namespace that nstar may not see, as the parent of its own, is None: NS_GET_PARENT in ioctl_nsfs(2)"
})

func article(word string) string {
	if word == "ipc" {
		return "an"
	}
	return "a"
}

// joinTask is about setns with a pidfd.
func (l *look) joinTask(nstype Flags) string {
	if nstype.Value == 0 {
		return "a task has namespaces of eight types: nstype must say which to join, as CLONE_NEWNET | CLONE_NEWUTS"
	}
	var other []string
	for _, name := range nstype.Names() {
		if !strings.HasPrefix(name, "CLONE_NEW") {
			other = append(other, name)
		}
	}
	if len(other) > 0 {
		return strings.Join(other, " | ") + " is no type of namespace"
	}
	for kind, flag := range map[string]uint64{"user": unix.CLONE_NEWUSER, "pid": unix.CLONE_NEWPID} {
		if nstype.Value&flag == 0 {
			continue
		}
		if n := l.targetOf(kind); n != nil {
			if text := l.joinRefused(n); text != "" {
				return text
			}
		}
	}
	return ""
}

// targetIsPidfd tells whether setns was given a file that is a pidfd.
func (l *look) targetIsPidfd() (is bool) {
	if v, ok := l.c.Arg("fd").(*FileValue); ok {
		_ = v.Use(func(fd int) error {
			_, is = task.PidOf(fd)
			return nil
		})
	}
	return is
}

// targetOf is a namespace of the process that setns was given, or nil.
func (l *look) targetOf(kind string) *nsLook {
	name := "target's " + kind
	if n, ok := l.ns[name]; ok {
		return n
	}
	for _, f := range nsFields {
		if f.name != kind {
			continue
		}
		switch v := l.c.Arg("fd").(type) {
		case *TaskValue:
			theirs := look{c: l.c, t: v.Task}
			return l.keep(name, theirs.open(f.request, f.text, kind))
		case *FileValue:
			var n *nsLook
			_ = v.Use(func(pidfd int) error {
				fd, err := openNamespace(pidfd, f.request, f.name)
				if err == nil {
					n = l.keep(name, fd)
				}
				return err
			})
			return n
		}
	}
	return nil
}

// joinRefused is about namespaces that setns(2) does not take at all.
func (l *look) joinRefused(n *nsLook) string {
	switch own := l.own(n.kind); {
	case own == nil:
	case n.kind == "user" && own.id == n.id:
		return "the task is in " + n.String() + " already, and cannot join it again to regain capabilities"
	case n.kind == "pid" && !l.descends(n, own):
		return fmt.Sprintf("a task can join only PID namespaces below its own, which is %s", own)
	}
	return ""
}

// descends tells whether n is of or below that ancestor.
func (l *look) descends(n, ancestor *nsLook) bool {
	for ; n != nil; n = l.parent(n) {
		if n.id == ancestor.id {
			return true
		}
	}
	return false
}

var _ = looking([]string{"setns"}, unix.EPERM, func(l *look, e *Error) string {
	if name, _ := failing(e); name != "setns" {
		return ""
	}
	if n := l.target(); n != nil {
		return l.joinForbidden(n)
	}
	nstype, _ := l.c.Arg("nstype").(Flags)
	if nstype.Value&unix.CLONE_NEWUSER != 0 { // which is joined first, and then counts
		return l.joinForbidden(l.targetOf("user"))
	}
	for _, k := range nsKinds {
		if nstype.Value&uint64(k.flag) == 0 {
			continue
		}
		if text := l.joinForbidden(l.targetOf(k.kind)); text != "" {
			return text
		}
	}
	return ""
})

// joinForbidden is about the capabilities that joining n takes: in the user
// namespace that owns it, and for all but user namespaces in the task's own.
func (l *look) joinForbidden(n *nsLook) string {
	own := l.own("user")
	if n == nil || own == nil {
		return ""
	}
	if n.kind == "user" {
		return l.lacks("joining it", unix.CAP_SYS_ADMIN, n, "")
	}
	owner := l.owner(n)
	if owner == nil {
		return ""
	}
	if has, known := l.capable(unix.CAP_SYS_ADMIN, owner); known && !has {
		text := l.lacks("joining "+n.String(), unix.CAP_SYS_ADMIN, owner, "")
		if l.descends(owner, own) && owner.id != own.id {
			text += "; join that first"
		}
		return text
	}
	if text := l.lacks("joining any namespace", unix.CAP_SYS_ADMIN, own, "; join "+owner.String()+" first, which owns it"); text != "" {
		return text
	}
	if n.kind == "mnt" {
		return l.lacks("joining a mount namespace", unix.CAP_SYS_CHROOT, own, "")
	}
	return ""
}

var _ = looking([]string{"pin"}, 0, func(l *look, e *Error) string {
	if name, _ := failing(e); name != "move_mount" || e.Errno != unix.EINVAL && e.Errno != unix.ELOOP {
		return ""
	}
	v, ok := l.c.Arg("ns").(*Namespace)
	if self, method := l.c.Self.(*Namespace); method {
		v, ok = self, true
	}
	at, isPath := starlark.AsString(l.c.Arg("path"))
	if !ok || !isPath || v.held.kind != "mnt" {
		return ""
	}
	if own := l.own("mnt"); own != nil && own.id == v.held.id {
		return "a mount namespace cannot be pinned in itself; use task= to pin it in an older one"
	}
	m := l.mountOf(at)
	if m == nil { // pin has removed its file
		m = l.mountOf(path.Dir(at))
	}
	if m != nil && m.shared != "" {
		return fmt.Sprintf(`%s is a shared mount, from which a pinned mount namespace would spread; make it private first: mount(None, %q, mountflags=MS_PRIVATE)`, m.point, m.point)
	}
	mine, ours := l.serial(l.own("mnt")), l.serial(l.value(v))
	if mine != 0 && ours != 0 && ours <= mine {
		return fmt.Sprintf("a mount namespace can be pinned only in one with a lower id, which guards against loops, but %d is not above %d; they are in the order of birth only on one CPU: sched_setaffinity before making both", ours, mine)
	}
	return ""
})

// serial is the number of NS_GET_MNTNS_ID (Linux 6.11), or 0: those of newer
// mount namespaces are higher.
func (l *look) serial(n *nsLook) int {
	const nsGetMntnsID = 0x8008b705
	if n == nil {
		return 0
	}
	id, err := unix.IoctlGetInt(n.fd, nsGetMntnsID)
	if err != nil {
		return 0
	}
	return id
}
