package builtins

import (
	"fmt"
	"os"
	"path"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = looking([]string{"unshare", "clone"}, unix.ENOSPC, func(l *look, e *Error) string {
	for _, k := range nsKinds {
		if l.flags("flags")&uint64(k.flag) == 0 {
			continue
		}
		if k.kind == "user" || k.kind == "pid" {
			if text := l.nested(k.kind); text != "" {
				return text
			}
		}
		if text := l.namespaceLimit(k.kind); text != "" {
			return text
		}
	}
	return ""
})

// nested is about namespaces within namespaces, of which the kernel allows 32
// below the initial one.
func (l *look) nested(kind string) string {
	const most = 32
	name := kind
	if kind == "pid" {
		name = "pid_for_children"
	}
	depth := 0
	for n := l.own(name); n != nil; n = l.parent(n) {
		depth++
	}
	if depth <= most {
		return ""
	}
	return fmt.Sprintf("%s namespaces can be nested %d deep, and %s is at the end of that", kind, most, l.own(name))
}

// namespaceLimit reads user.max_*_namespaces in the user namespace of the task
// and in those above, where a task of the session or the host is in them.
func (l *look) namespaceLimit(kind string) string {
	file := limitFile(kind)
	most, where := int64(-1), ""
	lower := func(text, in string) {
		if n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64); err == nil && (most < 0 || n < most) {
			most, where = n, in
		}
	}
	seen := map[nsKey]bool{}
	for t := l.t; t != nil; t = t.Parent() {
		there := &look{c: l.c, t: t, ns: map[string]*nsLook{}}
		if user := there.own("user"); user != nil && !seen[user.id] {
			seen[user.id] = true
			lower(there.lentProc(file), l.whose(user))
		}
		there.close()
	}
	if n, ok := sysctl("user.max_" + kind + "_namespaces"); ok {
		lower(strconv.FormatInt(n, 10), "the user namespace where nstar was started")
	}
	for user := l.own("user"); user != nil && !l.isHost(user); user = l.parent(user) {
		if !seen[user.id] {
			return "" // nobody is there who could tell its limit
		}
	}
	if most < 0 {
		return ""
	}
	return fmt.Sprintf("a limit on %s namespaces is reached: /proc/%s is %d in %s", kind, file, most, where)
}

// lentProc has the task read a file of the host's /proc with its own eyes.
func (l *look) lentProc(file string) string {
	proc, err := unix.Open("/proc", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return ""
	}
	defer unix.Close(proc)
	buf := make([]byte, 4096)
	var p task.Program
	fd := p.Call("openat", p.Lend(proc).As("/proc"), task.Str(file), task.Flags(unix.O_CLOEXEC, "O_RDONLY|O_CLOEXEC"))
	p.Drop(fd)
	n := p.Call("read", task.Res(fd), task.Out(buf), task.Int(len(buf)))
	if !l.do(&p) {
		return ""
	}
	return string(buf[:n.Result()])
}

// bornWords are those that make a process.
var bornWords = []string{"clone", "run", "sh", "spawn"}

var _ = looking(bornWords, unix.ENOMEM, func(l *look, _ *Error) string {
	own, children := l.own("pid"), l.own("pid_for_children")
	if own == nil || children == nil || own.id == children.id {
		return ""
	}
	if !l.initEnded(children) {
		return ""
	}
	return fmt.Sprintf("the first process of %s, which was its init, has ended, and so no other can be made there; use clone(CLONE_NEWPID), or let the first child live", children)
})

// initEnded tells whether the first process of a PID namespace is known to have
// ended (Linux 6.11).
func (l *look) initEnded(n *nsLook) bool {
	const nsGetPidFromPidns = 0x8004b706
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(n.fd), nsGetPidFromPidns, 1)
	return errno == unix.ESRCH
}

var _ = looking(bornWords, unix.EAGAIN, func(l *look, _ *Error) string {
	if text := l.pidsMax(); text != "" {
		return text
	}
	running, most := threads(), l.limit("Max processes")
	if n, err := strconv.ParseInt(most, 10, 64); err == nil && running >= n {
		privileged, _ := effective(l.t.Pid(), unix.CAP_SYS_RESOURCE)
		if !privileged || !l.isHost(l.own("user")) {
			return "RLIMIT_NPROC of the task is " + most + ": its user has as many processes already"
		}
	}
	if n, ok := sysctl("kernel.threads-max"); !ok || running < 0 || running >= n {
		return ""
	}
	if children := l.own("pid_for_children"); children != nil { // nothing else is left
		return fmt.Sprintf("no number is free in %s: kernel.pid_max there says how many there are, and who is root in it may lower that", children)
	}
	return ""
})

// threads is how many there are on the machine, -1 if that is not known.
func threads() int64 {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return -1
	}
	var a, b, c float64
	var running, all int64
	if _, err := fmt.Sscanf(string(text), "%f %f %f %d/%d", &a, &b, &c, &running, &all); err != nil {
		return -1
	}
	return all
}

// pidsMax names the cgroup of the task that is full.
func (l *look) pidsMax() string {
	for line := range strings.Lines(l.proc("cgroup")) {
		f := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(f) != 3 || f[1] != "" && f[1] != "pids" {
			continue
		}
		root := "/sys/fs/cgroup"
		if f[1] != "" {
			root += "/pids"
		}
		for dir := path.Clean("/" + f[2]); ; dir = path.Dir(dir) {
			most, now := number(root+dir+"/pids.max"), number(root+dir+"/pids.current")
			if most >= 0 && now >= most {
				return fmt.Sprintf("%s is %d, and the cgroup has as many processes", path.Join(root, dir, "pids.max"), most)
			}
			if dir == "/" {
				break
			}
		}
	}
	return ""
}

// number reads a file with one number; -1 if there is none.
func number(file string) int64 {
	text, err := os.ReadFile(file)
	if err != nil {
		return -1
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// limit is the soft limit of a line of the task's /proc/PID/limits.
func (l *look) limit(name string) string { return limitOf(l.t.Pid(), name) }

func limitOf(pid int, name string) string {
	for line := range strings.Lines(procText(pid, "limits")) {
		if rest, ok := strings.CutPrefix(line, name); ok {
			if f := strings.Fields(rest); len(f) > 0 {
				return f[0]
			}
		}
	}
	return ""
}

var _ = hint("", unix.EMFILE, func(_ *Call, e *Error) string {
	pid, who := os.Getpid(), "nstar"
	if _, maker := failing(e); maker != 0 && maker != pid {
		pid, who = maker, fmt.Sprintf("task %d", maker)
	}
	most := limitOf(pid, "Max open files")
	if most == "" {
		return ""
	}
	return fmt.Sprintf("%s has as many open files as RLIMIT_NOFILE allows: %s; close some, or raise it (ulimit -n) before nstar starts", who, most)
})

var _ = hint("", unix.ENFILE, func(*Call, *Error) string {
	text, err := os.ReadFile("/proc/sys/fs/file-max")
	if err != nil {
		return ""
	}
	return "the whole machine has as many open files as fs.file-max allows: " + strings.TrimSpace(string(text))
})

var _ = hint("", unix.ENOSYS, func(c *Call, e *Error) string {
	name, pid := failing(e)
	if name != "" && pid != 0 && task.Known(name) && status(pid, "Seccomp") == "2" {
		return fmt.Sprintf("a seccomp filter is on task %d, as in most containers, and it may hide %s", pid, name)
	}
	if first := sinceCalls()[name]; first != "" {
		return fmt.Sprintf("%s came with Linux %s, but this kernel was built without it", name, first)
	}
	return ""
})
