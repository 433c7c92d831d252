package builtins

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// What is about files, beside paths that lead nowhere and permissions.

var _ = later(func() {
	for _, word := range []string{"rename", "link"} {
		looking([]string{word}, unix.EXDEV, func(l *look, _ *Error) string {
			return l.twoMounts(l.text("oldpath"), path.Dir(l.text("newpath")))
		})
	}
	for _, word := range []string{"mkdir", "open", "write_file", "symlink", "link", "mknod", "mkdtemp"} {
		pathHint(word, unix.ENOENT, (*look).notMade)
	}
})

func (l *look) twoMounts(a, b string) string {
	from, to := l.mountOf(a), l.mountOf(b)
	if from == nil || to == nil || from.id == to.id {
		return ""
	}
	return fmt.Sprintf("%s is on the mount at %s, and %s on that at %s: a name cannot be in another mount than its file", a, from.point, b, to.point)
}

// notMade is about file systems whose files are all made by the kernel.
func (l *look) notMade(p string) string {
	files := l.stat(p, path.Dir(p))
	if len(files) == 0 || files[0].errno != unix.ENOENT || files[1].errno != 0 {
		return ""
	}
	if creates := l.c.Word.name != "open" || l.flags("flags")&unix.O_CREAT != 0; !creates {
		return ""
	}
	if m := l.mountOf(path.Dir(p)); m != nil && (m.fstype == "proc" || m.fstype == "sysfs") {
		return fmt.Sprintf("%s is %s, where only the kernel makes files", m.point, m.fstype)
	}
	return ""
}

var _ = looking([]string{"read_file"}, unix.EISDIR, func(l *look, _ *Error) string {
	return fmt.Sprintf("%s is a directory; listdir tells what is in it", l.text("path"))
})

var _ = looking([]string{"readlink"}, unix.EINVAL, func(l *look, _ *Error) string {
	if files := l.stat(l.text("path")); len(files) > 0 && files[0].errno == 0 && files[0].mode&unix.S_IFMT != unix.S_IFLNK {
		return fmt.Sprintf("%s is %s, and no symbolic link", l.text("path"), fileKind(files[0].mode))
	}
	return ""
})

// What only the owner may do with a file.
var _ = looking([]string{"chmod", "chown"}, unix.EPERM, func(l *look, e *Error) string {
	files := l.stat(l.text("path"))
	var p task.Program
	uid := p.Call("geteuid")
	if len(files) == 0 || files[0].errno != 0 || !l.do(&p) {
		return ""
	}
	owner := l.ownerOf("uid_map", files[0].uid)
	switch {
	case e.Word == "chmod" && uid.Result() != int64(files[0].uid):
		return fmt.Sprintf("the user of %s is %s, and the task is user %d: for others it takes CAP_FOWNER in a user namespace that maps the owner", l.text("path"), owner, uid.Result())
	case e.Word == "chown":
		return fmt.Sprintf("the user of %s is %s: to give it to another, or to a group that is not the task's, takes CAP_CHOWN in a user namespace that maps both", l.text("path"), owner)
	}
	return ""
})

var _ = later(func() {
	for _, word := range []string{"read", "write", "lines"} {
		hint(word, unix.EBADF, wrongMode)
	}
})

// wrongMode is about files that were opened for the other direction.
func wrongMode(c *Call, e *Error) string {
	f, ok := c.Self.(*FileValue)
	if !ok {
		return ""
	}
	flags := 0
	if f.Use(func(fd int) (err error) {
		flags, err = unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
		return err
	}) != nil {
		return ""
	}
	switch name, _ := failing(e); {
	case flags&unix.O_PATH != 0:
		return "it is open as a place only (O_PATH)"
	case name == "write" && flags&unix.O_ACCMODE == unix.O_RDONLY:
		return "it is open for reading only; open it with O_WRONLY or O_RDWR"
	case name == "read" && flags&unix.O_ACCMODE == unix.O_WRONLY:
		return "it is open for writing only; open it with O_RDONLY or O_RDWR"
	}
	return ""
}

// A task that has become a program is still there, but not for calls.
var _ = hint("", 0, func(_ *Call, e *Error) string {
	var dead *task.Dead
	if e.Errno == 0 && errors.As(e.cause, &dead) && dead.Program {
		return "clone() makes tasks that take calls; one can join the namespaces of the program: setns(t, CLONE_NEW…)"
	}
	return ""
})

var _ = looking([]string{"setns"}, unix.EINVAL, func(l *look, e *Error) string {
	if name, _ := failing(e); name != "setns" || l.text("fd") == "" {
		return ""
	}
	return fmt.Sprintf("%s is not the file of a namespace; those are in /proc/PID/ns, or were pinned", l.text("fd"))
})

var _ = looking([]string{"setns"}, unix.ENOENT, func(l *look, _ *Error) string {
	if p := l.text("fd"); p != "" && !strings.Contains(p, "/") {
		return fmt.Sprintf("%q is a path, which counts from the working directory; the namespaces of a task are fields of ns_of(t)", p)
	}
	return ""
})

var _ = looking([]string{"mount"}, unix.ENOTBLK, func(l *look, _ *Error) string {
	if files := l.stat(l.text("source")); len(files) > 0 && files[0].errno == 0 && files[0].mode&unix.S_IFMT != unix.S_IFBLK {
		return fmt.Sprintf("%s is %s, and %s must be on a block device", l.text("source"), fileKind(files[0].mode), l.text("filesystemtype"))
	}
	return ""
})

var _ = hint("umount2", unix.EAGAIN, func(c *Call, _ *Error) string {
	if f, ok := c.Arg("flags").(Flags); ok && f.Value&unix.MNT_EXPIRE != 0 {
		return "the mount is marked now; the next umount2 with MNT_EXPIRE removes it, if nobody uses it until then"
	}
	return ""
})

var _ = hint("setrlimit", unix.EINVAL, func(c *Call, _ *Error) string {
	soft, ok := c.Arg("rlim_cur").(interface{ Uint64() (uint64, bool) })
	hard, also := c.Arg("rlim_max").(interface{ Uint64() (uint64, bool) })
	if !ok || !also {
		return ""
	}
	s, _ := soft.Uint64()
	if h, _ := hard.Uint64(); s > h {
		return "rlim_cur must not be above rlim_max"
	}
	return ""
})
