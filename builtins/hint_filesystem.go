package builtins

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// sourceOwner tells of file systems that show a namespace: their mounter needs
// rights over that one.
var sourceOwner = sync.OnceValue(func() map[string]string {
	return map[string]string{"proc": "pid", "sysfs": "net", "mqueue": "ipc", "cgroup2": "cgroup", "cgroup": "cgroup"}
})

// userMountable are the file systems that a user namespace's root may mount.
var userMountable = []string{"autofs", "bpf", "cgroup", "cgroup2", "devpts", "fuse", "mqueue", "proc", "ramfs", "sysfs", "tmpfs"}

// userMountableSince are those that it has not always been allowed to mount,
// with the Linux that allows it.
var userMountableSince = sync.OnceValue(func() map[string]string {
	return map[string]string{"overlay": "5.11", "binfmt_misc": "6.7"}
})

// fsRefused says why the task may not make a mount of a file system.
func (l *look) fsRefused(fstype string) string {
	user := l.own("user")
	if user == nil || fstype == "" {
		return ""
	}
	if kind := sourceOwner()[fstype]; kind != "" {
		n := l.own(kind)
		owner := l.owner(n)
		if has, known := l.capable(unix.CAP_SYS_ADMIN, owner); known && !has {
			return fmt.Sprintf("%s shows %s, which is owned by %s, not by %s; %s", fstype, n, l.whose(owner), user, ownFirst(kind))
		}
		if fstype == "proc" || fstype == "sysfs" {
			return l.revealing(fstype)
		}
		return ""
	}
	since, isSince := userMountableSince()[fstype]
	if isSince && !before(release(), since) || slices.Contains(userMountable, fstype) || !knownFilesystem(fstype) {
		return ""
	}
	if has, _ := effective(l.t.Pid(), unix.CAP_SYS_ADMIN); !has {
		return ""
	}
	if l.parent(user) == nil && l.isHost(user) {
		return "" // it may well be the initial one
	}
	if isSince {
		return fmt.Sprintf("root of a user namespace can mount %s since Linux %s, and this is %s", fstype, since, release())
	}
	return fmt.Sprintf("%s can be mounted by root of the initial user namespace only, and the task is in %s; for all there are tmpfs, overlay, proc, sysfs, mqueue, cgroup2, fuse, ramfs, devpts, bpf and bind mounts", fstype, user)
}

func (l *look) isHost(user *nsLook) bool {
	id, err := l.c.Host.hostUserns()
	return err == nil && id == user.id
}

func ownFirst(kind string) string {
	if kind == "pid" {
		return "mount it in a child with a PID namespace of its own: clone(CLONE_NEWPID)"
	}
	flag, _ := kindFlag(kind)
	return "make one of your own first: unshare(" + flag + ")"
}

// knownFilesystem tells whether the kernel has a file system.
func knownFilesystem(fstype string) bool {
	text, err := os.ReadFile("/proc/filesystems")
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) > 0 && f[len(f)-1] == fstype {
			return true
		}
	}
	return false
}

// revealing is about the rule that a new proc or sysfs must show no more than
// one that the mount namespace has: a whole one, with nothing mounted over its
// parts and not read-only.
func (l *look) revealing(fstype string) string {
	mounts := l.mounts()
	if len(mounts) == 0 {
		return ""
	}
	why := fmt.Sprintf("a new %s must show no more than one that is there, and this mount namespace shows none; after pivot_root, mount it before the old root is unmounted", fstype)
	for _, m := range mounts {
		if m.fstype != fstype {
			continue
		}
		masks := m.masks(mounts)
		readOnly := slices.Contains(strings.Split(m.options, ","), "ro") && l.flags("mountflags")&unix.MS_RDONLY == 0
		switch {
		case m.root != "/":
		case len(masks) > 0:
			why = fmt.Sprintf("a new %s must show no more than %s does, parts of which are covered by mounts: %s; bind that one instead: MS_BIND | MS_REC", fstype, m.point, some(masks))
		case readOnly:
			why = fmt.Sprintf("a new %s must allow no more than %s does, which is read-only; add MS_RDONLY", fstype, m.point)
		default:
			return "" // this one will do: it is not that rule
		}
	}
	return why
}

// masks are the mounts on m but for those on directories that are always
// empty, which hide nothing.
func (m mountLine) masks(all []mountLine) (points []string) {
	harmless := []string{"/sys/fs/binfmt_misc", "/fs/cgroup", "/fs/bpf", "/fs/fuse/connections", "/fs/pstore", "/fs/selinux",
		"/kernel/debug", "/kernel/tracing", "/kernel/security", "/kernel/config", "/firmware/efi/efivars", "/fs/resctrl", "/fs/smackfs"}
	for _, sub := range all {
		if sub.parent == m.id && !slices.Contains(harmless, strings.TrimPrefix(sub.point, strings.TrimSuffix(m.point, "/"))) {
			points = append(points, sub.point)
		}
	}
	return points
}

// some is a list, cut off when it is long.
func some(list []string) string {
	const most = 3
	if len(list) > most {
		return strings.Join(list[:most], ", ") + fmt.Sprintf(" and %d more", len(list)-most)
	}
	return strings.Join(list, ", ")
}
