package builtins

import (
	"fmt"
	"math/bits"
	"os"
	"slices"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"
)

var (
	_ = hint("fsconfig", 0, contextHint)
	_ = hint("fsmount", 0, contextHint)
)

var _ = looking([]string{"fsopen", "fsmount", "fspick", "open_tree", "move_mount"}, unix.EPERM, func(l *look, e *Error) string {
	if text := l.lacksInOwner(e.Word, "mnt", unix.CAP_SYS_ADMIN, "CLONE_NEWNS"); text != "" {
		return text
	}
	return l.mountsRefused()
})

var _ = looking([]string{"fsopen"}, unix.ENODEV, func(l *look, _ *Error) string {
	fsname := l.text("fsname")
	if _, err := os.Stat("/proc/filesystems"); err != nil || knownFilesystem(fsname) {
		return ""
	}
	return fmt.Sprintf("the kernel has no file system %q: it is not in /proc/filesystems", fsname)
})

var _ = looking([]string{"fsconfig", "fsmount"}, unix.EPERM, func(l *look, e *Error) string {
	if text := contextHint(l.c, e); text != "" {
		return text
	}
	f, _ := l.c.Arg("fd").(*FileValue)
	fstype, ok := strings.CutPrefix(f.Name, contextName)
	if !ok {
		return ""
	}
	if text := l.lacksInOwner(e.Word, "mnt", unix.CAP_SYS_ADMIN, "CLONE_NEWNS"); text != "" {
		return text
	}
	return l.fsRefused(fstype)
})

var _ = hint("fsconfig", unix.EINVAL, contextOnly)

var _ = hint("fsmount", unix.EINVAL, func(c *Call, e *Error) string {
	if text := contextOnly(c, e); text != "" {
		return text
	}
	return "the file system is not created yet: fsconfig(fd, FSCONFIG_CMD_CREATE) comes first"
})

// contextOnly is about files that are no contexts, of which fsopen and fspick
// alone make some.
func contextOnly(c *Call, e *Error) string {
	if text := contextHint(c, e); text != "" {
		return text
	}
	if f, ok := c.Arg("fd").(*FileValue); ok && !strings.HasPrefix(f.Name, contextName) {
		return fmt.Sprintf("%s is not a file that fsopen or fspick made", f)
	}
	return ""
}

// fsconfig goes from options to a file system and from there to a mount, and
// not back.
var _ = hint("fsconfig", unix.EBUSY, func(c *Call, e *Error) string {
	if text := contextOnly(c, e); text != "" {
		return text
	}
	if c.Arg("cmd") == (Flags{FsconfFamily, unix.FSCONFIG_CMD_RECONFIGURE}) {
		return "there is nothing to reconfigure yet: FSCONFIG_CMD_CREATE makes a new file system, and fspick opens an old one"
	}
	return "the file system has been created: fspick opens it again to change its options"
})

var _ = hint("fsmount", unix.EBUSY, func(c *Call, e *Error) string {
	if text := contextOnly(c, e); text != "" {
		return text
	}
	return "there is a mount of it already; open_tree with OPEN_TREE_CLONE makes another"
})

var _ = looking([]string{"fspick"}, unix.EINVAL, func(l *look, _ *Error) string {
	if is, known := l.onMountPoint("path"); known && !is {
		return l.text("path") + " is not a mount point"
	}
	return ""
})

var _ = hint("open_tree", unix.EINVAL, func(c *Call, _ *Error) string {
	f, ok := c.Arg("dfd").(*FileValue)
	const withoutPlace = "6.15"
	if flags, _ := c.Arg("flags").(Flags); !ok || !strings.HasPrefix(f.Name, mountName) || flags.Value&unix.OPEN_TREE_CLONE == 0 || !before(release(), withoutPlace) {
		return ""
	}
	return "a mount without a place can be copied since Linux " + withoutPlace + ", and this is " + release()
})

// onMountPoint tells whether a path is one; known is false where that cannot be
// asked: it counts from a file.
func (l *look) onMountPoint(path string) (is, known bool) {
	p := l.text(path)
	if l.underFile(path, p) {
		return false, false
	}
	files := l.stat(p)
	if len(files) == 0 || files[0].errno != 0 {
		return false, false
	}
	return files[0].mountRoot, true
}

var _ = looking([]string{"move_mount"}, unix.EINVAL, func(l *look, _ *Error) string {
	if text := l.unlike(); text != "" {
		return text
	}
	if is, known := l.onMountPoint("from_path"); known && !is {
		return l.text("from_path") + " is not a mount point; open_tree with OPEN_TREE_CLONE makes a mount of any directory"
	}
	if _, file := l.c.Arg("from_dfd").(*FileValue); file {
		return ""
	}
	m := l.mountOf(l.text("from_path"))
	if m == nil {
		return ""
	}
	for _, on := range l.mounts() {
		if on.id == m.parent && on.shared != "" {
			return fmt.Sprintf(`%s is a shared mount, from which no other can be moved away; make it private first: mount(None, %q, mountflags=MS_PRIVATE)`, on.point, on.point)
		}
	}
	return ""
})

// unlike is about a directory that is to be mounted on something else, or the
// other way round.
func (l *look) unlike() string {
	const directory = unix.S_IFDIR
	to, toPath := l.kindAt("to_dfd", "to_path")
	from, fromPath := l.kindAt("from_dfd", "from_path")
	switch {
	case to == 0 || from == 0:
	case from == directory && to != directory:
		return fmt.Sprintf("%s is a directory, and %s must be one as well", fromPath, toPath)
	case from != directory && to == directory:
		return fmt.Sprintf("%s is no directory, and so %s must be none", fromPath, toPath)
	}
	return ""
}

// kindAt is the type of a file that an argument names, 0 if that is not known,
// and how to call it.
func (l *look) kindAt(dfd, path string) (kind uint32, name string) {
	p := l.text(path)
	f, ok := l.c.Arg(dfd).(*FileValue)
	switch {
	case ok && p == "":
		var st unix.Stat_t
		if f.Use(func(fd int) error { return unix.Fstat(fd, &st) }) != nil {
			return 0, ""
		}
		return st.Mode & unix.S_IFMT, f.Name
	case ok && !strings.HasPrefix(p, "/"):
		return 0, ""
	}
	files := l.stat(p)
	if len(files) == 0 || files[0].errno != 0 {
		return 0, ""
	}
	return uint32(files[0].mode) & unix.S_IFMT, p
}

var _ = looking([]string{"mount_setattr", "open_tree_attr"}, unix.EINVAL, func(l *look, _ *Error) string {
	set, clr := l.flags("attr_set"), l.flags("attr_clr")
	const atime = unix.MOUNT_ATTR__ATIME
	switch {
	case set&atime != 0 && clr&atime != atime:
		return "to change what becomes of access times, attr_clr must have all of MOUNT_ATTR__ATIME"
	case clr&atime != 0 && clr&atime != atime:
		return "attr_clr must have all of MOUNT_ATTR__ATIME, or nothing of it"
	case set&unix.MOUNT_ATTR_IDMAP != 0 && l.c.Arg("userns") == starlark.None:
		return "MOUNT_ATTR_IDMAP takes a user namespace: userns="
	case bits.OnesCount64(l.flags("propagation")) > 1:
		return "a mount has one propagation type: a shared slave takes MS_SLAVE first, and MS_SHARED after"
	}
	clone := l.flags("flags")&unix.OPEN_TREE_CLONE != 0 // of open_tree_attr
	if is, known := l.onMountPoint("path"); known && !is && !clone {
		return l.text("path") + " is not a mount point; a bind mount makes it one"
	}
	if userns, ok := l.c.Arg("userns").(*Namespace); ok {
		return l.idmapInvalid(userns)
	}
	return ""
})

// idmapInvalid is about mounts that cannot have a map, and maps that are none.
func (l *look) idmapInvalid(userns *Namespace) string {
	if n := l.value(userns); n != nil && l.isHost(n) && l.parent(n) == nil {
		return userns.String() + " is the initial user namespace, whose map changes nothing"
	}
	f, ok := l.c.Arg("dfd").(*FileValue)
	if !(ok && strings.HasPrefix(f.Name, mountName)) && l.flags("flags")&unix.OPEN_TREE_CLONE == 0 {
		return "only a mount without a place can be given a map: open_tree with OPEN_TREE_CLONE makes one"
	}
	var fs unix.Statfs_t
	if ok && f.Use(func(fd int) error { return unix.Fstatfs(fd, &fs) }) == nil {
		if text := idmapTooNew(int64(fs.Type), release()); text != "" {
			return text
		}
	}
	return "its file system cannot show other owners, the mount has a place already, or the user namespace lacks a uid_map or gid_map"
}

var _ = looking([]string{"mount_setattr", "open_tree_attr"}, unix.EPERM, func(l *look, e *Error) string {
	if text := l.lacksInOwner(e.Word, "mnt", unix.CAP_SYS_ADMIN, "CLONE_NEWNS"); text != "" {
		return text
	}
	if text := l.attributesKept(); text != "" {
		return text
	}
	return l.mountsRefused()
})

var _ = looking([]string{"mounts"}, unix.EPERM, foreignMounts)
var _ = looking([]string{"mounts"}, unix.ENOENT, foreignMounts)

var _ = hint("mounts", unix.ENOTTY, func(*Call, *Error) string {
	return foreignMountsSince
})

// foreignMounts is about the rights that listmount(2) wants for a namespace
// that is not the task's own.
func foreignMounts(l *look, _ *Error) string {
	ns, ok := l.c.Arg("ns").(*Namespace)
	if !ok {
		return ""
	}
	n := l.value(ns)
	return l.lacks("to list the mounts of "+ns.String(), unix.CAP_SYS_ADMIN, l.owner(n), "")
}

// attributesKept names the attributes that are to be taken off and came with
// the mount from the mount namespace of a more privileged user.
func (l *look) attributesKept() string {
	m := l.mountOf(l.text("path"))
	if l.text("path") == "" || l.underFile("path", l.text("path")) || m == nil || !l.inherited() {
		return ""
	}
	clr := l.flags("attr_clr")
	has := func(option string) bool { return slices.Contains(strings.Split(m.options, ","), option) }
	kept := Flags{Family: AttrFamily}
	for _, a := range []struct {
		option string
		flag   uint64
	}{
		{"ro", unix.MOUNT_ATTR_RDONLY}, {"nosuid", unix.MOUNT_ATTR_NOSUID}, {"nodev", unix.MOUNT_ATTR_NODEV}, {"noexec", unix.MOUNT_ATTR_NOEXEC},
	} {
		if clr&a.flag != 0 && has(a.option) {
			kept.Value |= a.flag
		}
	}
	switch {
	case kept.Value != 0:
		return fmt.Sprintf("%s came from a mount namespace of another user namespace, and cannot lose what it came with: %s", m.point, kept)
	case clr&unix.MOUNT_ATTR__ATIME != 0:
		return m.point + " came from a mount namespace of another user namespace, and keeps what becomes of access times there"
	case l.flags("flags")&unix.AT_RECURSIVE != 0 && clr != 0:
		return "a mount below " + m.point + " came from a mount namespace of another user namespace, and keeps its attributes"
	}
	return ""
}
