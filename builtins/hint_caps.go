package builtins

import (
	"fmt"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"
)

// capable tells whether the task has a capability in a user namespace.
func (l *look) capable(capability int, in *nsLook) (has, known bool) {
	set, known := l.capsIn(in)
	return set>>capability&1 != 0, known
}

// capsIn are the capabilities that the task has in a user namespace, as
// user_namespaces(7) defines it: its own effective set counts there and in all
// descendants, and the owner of a child namespace has all of them in it.
func (l *look) capsIn(in *nsLook) (set capSet, known bool) {
	own := l.own("user")
	bits, known := l.capsOf("CapEff")
	uid, ok := effectiveID(l.t.Pid(), "Uid")
	if own == nil || in == nil || !known || !ok {
		return 0, false
	}
	for u := in; u != nil; {
		if u.id == own.id {
			return bits, true
		}
		p := l.parent(u)
		if p != nil && p.id == own.id {
			if owner, err := nsOwnerUID(u.fd); err == nil && owner == uid {
				return allCaps(), true
			}
			return bits, true
		}
		u = p
	}
	return 0, true
}

// allCaps are those that the kernel knows.
func allCaps() capSet {
	last, ok := sysctl("kernel.cap_last_cap")
	if !ok || last < 0 || last > 62 {
		last = unix.CAP_LAST_CAP
	}
	return 1<<(last+1) - 1
}

// lacks explains that the task has no such capability where it counts; "" if
// it has it, or if that is not known. what takes it, and advice is what to do.
func (l *look) lacks(what string, capability int, in *nsLook, advice string) string {
	if has, known := l.capable(capability, in); has || !known {
		return ""
	}
	name := capName(capability)
	own := l.own("user")
	if own.id == in.id {
		return fmt.Sprintf("%s takes %s in %s, which the task does not have%s", what, name, l.whose(in), advice)
	}
	return fmt.Sprintf("%s takes %s in %s, but the task is in %s%s", what, name, l.whose(in), own, advice)
}

// lacksInOwner does so where the capability counts in the user namespace that
// one of the task's namespaces belongs to; flag is what makes such a one.
func (l *look) lacksInOwner(word, ns string, capability int, flag string) string {
	n, own := l.own(ns), l.own("user")
	in := l.owner(n)
	if has, known := l.capable(capability, in); has || !known {
		return ""
	}
	both := "; make namespaces of your own first: unshare(CLONE_NEWUSER | " + flag + ")"
	if own.id == in.id {
		return l.lacks(word, capability, in, both)
	}
	text := fmt.Sprintf("%s is owned by %s: %s takes %s there, and the task is in %s", n, l.whose(in), word, capName(capability), own)
	if has, _ := l.capable(unix.CAP_SYS_ADMIN, own); !has {
		return text + both
	}
	return text + "; make one of your own first: unshare(" + flag + ")"
}

func capName(capability int) string {
	for _, k := range capConstants {
		if k.value == uint64(capability) {
			return k.name
		}
	}
	return fmt.Sprintf("capability %d", capability)
}

// refused says who can refuse a call that the capabilities allow: a security
// module or a filter, where the task is under one.
func (l *look) refused(capability int, in *nsLook) string {
	if has, known := l.capable(capability, in); !has || !known {
		return ""
	}
	name := capName(capability)
	if n, ok := sysctl("kernel.apparmor_restrict_unprivileged_userns"); ok && n != 0 {
		return "kernel.apparmor_restrict_unprivileged_userns is " + fmt.Sprint(n) + ": AppArmor gives no rights in a user namespace to programs without a profile that says userns; set the sysctl to 0, or give nstar a profile"
	}
	if status(l.t.Pid(), "Seccomp") == "2" {
		return fmt.Sprintf("the task has %s in %s, but is under a seccomp filter, as in most containers, and that refuses", name, in)
	}
	return ""
}

var _ = looking([]string{"sethostname", "setdomainname"}, unix.EPERM, func(l *look, e *Error) string {
	if text := l.lacksInOwner(e.Word, "uts", unix.CAP_SYS_ADMIN, "CLONE_NEWUTS"); text != "" {
		return text
	}
	return l.refused(unix.CAP_SYS_ADMIN, l.owner(l.own("uts")))
})

var _ = looking([]string{"umount2", "pivot_root", "pin", "unpin"}, unix.EPERM, func(l *look, e *Error) string {
	if text := l.lacksInOwner(e.Word, "mnt", unix.CAP_SYS_ADMIN, "CLONE_NEWNS"); text != "" {
		return text
	}
	return l.mountsRefused()
})

var _ = looking([]string{"chroot"}, unix.EPERM, func(l *look, e *Error) string {
	return l.lacks("chroot", unix.CAP_SYS_CHROOT, l.own("user"), "; make a user namespace first: unshare(CLONE_NEWUSER)")
})

var _ = looking([]string{"unshare", "clone"}, unix.EPERM, func(l *look, e *Error) string {
	flags, _ := l.c.Arg("flags").(Flags)
	user := l.own("user")
	if user == nil {
		return ""
	}
	if flags.Value&unix.CLONE_NEWUSER != 0 {
		return l.userRefused()
	}
	if tid := l.c.Arg("set_tid"); tid != nil && tid != starlark.None && flags.Value&unix.CLONE_NEWPID == 0 {
		return l.lacks("set_tid", unix.CAP_CHECKPOINT_RESTORE, l.owner(l.own("pid_for_children")), "")
	}
	var news []string
	for _, n := range flags.Names() {
		if strings.HasPrefix(n, "CLONE_NEW") {
			news = append(news, n)
		}
	}
	if len(news) == 0 {
		return ""
	}
	what := strings.Join(news, " | ")
	if text := l.lacks(what, unix.CAP_SYS_ADMIN, user, "; make a user namespace first: unshare(CLONE_NEWUSER)"); text != "" {
		return text
	}
	return l.refused(unix.CAP_SYS_ADMIN, user)
})

// userRefused says why there may be no new user namespace.
func (l *look) userRefused() string {
	user := l.own("user")
	has, known := l.capable(unix.CAP_SYS_ADMIN, user)
	for _, id := range []struct{ field, file, word string }{{"Uid", "uid_map", "user"}, {"Gid", "gid_map", "group"}} {
		n, ok := effectiveID(l.t.Pid(), id.field)
		if m, read := l.idMap(id.file); ok && read && !m.maps(n, 1, outsideOf) {
			return fmt.Sprintf("the task's %s id is not mapped in %s; write the map first, as map_root() does", id.word, user)
		}
	}
	if l.chrooted() {
		return "the task is chrooted, and then may not make a user namespace; use pivot_root instead of chroot"
	}
	if n, ok := sysctl("kernel.unprivileged_userns_clone"); ok && n == 0 && known && !has {
		return "kernel.unprivileged_userns_clone is 0: only root may make user namespaces, until sysctl kernel.unprivileged_userns_clone=1"
	}
	if n, ok := sysctl("kernel.apparmor_restrict_unprivileged_userns"); ok && n != 0 && known && !has {
		return fmt.Sprintf("kernel.apparmor_restrict_unprivileged_userns is %d: AppArmor wants a profile that says userns; give nstar one, or set the sysctl to 0", n)
	}
	if status(l.t.Pid(), "Seccomp") == "2" && known && !has {
		return "a seccomp filter is on the task, as in most containers, and nothing else keeps it from making a user namespace"
	}
	return ""
}
