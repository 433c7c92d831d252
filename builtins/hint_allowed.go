package builtins

import (
	"fmt"
	"path"
	"slices"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// ownRules are file systems whose files have more rules than their permissions.
var ownRules = []string{"proc", "sysfs", "cgroup", "cgroup2", "securityfs", "debugfs", "tracefs", "fuse", "nfs", "nfs4", "cifs", "9p"}

// allowed is about files that a task may not use although their permissions let
// it, which is to say that a security module forbids it.
func (l *look) allowed(p string) string { return l.permitted(l.wants(p)) }

// permitted asks whether the permissions, as for access(2), are there.
func (l *look) permitted(want int, of string) string {
	m := l.mountOf(of)
	if want == 0 || m == nil || slices.Contains(ownRules, m.fstype) {
		return ""
	}
	var p task.Program
	p.Call("faccessat2", cwd(), task.Str(of), task.Int(want), task.Int(unix.AT_EACCESS))
	if !l.do(&p) {
		return ""
	}
	return fmt.Sprintf("the permissions of %s let the task, so a security module refuses, as Landlock does to a task that has restricted itself", of)
}

// wants are the permissions, as for access(2), that the word needs of p, or of
// the directory if it makes or removes a name there; 0 where that is not known.
func (l *look) wants(p string) (want int, of string) {
	const change = unix.W_OK | unix.X_OK
	dir := path.Dir(p)
	switch l.c.Word.name {
	case "mkdir", "rmdir", "unlink", "symlink", "link", "rename", "mknod":
		return change, dir
	case "read_file", "listdir":
		want = unix.R_OK
	case "write_file":
		want = unix.W_OK
	case "open":
		want = []int{unix.R_OK, unix.W_OK, unix.R_OK | unix.W_OK, 0}[l.flags("flags")&unix.O_ACCMODE]
	default:
		return 0, p
	}
	files := l.stat(p, dir)
	creates := l.c.Word.name == "write_file" || l.flags("flags")&unix.O_CREAT != 0
	switch {
	case len(files) == 0:
		return 0, p
	case creates && files[0].errno == unix.ENOENT:
		return change, dir
	case files[0].errno != 0, creates && files[1].mode&unix.S_ISVTX != 0: // see fs.protected_regular
		return 0, p
	}
	switch files[0].mode & unix.S_IFMT {
	case unix.S_IFREG, unix.S_IFDIR:
		return want, p
	}
	return 0, p
}
