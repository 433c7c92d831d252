package builtins

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// limits are those that the errno can be about.
func (q *inquiry) limits() {
	switch q.e.Errno {
	case unix.ENOSPC, unix.EUSERS:
		q.namespaceLimits()
		if n, ok := sysctl("fs.mount-max"); ok && q.e.Word == "mount" {
			q.is("fs.mount-max", "%d, and the task sees %d mounts", n, len(q.mounts()))
		}
	case unix.EAGAIN, unix.ENOMEM:
		q.processLimits()
	case unix.EMFILE:
		q.is("RLIMIT_NOFILE", "%s", q.limit("Max open files"))
	}
}

// namespaceLimits are user.max_*_namespaces as the task sees them and as nstar
// does, and how deep the task is.
func (q *inquiry) namespaceLimits() {
	for _, k := range nsKinds {
		if q.flags("flags")&uint64(k.flag) == 0 {
			continue
		}
		name := "user.max_" + k.kind + "_namespaces"
		if n, err := strconv.Atoi(strings.TrimSpace(q.lentProc("sys/user/max_" + k.kind + "_namespaces"))); err == nil {
			q.limitOf(name, int64(n), q.own("user").String())
		}
		if n, ok := sysctl(name); ok && !q.isHost(q.own("user")) {
			q.limitOf(name, n, "the user namespace where nstar was started")
		}
		if k.kind == "user" || k.kind == "pid" {
			q.depth(k.kind)
		}
	}
}

func (q *inquiry) limitOf(name string, n int64, where string) {
	if n == 0 {
		q.against(name, "write a higher number to it, with rights over that user namespace: sysctl "+name+"=65536", "0 in %s", where)
		return
	}
	q.is(name, "%d in %s", n, where)
}

func (q *inquiry) depth(kind string) {
	if text := q.nested(kind); text != "" {
		q.against("depth", "make it further up", "%s", text)
	}
}

// processLimits are those on the number of processes.
func (q *inquiry) processLimits() {
	if !slices.Contains(bornWords, q.e.Word) {
		return
	}
	if most := q.limit("Max processes"); most != "" {
		q.is("RLIMIT_NPROC", "%s", most)
	}
	if text := q.pidsMax(); text != "" {
		q.against("pids.max", "give the cgroup more: write_file to its pids.max", "%s", text)
	}
	for _, name := range []string{"kernel.pid_max", "kernel.threads-max"} {
		if n, ok := sysctl(name); ok {
			q.is(name, "%d", n)
		}
	}
}
