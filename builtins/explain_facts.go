package builtins

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// An inquiry collects what can be seen of a task, alive or dead, that may have
// to do with an error.
type inquiry struct {
	*look
	e     *Error
	found []fact
}

// value is a fact in the language.
func (f fact) value() starlark.Value {
	return starlarkstruct.FromStringDict(starlarkstruct.Default, starlark.StringDict{
		"what": starlark.String(f.what), "found": starlark.String(f.found), "against": starlark.Bool(f.against),
	})
}

// is adds a fact that nothing follows from alone.
func (q *inquiry) is(what, format string, args ...any) {
	q.found = append(q.found, fact{what: what, found: printable(fmt.Sprintf(format, args...))})
}

// against adds one that by itself keeps the call from succeeding.
func (q *inquiry) against(what, remedy, format string, args ...any) {
	q.found = append(q.found, fact{what: what, found: printable(fmt.Sprintf(format, args...)), against: true, remedy: remedy})
}

// denied tells whether the error is about rights.
func (q *inquiry) denied() bool {
	return slices.Contains([]unix.Errno{unix.EPERM, unix.EACCES, unix.ENOSYS}, q.e.Errno)
}

func (q *inquiry) gather() {
	if ended(q.t) {
		text := (&task.Dead{Pid: q.t.Pid(), Status: q.t.Status()}).Error()
		q.is("task", "%s: what it was cannot be looked at any more", text)
		return
	}
	var dead *task.Dead
	if q.e.Errno == 0 && !errors.As(q.e.cause, &dead) {
		return // the kernel was not asked
	}
	q.who()
	q.members()
	if q.denied() {
		q.rights()
	}
	q.maps()
	q.children()
	q.paths()
	q.mounting()
	q.limits()
	if q.denied() {
		q.modules()
	}
}

// who is about the process.
func (q *inquiry) who() {
	pid, kind := q.t.Pid(), "waits for calls"
	if !q.t.Parked() {
		kind = "has become a program"
	}
	threads := status(pid, "Threads")
	switch {
	case threads == "":
		q.is("task", "%d, alive; nothing in /proc can be read of it", pid)
		return
	case threads == "1":
		q.is("task", "%d, alive, %s, with one thread", pid, kind)
	case q.e.Errno == unix.EINVAL && q.flags("flags")&unix.CLONE_NEWUSER != 0:
		q.against("task", "have a task with one thread do it", "%d, alive, %s, with %s threads", pid, kind, threads)
	default:
		q.is("task", "%d, alive, %s, with %s threads", pid, kind, threads)
	}
	uid, ok := effectiveID(pid, "Uid")
	gid, known := effectiveID(pid, "Gid")
	if ok && known {
		q.is("user", "effective uid %d and gid %d, as nstar sees them", uid, gid)
	}
	switch creates := q.flags("flags")&unix.CLONE_NEWUSER != 0; {
	case !q.t.Parked():
	case !q.chrooted():
	case creates && q.e.Errno == unix.EPERM:
		q.against("root", "use pivot_root instead of chroot", "chrooted")
	default:
		q.is("root", "chrooted")
	}
}

// members are the namespaces concerned, each with those that own it.
func (q *inquiry) members() {
	for _, kind := range q.kinds() {
		if n := q.own(kind); n != nil {
			q.is(kind+" namespace", "%s", q.chain(n))
		} else {
			q.is(kind+" namespace", "cannot be opened")
		}
	}
}

// kinds are the types of namespaces that the word is about; the user namespace
// always is.
func (q *inquiry) kinds() []string {
	kinds := []string{"user"}
	for _, r := range q.needs() {
		if r.of != "user" && !slices.Contains(kinds, r.of) {
			kinds = append(kinds, r.of)
		}
	}
	return kinds
}

// chain is a namespace and the user namespaces above it, up to the first that
// nstar can see.
func (q *inquiry) chain(n *nsLook) string {
	parts := []string{}
	if n.kind != "user" {
		parts = append(parts, n.String())
		n = q.owner(n)
	}
	for ; n != nil; n = q.parent(n) {
		parts = append(parts, q.userns(n))
	}
	return strings.Join(parts, ", in ")
}

// userns names a user namespace, with who made it.
func (q *inquiry) userns(n *nsLook) string {
	text := n.String()
	if uid, err := nsOwnerUID(n.fd); err == nil && n.id.ino != initialUser {
		text += fmt.Sprintf(" made by uid %d", uid)
	}
	switch {
	case n.id.ino == initialUser:
		return text + " (the initial one)"
	case q.isHost(n):
		return text + " (where nstar was started)"
	}
	return text
}

// modules are those who may refuse what capabilities allow.
func (q *inquiry) modules() {
	pid := q.t.Pid()
	switch mode, n := status(pid, "Seccomp"), status(pid, "Seccomp_filters"); mode {
	case "0":
		q.is("seccomp", "no filter")
	case "2":
		q.is("seccomp", "filters: %s; they may refuse a call with any errno", n)
	}
	if status(pid, "NoNewPrivs") == "1" {
		q.is("no_new_privs", "set: set-user-ID programs and file capabilities have no effect")
	}
	if label := strings.Trim(procText(pid, "attr/current"), "\x00\n"); label != "" {
		q.is("security module", "the task runs as %s", label)
	} else if active, err := os.ReadFile("/sys/kernel/security/lsm"); err == nil {
		q.is("security module", "none confines the task; active are %s", active)
	} else {
		q.is("security module", "none confines the task")
	}
	names := []string{}
	if q.flags("flags")&unix.CLONE_NEWUSER != 0 {
		names = append(names, "kernel.unprivileged_userns_clone", "user.max_user_namespaces")
	}
	names = append(names, "kernel.apparmor_restrict_unprivileged_userns")
	if slices.Contains([]string{"setns", "ns_of", "open", "read_file"}, q.e.Word) {
		names = append(names, "kernel.yama.ptrace_scope")
	}
	for _, name := range names {
		if n, ok := sysctl(name); ok {
			q.is(name, "%d", n)
		}
	}
}

// maps are the id maps of the task, for words that are about ids.
func (q *inquiry) maps() {
	about := mapWords()[q.e.Word] || q.flags("flags")&unix.CLONE_NEWUSER != 0 && q.e.Errno == unix.EPERM
	for _, w := range idWords {
		about = about || w.word == q.e.Word
	}
	if !about {
		return
	}
	for _, file := range []string{"uid_map", "gid_map"} {
		if m, ok := readExtents(q.proc(file)); ok && q.readable(file) {
			q.is(file, "%s, the ids outside as nstar sees them", m.show())
		}
	}
	if text := strings.TrimSpace(q.proc("setgroups")); text != "" {
		q.is("setgroups", "%s", text)
	}
}

// children is about where the next process would be born.
func (q *inquiry) children() {
	if !slices.Contains(append(bornWords, "unshare"), q.e.Word) {
		return
	}
	own, next := q.own("pid"), q.own("pid_for_children")
	if own == nil || next == nil || own.id == next.id {
		return
	}
	if q.initEnded(next) {
		q.against("PID namespace", "use clone(CLONE_NEWPID), or let the first child live", "children go into %s, whose init has ended", next)
		return
	}
	q.is("PID namespace", "the task is in %s, and its children go into %s", own, next)
}
