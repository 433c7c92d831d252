package builtins

import (
	"encoding/binary"
	"fmt"
	"os"
	"path"
	"strings"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = func() bool {
	for _, errno := range []unix.Errno{unix.EACCES, unix.EPERM, unix.EROFS} {
		hint("cgroup", errno, cgroupRefused)
		hint("read", errno, versionRefused)
		hint("write", errno, versionRefused)
	}
	hint("write", unix.EBUSY, cgroupBusy)
	hint("read", unix.EBUSY, cgroupBusy)
	return hint("cgroup", unix.EEXIST, func(*Call, *Error) string {
		return "somebody has made it before, perhaps a session that was killed; rmdir deletes it when no process is in it"
	})
}()

// versionRefused is about a controller that this machine has elsewhere than
// the cgroup is.
func versionRefused(c *Call, e *Error) string {
	if _, ok := c.Self.(*cgroupValue); !ok {
		return ""
	}
	text := cgroupRefused(c, e)
	why, _, _ := strings.Cut(e.cause.Error(), ": ")
	switch {
	case !strings.HasPrefix(why, "the controller "):
		return text
	case text == "":
		return why
	}
	return why + ", and " + text
}

// cgroupRefused is about a folder that belongs to somebody else.
func cgroupRefused(c *Call, e *Error) string {
	_, after, _ := strings.Cut(e.Call, "fd<")
	folder, _, ok := strings.Cut(after, ">")
	var st unix.Stat_t
	if !ok || unix.Stat(folder, &st) != nil {
		return ""
	}
	if e.Errno == unix.EROFS {
		return folder + " is mounted read-only, as in most containers"
	}
	uid, ok := effectiveID(c.Task.Pid(), "Uid")
	if !ok || uid == st.Uid {
		return ""
	}
	return fmt.Sprintf("%s belongs to user %d, and the task is user %d; be given a cgroup: systemd-run --user --scope -p Delegate=yes nstar …, or let root make one and delegate it",
		folder, st.Uid, uid)
}

// cgroupBusy is the rule that processes are in the leaves only.
func cgroupBusy(c *Call, e *Error) string {
	g, ok := c.Self.(*cgroupValue)
	if !ok || !strings.Contains(e.Call, "cgroup.subtree_control") {
		return ""
	}
	for ; g != nil; g = g.parent {
		procs, err := os.ReadFile(path.Join(g.base.parent.Name, "cgroup.procs"))
		if err == nil && len(procs) > 0 {
			return fmt.Sprintf("%s has processes of its own, and so may give no controllers to those below it; choose another parent=, one without processes",
				g.base.parent.Name)
		}
	}
	return ""
}

var _ = looking(bornWords, unix.EBADF, func(l *look, e *Error) string {
	f, ok := l.c.Arg("cgroup").(*FileValue)
	if name, _ := failing(e); !ok || name != "clone3" {
		return ""
	}
	buf := make([]byte, statfsSize) // which begins with f_type
	var p task.Program
	err := f.Use(func(fd int) error { // the task asks: not every file system answers
		p.Call("fstatfs", p.Lend(fd), task.Out(buf))
		if !l.do(&p) {
			return unix.EIO
		}
		return nil
	})
	if err != nil || binary.NativeEndian.Uint64(buf) == unix.CGROUP2_SUPER_MAGIC {
		return ""
	}
	return "cgroup must be a folder of cgroup v2, and " + f.String() + " is none"
})
