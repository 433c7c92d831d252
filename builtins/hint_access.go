package builtins

import (
	"fmt"
	"strings"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// forbidden says which permission of a file, or of the directory if a name is
// to be made or removed there, the task lacks.
func (l *look) forbidden(p string) string {
	want, of := l.wants(p)
	files := l.stat(of)
	if want == 0 || len(files) == 0 || files[0].errno != 0 {
		return ""
	}
	var prog task.Program
	uid, gid := prog.Call("geteuid"), prog.Call("getegid")
	permissions := []struct {
		bit  int
		name string
		call *task.Call
	}{{unix.R_OK, "r", nil}, {unix.W_OK, "w", nil}, {unix.X_OK, "x", nil}}
	for i := range permissions {
		permissions[i].call = prog.Call("faccessat2", cwd(), task.Str(of), task.Int(permissions[i].bit), task.Int(unix.AT_EACCESS)).May()
	}
	if !l.do(&prog) {
		return ""
	}
	var lacks []string
	for _, x := range permissions {
		if want&x.bit != 0 && x.call.Errno() == unix.EACCES {
			lacks = append(lacks, x.name)
		}
	}
	if len(lacks) == 0 {
		return ""
	}
	return fmt.Sprintf("the task, user %d and group %d, has no %s permission on %s: its mode is %04o, its user %s, its group %s", uid.Result(), gid.Result(),
		strings.Join(lacks, " and no "), of, files[0].mode&0o7777, l.ownerOf("uid_map", files[0].uid), l.ownerOf("gid_map", files[0].gid))
}

// ownerOf is an id of a file, which may stand for all that have none in the
// user namespace of the task.
func (l *look) ownerOf(file string, id uint32) string {
	name := map[string]string{"uid_map": "kernel.overflowuid", "gid_map": "kernel.overflowgid"}[file]
	overflow, known := sysctl(name)
	if m, ok := l.idMap(file); ok && known && int64(id) == overflow && !m.maps(id, 1, insideOf) {
		return fmt.Sprintf("one that %s does not map", l.own("user"))
	}
	return fmt.Sprint(id)
}

// initialUser is the inode of the initial user namespace: PROC_USER_INIT_INO.
const initialUser = 0xEFFFFFFD

// lacksInitial explains what takes a capability in the initial user namespace,
// whatever the task may be elsewhere.
func (l *look) lacksInitial(what string, capability int, advice string) string {
	own := l.own("user")
	if own == nil {
		return ""
	}
	has, known := effective(l.t.Pid(), capability)
	if known && (own.id.ino != initialUser || !has) {
		where := "the task is in " + own.String()
		if own.id.ino == initialUser {
			where = "the task, which is there, does not have it"
		}
		return fmt.Sprintf("%s takes %s in the initial user namespace, and %s%s", what, capName(capability), where, advice)
	}
	return ""
}

var _ = looking([]string{"mknod"}, unix.EPERM, func(l *look, _ *Error) string {
	mode := l.flags("mode") & unix.S_IFMT
	if mode != unix.S_IFCHR && mode != unix.S_IFBLK {
		return ""
	}
	return l.lacksInitial("a device", unix.CAP_MKNOD, fmt.Sprintf("; a bind mount gives one that exists another place: mount(\"/dev/null\", %q, mountflags=MS_BIND)", l.text("path")))
})

var _ = looking([]string{"setpriority"}, unix.EACCES, func(l *look, _ *Error) string {
	return l.lacksInitial("a lower nice value than there is, beyond what RLIMIT_NICE allows,", unix.CAP_SYS_NICE, "")
})

var _ = looking([]string{"setrlimit"}, unix.EPERM, func(l *look, _ *Error) string {
	return l.lacksInitial("a hard limit above rlim_max of getrlimit", unix.CAP_SYS_RESOURCE, "")
})
