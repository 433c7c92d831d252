package builtins

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"
)

// text is a parameter of the call that is a string, or "".
func (l *look) text(name string) string {
	v := l.c.Arg(name)
	if v == nil {
		return ""
	}
	s, _ := starlark.AsString(v)
	return s
}

func (l *look) flags(name string) uint64 {
	f, _ := l.c.Arg(name).(Flags)
	return f.Value
}

var _ = looking([]string{"mount"}, unix.EPERM, func(l *look, e *Error) string {
	if text := l.lacksInOwner("mount", "mnt", unix.CAP_SYS_ADMIN, "CLONE_NEWNS"); text != "" {
		return text
	}
	flags := l.flags("mountflags")
	const propagation = unix.MS_PRIVATE | unix.MS_SHARED | unix.MS_SLAVE | unix.MS_UNBINDABLE
	switch {
	case flags&unix.MS_REMOUNT != 0:
		if text := l.remountRefused(flags); text != "" {
			return text
		}
	case flags&(unix.MS_BIND|unix.MS_MOVE|propagation) == 0:
		if text := l.fsRefused(l.text("filesystemtype")); text != "" {
			return text
		}
	}
	return l.mountsRefused()
})

// remountRefused is about flags that a mount brought from the mount namespace
// of a more privileged user, and about file systems that belong to one.
func (l *look) remountRefused(flags uint64) string {
	m := l.mountOf(l.text("target"))
	if m == nil {
		return ""
	}
	options := strings.Split(m.options, ",")
	var kept []string
	for _, o := range []struct {
		option, name string
		flag         uint64
	}{
		{"ro", "MS_RDONLY", unix.MS_RDONLY}, {"nosuid", "MS_NOSUID", unix.MS_NOSUID}, {"nodev", "MS_NODEV", unix.MS_NODEV},
		{"noexec", "MS_NOEXEC", unix.MS_NOEXEC}, {"noatime", "MS_NOATIME", unix.MS_NOATIME}, {"nodiratime", "MS_NODIRATIME", unix.MS_NODIRATIME},
	} {
		if slices.Contains(options, o.option) && flags&o.flag == 0 {
			kept = append(kept, o.name)
		}
	}
	if flags&unix.MS_BIND == 0 {
		return "MS_REMOUNT alone changes the file system, which belongs to the user namespace it was mounted in; to change this mount only, add MS_BIND"
	}
	if len(kept) > 0 {
		return fmt.Sprintf("%s has flags that came with it and cannot be taken off: add %s", m.point, strings.Join(kept, " | "))
	}
	return ""
}

var _ = looking([]string{"mount"}, unix.ENODEV, func(l *look, _ *Error) string {
	fstype := l.text("filesystemtype")
	if _, err := os.Stat("/proc/filesystems"); err != nil || fstype == "" || knownFilesystem(fstype) {
		return ""
	}
	return fmt.Sprintf("the kernel has no file system %q: it is not in /proc/filesystems", fstype)
})

var _ = looking([]string{"mount"}, unix.ENOTDIR, func(l *look, _ *Error) string {
	source, target := l.text("source"), l.text("target")
	files := l.stat(source, target)
	if l.flags("mountflags")&(unix.MS_BIND|unix.MS_MOVE) == 0 || len(files) == 0 || files[0].errno != 0 || files[1].errno != 0 {
		return ""
	}
	a, b := files[0].mode&unix.S_IFMT == unix.S_IFDIR, files[1].mode&unix.S_IFMT == unix.S_IFDIR
	switch {
	case a && !b:
		return fmt.Sprintf("%s is a directory, and %s must be one as well", source, target)
	case b && !a:
		return fmt.Sprintf("%s is no directory, and so %s must be none", source, target)
	}
	return ""
})

var _ = looking([]string{"umount2"}, unix.EBUSY, func(l *look, _ *Error) string {
	target := l.text("target")
	m := l.mountOf(target)
	if m == nil {
		return ""
	}
	var on []string
	for _, sub := range l.mounts() {
		if sub.parent == m.id {
			on = append(on, sub.point)
		}
	}
	if len(on) > 0 {
		return fmt.Sprintf("there are mounts on it: %s; unmount them first, or all at once with MNT_DETACH", some(on))
	}
	return fmt.Sprintf("%s is in use, by an open file, a working directory or a root; umount2(%q, MNT_DETACH) takes it away now", m.point, target)
})

var _ = looking([]string{"umount2"}, unix.EINVAL, func(l *look, _ *Error) string {
	files, flags := l.stat(l.text("target")), l.flags("flags")
	switch {
	case len(files) == 0 || files[0].errno != 0:
		return ""
	case flags&unix.MNT_EXPIRE != 0 && flags&(unix.MNT_FORCE|unix.MNT_DETACH) != 0:
		return "MNT_EXPIRE cannot be joined with MNT_FORCE or MNT_DETACH"
	case !files[0].mountRoot:
		return fmt.Sprintf("%s is not a mount point", l.text("target"))
	case l.mountOf(l.text("target")) == nil:
		return fmt.Sprintf("%s is a mount of another mount namespace", l.text("target"))
	}
	if l.inherited() {
		return "the mount came from a mount namespace of another user namespace, and is locked in its place; pivot_root can leave it behind"
	}
	return ""
})

var _ = looking([]string{"pivot_root"}, unix.EINVAL, func(l *look, _ *Error) string {
	newRoot, putOld := l.text("new_root"), l.text("put_old")
	files := l.stat(newRoot, "/", putOld)
	if len(files) == 0 || files[0].errno != 0 {
		return ""
	}
	if !files[0].mountRoot {
		return fmt.Sprintf("new_root must be a mount point: mount(%q, %q, mountflags=MS_BIND | MS_REC) makes it one", newRoot, newRoot)
	}
	if !files[1].mountRoot {
		return "the task's root is no mount point: it is chrooted to a directory"
	}
	mounts := l.mounts()
	at := func(id int) *mountLine {
		for i := range mounts {
			if mounts[i].id == id {
				return &mounts[i]
			}
		}
		return nil
	}
	for _, m := range []*mountLine{at(files[0].mount), at(files[1].mount), at(files[2].mount)} {
		for ; m != nil; m = at(m.parent) {
			if m.shared != "" {
				return fmt.Sprintf(`%s is a shared mount; make all private first: mount(None, "/", mountflags=MS_REC | MS_PRIVATE)`, m.point)
			}
		}
	}
	if path.IsAbs(newRoot) && path.IsAbs(putOld) {
		if n, o := path.Clean(newRoot), path.Clean(putOld); o != n && !strings.HasPrefix(o, n+"/") {
			return fmt.Sprintf("put_old must be at or below new_root, as %s", path.Join(n, "old"))
		}
	}
	return ""
})

var _ = looking([]string{"pivot_root"}, unix.EBUSY, func(l *look, _ *Error) string {
	files := l.stat(l.text("new_root"), "/", l.text("put_old"))
	switch {
	case len(files) == 0:
	case files[0].errno == 0 && files[0].mount == files[1].mount:
		return "new_root is on the mount that is the root now; it must be another"
	case files[2].errno == 0 && files[2].mount == files[1].mount:
		return "put_old is on the mount that is the root now; it must be at or below new_root"
	}
	return ""
})
