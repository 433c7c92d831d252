package builtins

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"
)

// What is about arguments that no state of the machine would make right.

var _ = looking([]string{"kill"}, unix.EPERM, func(l *look, _ *Error) string {
	pid, own := 0, l.own("pid")
	switch v := l.c.Arg("pid").(type) {
	case *TaskValue:
		pid = v.Task.Pid()
	case starlark.Int:
		if here, err := nsIDOf("/proc/self/ns/pid"); err == nil && own != nil && own.id == here {
			pid, _ = starlark.AsInt32(v)
		}
	}
	theirs := strings.Fields(status(pid, "Uid"))
	uid, ok := effectiveID(l.t.Pid(), "Uid")
	if pid <= 0 || len(theirs) < 3 || !ok || l.isOf(uid, theirs) {
		return ""
	}
	return fmt.Sprintf("process %d has the real and saved uids %s and %s, and the task has %d, as nstar sees them: without CAP_KILL in its user namespace these must be the same",
		pid, theirs[0], theirs[2], uid)
})

// What only the owner of a process, or CAP_SYS_NICE, may change of it.
var _ = looking([]string{"setpriority", "sched_setaffinity"}, unix.EPERM, func(l *look, e *Error) string {
	name := map[string]string{"setpriority": "who", "sched_setaffinity": "pid"}[e.Word]
	pid, err := starlark.AsInt32(l.c.Arg(name))
	here, hostErr := nsIDOf("/proc/self/ns/pid")
	own := l.own("pid")
	if which, ok := l.c.Arg("which").(Flags); ok && which.Value != unix.PRIO_PROCESS || err != nil || hostErr != nil || own == nil || own.id != here {
		return ""
	}
	theirs := strings.Fields(status(pid, "Uid"))
	uid, ok := effectiveID(l.t.Pid(), "Uid")
	if len(theirs) < 2 || !ok || theirs[0] == fmt.Sprint(uid) || theirs[1] == fmt.Sprint(uid) {
		return ""
	}
	return fmt.Sprintf("process %d has the real and effective uids %s and %s, and the task has %d, as nstar sees them: without CAP_SYS_NICE in its user namespace one of these must be the same",
		pid, theirs[0], theirs[1], uid)
})

// isOf tells whether a uid is the real or the saved one of a line of
// /proc/PID/status.
func (l *look) isOf(uid uint32, line []string) bool {
	id := fmt.Sprint(uid)
	return line[0] == id || line[2] == id
}

var _ = later(func() {
	for _, word := range []string{"prctl", "syscall"} {
		hint(word, unix.EFAULT, func(c *Call, _ *Error) string {
			return "a number was passed where the call takes an address; a string, bytes or a buf is passed by its address"
		})
	}
})

var _ = looking([]string{"sched_setaffinity"}, unix.EINVAL, func(l *look, _ *Error) string {
	text, err := os.ReadFile("/sys/devices/system/cpu/online")
	list, ok := l.c.Arg("mask").(starlark.Iterable)
	if err != nil || !ok {
		return ""
	}
	online := strings.TrimSpace(string(text))
	for v := range starlark.Elements(list) {
		if n, err := starlark.AsInt32(v); err == nil && inRanges(online, n) {
			return ""
		}
	}
	return "none of these CPUs is online, but only " + online
})

// inRanges tells whether a list such as 0-3,8 has a number.
func inRanges(list string, n int) bool {
	for part := range strings.SplitSeq(list, ",") {
		from, to, is := strings.Cut(part, "-")
		if !is {
			to = from
		}
		first, err1 := strconv.Atoi(from)
		last, err2 := strconv.Atoi(to)
		if err1 == nil && err2 == nil && n >= first && n <= last {
			return true
		}
	}
	return false
}

// What mount(2) changes must be a mount, and one change is made at a time.
var _ = looking([]string{"mount"}, unix.EINVAL, func(l *look, _ *Error) string {
	const propagation = unix.MS_PRIVATE | unix.MS_SHARED | unix.MS_SLAVE | unix.MS_UNBINDABLE
	flags := l.flags("mountflags")
	spread := flags & propagation
	switch {
	case spread&(spread-1) != 0:
		return fmt.Sprintf("%s cannot be together; a shared slave takes MS_SLAVE first, and MS_SHARED after", Flags{MountFamily, spread})
	case flags&unix.MS_MOVE != 0:
		return l.cannotMove()
	case flags&(unix.MS_REMOUNT|propagation) != 0:
		if is, known := l.onMountPoint("target"); known && !is {
			target := l.text("target")
			return fmt.Sprintf("%s is not a mount point; mount(%q, %q, mountflags=MS_BIND) makes it one", target, target, target)
		}
	}
	return ""
})

// cannotMove is about MS_MOVE.
func (l *look) cannotMove() string {
	if is, known := l.onMountPoint("source"); known && !is {
		return l.text("source") + " is not a mount point; a bind mount, MS_BIND, can be made of any directory"
	}
	m := l.mountOf(l.text("source"))
	if m == nil {
		return ""
	}
	for _, on := range l.mounts() {
		if on.id == m.parent && on.shared != "" {
			return fmt.Sprintf(`%s is a shared mount, from which no other can be moved away; make it private first: mount(None, %q, mountflags=MS_PRIVATE)`, on.point, on.point)
		}
	}
	return ""
}

// NS_GET_PARENT by hand; namespaces have it as their attribute.
var _ = looking([]string{"syscall"}, unix.EPERM, func(l *look, e *Error) string {
	args, _ := l.c.Arg("args").(starlark.Tuple)
	name, _ := failing(e)
	if name != "ioctl" || len(args) < 2 {
		return ""
	}
	ns, ok := args[0].(*Namespace)
	if request, err := starlark.AsInt32(args[1]); !ok || err != nil || request != unix.NS_GET_PARENT && request != unix.NS_GET_USERNS {
		return ""
	}
	n := l.value(ns)
	switch {
	case n != nil && n.kind == "user" && n.id.ino == initialUser:
		return n.String() + " is the initial user namespace, which is in no other"
	case n != nil && l.own(n.kind) != nil && l.own(n.kind).id == n.id:
		return fmt.Sprintf("what is above %s cannot be seen from inside, where the task is", n)
	}
	return "the namespace that it asks for is not one of the task's own, nor below them"
})
