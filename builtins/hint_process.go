package builtins

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = looking([]string{"unshare", "clone"}, unix.EINVAL, func(l *look, _ *Error) string {
	flags := l.flags("flags")
	own, children := l.own("pid"), l.own("pid_for_children")
	if flags&unix.CLONE_NEWPID != 0 && own != nil && (children == nil || own.id != children.id) {
		return "the children of the task go into a PID namespace of their own already; have a child make the next one"
	}
	if flags&unix.CLONE_FS != 0 && flags&(unix.CLONE_NEWNS|unix.CLONE_NEWUSER) != 0 && l.c.Word.name == "clone" {
		return "CLONE_FS shares root and working directory, which no one can with a member of a new mount or user namespace"
	}
	if tid := l.c.Arg("set_tid"); tid != nil && tid != starlark.None {
		if n, err := starlark.AsInt32(first(l.c, "set_tid")); err == nil && flags&unix.CLONE_NEWPID != 0 && n != 1 {
			return "the first process of a new PID namespace is its init: set_tid must be, or start with, 1"
		}
		if text := l.tooManyTids(tid); text != "" {
			return text
		}
		if n, err := starlark.AsInt32(first(l.c, "set_tid")); err == nil && n < 1 {
			return "a pid is 1 or more"
		}
		if most, err := strconv.Atoi(strings.TrimSpace(l.lentProc("sys/kernel/pid_max"))); err == nil {
			if n, err := starlark.AsInt32(first(l.c, "set_tid")); err == nil && n >= most {
				return fmt.Sprintf("a pid must be less than kernel.pid_max, which is %d", most)
			}
		}
	}
	return ""
})

// tooManyTids is about set_tid with more pids than there are PID namespaces
// for the child, where nstar can see all of those.
func (l *look) tooManyTids(v starlark.Value) string {
	const initial = 0xEFFFFFFC // PROC_PID_INIT_INO
	tids, err := pidList("set_tid", v)
	depth, top := 0, (*nsLook)(nil)
	for n := l.own("pid_for_children"); n != nil; n = l.parent(n) {
		depth, top = depth+1, n
	}
	if l.flags("flags")&unix.CLONE_NEWPID != 0 {
		depth++
	}
	if err != nil || top == nil || top.id.ino != initial || len(tids) <= depth {
		return ""
	}
	return fmt.Sprintf("set_tid has %d pids, and the child is in %d PID namespaces", len(tids), depth)
}

var _ = looking([]string{"clone"}, unix.EEXIST, func(l *look, _ *Error) string {
	if v := l.c.Arg("set_tid"); v != nil && v != starlark.None {
		return fmt.Sprintf("set_tid: %s is in use, as a pid, a session or a process group", v)
	}
	return ""
})

var _ = looking([]string{"setns", "ns_of", "kill", "wait", "environ_of", "getsid", "getpgid", "sched_getaffinity", "sched_setaffinity", "setpgid", "getpriority", "setpriority", "pidfd_open", "pidfd_getfd", "enter"}, unix.ESRCH, func(l *look, e *Error) string {
	if name, _ := failing(e); e.Word == "enter" && name != "pidfd_open" {
		return "" // it was there
	}
	if which, ok := l.c.Arg("which").(Flags); ok && which.Value != unix.PRIO_PROCESS {
		kind := map[uint64]string{unix.PRIO_PGRP: "process group", unix.PRIO_USER: "user"}[which.Value]
		return fmt.Sprintf("no process has the %s %s, as the task numbers them", kind, l.c.Arg("who"))
	}
	for _, name := range []string{"pid", "fd", "pidfd", "target", "who"} {
		v, ok := l.c.Arg(name).(starlark.Int)
		if !ok {
			continue
		}
		n := l.own("pid")
		if n == nil {
			return ""
		}
		if pid, err := starlark.AsInt32(v); err == nil && e.Word == "setpgid" && l.alive(pid) {
			return fmt.Sprintf("process %s is not a child of the task: only its own process group and that of its children can be set", v)
		}
		text := fmt.Sprintf("there is no process %s in %s, where the task's pids are from", v, n)
		if id, err := nsIDOf("/proc/self/ns/pid"); err == nil && id != n.id {
			text += ", and those elsewhere have other numbers there, or none"
		}
		return text
	}
	return ""
})

// alive tells whether the task sees a process of that pid.
func (l *look) alive(pid int) bool {
	var p task.Program
	p.Call("getsid", task.Int(pid))
	return l.do(&p)
}

// nsIDOf identifies the namespace of a file.
func nsIDOf(file string) (nsKey, error) {
	var st unix.Stat_t
	err := unix.Stat(file, &st)
	return nsKey{st.Dev, st.Ino}, err
}

var _ = looking([]string{"ns_of", "setns", "environ_of"}, unix.EACCES, func(l *look, e *Error) string {
	name, _ := failing(e)
	if name != "ioctl" && name != "openat" {
		return ""
	}
	return l.untraceable()
})

var _ = looking([]string{"pidfd_getfd"}, unix.EPERM, func(l *look, _ *Error) string {
	switch v := l.c.Arg("pidfd").(type) {
	case *TaskValue:
		return l.ptraceRule(v.Task.Pid())
	case *FileValue:
		pid := 0
		if err := v.usePidfd("pidfd", func(fd int) error { pid, _ = task.PidOf(fd); return nil }); err != nil || pid == 0 {
			return ""
		}
		return l.ptraceRule(pid)
	}
	return l.untraceable()
})

var _ = looking([]string{"setns"}, unix.EPERM, func(l *look, _ *Error) string {
	if _, pid := l.c.Arg("fd").(starlark.Int); !pid {
		return ""
	}
	return l.untraceable()
})

// untraceable explains the rule of ptrace(2) for looking at another process.
func (l *look) untraceable() string {
	var v starlark.Value
	for _, name := range []string{"pid", "fd", "pidfd"} {
		if a := l.c.Arg(name); a != nil && v == nil {
			v = a
		}
	}
	pid, err := starlark.AsInt32(v)
	own, host := l.own("pid"), nsKey{}
	if err == nil {
		host, err = nsIDOf("/proc/self/ns/pid")
	}
	if err != nil || own == nil || own.id != host { // its number means another process here
		return ""
	}
	return l.ptraceRule(pid)
}

// ptraceRule says what of that rule is not so, of a pid in the view of the host.
func (l *look) ptraceRule(pid int) string {
	mine, theirs := status(l.t.Pid(), "Uid"), status(pid, "Uid")
	has, known := effective(l.t.Pid(), unix.CAP_SYS_PTRACE)
	if mine == "" || theirs == "" || !known {
		return ""
	}
	rule := "to look into another process takes its user and group ids and its capabilities, or CAP_SYS_PTRACE in its user namespace"
	switch id, ok := effectiveID(l.t.Pid(), "Uid"); {
	case !ok:
		return ""
	case strings.Trim(theirs, "0123456789 \t") == "" && !all(theirs, id):
		return fmt.Sprintf("%s, and process %d has the uids %s, in the view of nstar, and the task has %d", rule, pid, strings.Join(strings.Fields(theirs), " "), id)
	case !has:
		return fmt.Sprintf("%s, and process %d is not of the task's user namespace, or has more capabilities, or is not dumpable", rule, pid)
	}
	return fmt.Sprintf("%s, and process %d is not below %s", rule, pid, l.own("user"))
}

// all tells whether all numbers of a list are id.
func all(list string, id uint32) bool {
	for _, f := range strings.Fields(list) {
		if f != fmt.Sprint(id) {
			return false
		}
	}
	return true
}

var _ = looking([]string{"timens_offsets"}, unix.EACCES, func(l *look, e *Error) string {
	if name, _ := failing(e); name != "write" {
		return ""
	}
	own, children := l.own("time"), l.own("time_for_children")
	switch {
	case own == nil || children == nil:
		return ""
	case own.id == children.id:
		return "the task's children are to be in its own time namespace, whose clocks are fixed; make a new one first: unshare(CLONE_NEWTIME)"
	}
	return fmt.Sprintf("a process is or was in %s already, and so its clocks are fixed", children)
})

var _ = looking([]string{"timens_offsets"}, unix.EPERM, func(l *look, _ *Error) string {
	return l.lacks("an offset", unix.CAP_SYS_TIME, l.owner(l.own("time_for_children")), "; make namespaces of your own first: unshare(CLONE_NEWUSER | CLONE_NEWTIME)")
})

var _ = looking([]string{"sethostname", "setdomainname"}, unix.EINVAL, func(l *look, _ *Error) string {
	const most = 64
	if name := l.text("name"); len(name) > most {
		return fmt.Sprintf("a name has at most %d bytes, and this has %d", most, len(name))
	}
	return ""
})

// startRefused is about the first task, without which no word does anything.
func startRefused(_ *Call, e *Error) string {
	_, call, ok := strings.Cut(e.cause.Error(), "the shell task cannot be started: ")
	if !ok || status(os.Getpid(), "Seccomp") != "2" {
		return ""
	}
	call, _, _ = strings.Cut(call, ":")
	return fmt.Sprintf("a seccomp filter is on nstar, as in most containers, and nothing else refuses %s to everybody; start it without, for example with docker run --security-opt seccomp=unconfined", call)
}

var (
	_ = hint("", unix.EPERM, startRefused)
	_ = hint("", unix.ENOSYS, startRefused)
)
