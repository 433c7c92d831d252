package builtins

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

const devpts = `mount("devpts", "/dev/pts", "devpts", 0, "newinstance,ptmxmode=0666")`

// A program that wanted tty="pty" could not have one.
var _ = looking([]string{"run", "sh", "spawn"}, 0, func(l *look, e *Error) string {
	if name, _ := failing(e); name != "openat" || !strings.Contains(e.Call, `/ptmx"`) {
		return ""
	}
	m := l.mountOf("/dev/pts")
	switch {
	case m == nil:
		return "terminals are in a devpts, and there is not even /dev/pts for one: " + l.makeDirectories("/dev/pts") + devpts
	case m.fstype != "devpts":
		return "terminals are in a devpts, and none is mounted at /dev/pts: " + devpts
	case e.Errno == unix.ENOSPC:
		return noMorePtys(m)
	case e.Errno == unix.EACCES || e.Errno == unix.EPERM:
		return "the devpts at /dev/pts is not for the task; give it one of its own: " + devpts
	}
	return ""
})

// makeDirectories is what to call before for a path that does not exist.
func (l *look) makeDirectories(path string) (calls string) {
	all := prefixes(path)
	for i, f := range l.stat(all...) {
		if f.errno == unix.ENOENT {
			calls += fmt.Sprintf("mkdir(%q); ", all[i])
		}
	}
	return calls
}

// noMorePtys tells which of the limits has been reached.
func noMorePtys(devpts *mountLine) string {
	for option := range strings.SplitSeq(devpts.superOptions, ",") {
		if most, ok := strings.CutPrefix(option, "max="); ok {
			return fmt.Sprintf("the devpts at /dev/pts was mounted with max=%s, and so many terminals are open, or the machine has no more", most)
		}
	}
	read := func(name string) string {
		text, _ := os.ReadFile("/proc/sys/kernel/pty/" + name)
		return strings.TrimSpace(string(text))
	}
	return fmt.Sprintf("%s terminals are open on this machine: kernel.pty.max is %s, of which %s are for the initial devpts only",
		read("nr"), read("max"), read("reserve"))
}
