package builtins

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// paths are those that the word was given, as far as they lead, and the mounts
// that they are on.
func (q *inquiry) paths() {
	about := []unix.Errno{unix.ENOENT, unix.ENOTDIR, unix.EACCES, unix.EPERM, unix.EROFS, unix.EBUSY, unix.EINVAL, unix.ELOOP,
		unix.EXDEV, unix.EISDIR, unix.EEXIST, unix.ENOTEMPTY, unix.ENOSPC, unix.ETXTBSY}
	if !q.t.Parked() || !slices.Contains(about, q.e.Errno) {
		return
	}
	for _, name := range pathWords()[q.e.Word] {
		p := q.text(name)
		if p == "" || q.underFile(name, p) || name == "source" && q.flags("mountflags")&(unix.MS_BIND|unix.MS_MOVE) == 0 {
			continue
		}
		q.path(name, p)
	}
	if p := executed(q.e); p != "" {
		q.path("program", p)
	}
}

// path follows one path to where it ends.
func (q *inquiry) path(name, p string) {
	all := prefixes(p)
	if p == "/" {
		all = []string{p}
	}
	files := q.stat(all...)
	end := slices.IndexFunc(files, func(f file) bool { return f.errno != 0 })
	if end >= 0 {
		defer q.is(name, "%s: %s", all[end], errnoName(files[end].errno))
	} else {
		end = len(files)
	}
	if end == 0 {
		return
	}
	f := files[end-1]
	q.is(name, "%s is %s, mode %04o, of user %d and group %d there", all[end-1], fileKind(f.mode), f.mode&0o7777, f.uid, f.gid)
	for _, m := range q.mounts() {
		if m.id == f.mount {
			q.is("mount", "%s", m.show())
			return
		}
	}
}

func fileKind(mode uint16) string {
	switch mode & unix.S_IFMT {
	case unix.S_IFDIR:
		return "a directory"
	case unix.S_IFREG:
		return "a regular file"
	case unix.S_IFLNK:
		return "a symbolic link"
	}
	return "a special file"
}

// show is the mount in a line, with how mounts below it spread.
func (m *mountLine) show() string {
	spread := Flags{MountFamily, m.propagation()}.String()
	if m.shared != "" {
		spread += ", peer group " + m.shared
	}
	return fmt.Sprintf("%s is %s, %s, %s", m.point, m.fstype, m.options, spread)
}

// mounting is about new mounts of file systems that must show no more than what
// is visible.
func (q *inquiry) mounting() {
	fstype := q.text("filesystemtype")
	if q.e.Word != "mount" || q.e.Errno != unix.EPERM || fstype != "proc" && fstype != "sysfs" {
		return
	}
	mounts := q.mounts()
	var whole, partly []string
	for _, m := range mounts {
		if m.fstype != fstype {
			continue
		}
		masks := m.masks(mounts)
		switch {
		case m.root != "/":
			partly = append(partly, fmt.Sprintf("%s shows a part only: %s", m.point, m.root))
		case len(masks) > 0:
			partly = append(partly, fmt.Sprintf("%s is covered at %s", m.point, strings.Join(masks, ", ")))
		default:
			whole = append(whole, fmt.Sprintf("%s is whole, %s", m.point, m.options))
		}
	}
	switch what := "visible " + fstype; {
	case len(whole) > 0:
		q.is(what, "%s", strings.Join(append(whole, partly...), "; "))
	case len(partly) > 0:
		q.against(what, "bind it instead: MS_BIND | MS_REC", "%s", strings.Join(partly, "; "))
	case q.readable("mountinfo"):
		q.against(what, "", "none in this mount namespace")
	}
}
