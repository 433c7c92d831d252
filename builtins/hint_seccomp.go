package builtins

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/seccomp"
	"nstar/builtins/internal/task"
)

var _ = hint("seccomp", 0, func(_ *Call, e *Error) string {
	var cut *cutOff
	if errors.As(e.cause, &cut) {
		return "allow it, or put only the programs under the filter: run(…, seccomp=filter)"
	}
	return ""
})

// seccompWords are the words that install a filter.
var seccompWords = []string{"seccomp", "run", "sh", "spawn", "execve", "execvp"}

var _ = looking(seccompWords, unix.EACCES, func(l *look, e *Error) string {
	name, _ := failing(e)
	has, known := effective(l.t.Pid(), unix.CAP_SYS_ADMIN)
	if name != "seccomp" || !known || has || status(l.t.Pid(), "NoNewPrivs") != "0" {
		return ""
	}
	return "a filter must not trick a setuid program: it takes CAP_SYS_ADMIN in the task's user namespace, which the task does not have, " +
		"or that it cannot gain privileges; renounce that first: prctl(PR_SET_NO_NEW_PRIVS, 1)"
})

var _ = looking(seccompWords, unix.EINVAL, func(l *look, e *Error) string {
	f, flags := l.c.filterFlags()
	if name, _ := failing(e); name != "seccomp" || f == nil {
		return ""
	}
	const listener, tsync = unix.SECCOMP_FILTER_FLAG_NEW_LISTENER, unix.SECCOMP_FILTER_FLAG_TSYNC
	switch {
	case flags&unix.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV != 0 && flags&listener == 0:
		return "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV goes with SECCOMP_FILTER_FLAG_NEW_LISTENER only"
	case flags&tsync != 0 && flags&listener != 0 && flags&unix.SECCOMP_FILTER_FLAG_TSYNC_ESRCH == 0:
		return "SECCOMP_FILTER_FLAG_TSYNC and SECCOMP_FILTER_FLAG_NEW_LISTENER both return a number; SECCOMP_FILTER_FLAG_TSYNC_ESRCH must be with them"
	}
	return seccomp.Complaint(f.code)
})

var _ = looking(seccompWords, unix.EBUSY, func(l *look, e *Error) string {
	_, flags := l.c.filterFlags()
	if name, _ := failing(e); name == "seccomp" && flags&unix.SECCOMP_FILTER_FLAG_NEW_LISTENER != 0 {
		return "one of the filters that the task is under has a listener already, and there can be but one"
	}
	return ""
})

var _ = looking(seccompWords, unix.ENOMEM, func(l *look, e *Error) string {
	const most = 32768 // MAX_INSNS_PER_PATH: of all filters together, each counted with four more
	if name, _ := failing(e); name != "seccomp" {
		return ""
	}
	return fmt.Sprintf("the task has %s filters, and all filters of a task together have %d instructions at most", status(l.t.Pid(), "Seccomp_filters"), most)
})

// filterFlags are the filter that the call was given, and its flags.
func (c *Call) filterFlags() (*filterValue, uint64) {
	v := c.Arg("filter")
	if v == nil {
		v = c.Arg("seccomp")
	}
	f, err := filterArg("filter", v)
	if f == nil || err != nil {
		return nil, 0
	}
	flags, _ := c.Arg("flags").(Flags)
	return f, f.flags.Value | flags.Value
}

// A program that a filter has killed does not say so.
var _ = sigsys("run", "sh")

func sigsys(words ...string) bool {
	for _, word := range words {
		hint(word, 0, func(c *Call, e *Error) string {
			var failed *failedProgram
			if !errors.As(e.cause, &failed) || failed.result.Status.Signal != unix.SIGSYS {
				return ""
			}
			if f, err := filterArg("seccomp", c.Arg("seccomp")); err == nil && f != nil {
				return "it made a system call for which the filter is to kill or to trap it; with SECCOMP_RET_LOG instead, the kernel's log tells which: dmesg, or ausearch -m SECCOMP"
			}
			return "SIGSYS is what a seccomp filter kills with: the task is under one that kills for a system call that the program made"
		})
	}
	return true
}

var _ = hint("", 0, func(_ *Call, e *Error) string {
	var dead *task.Dead
	if errors.As(e.cause, &dead) && dead.Status.Signal == unix.SIGSYS {
		return "SIGSYS is what a seccomp filter kills with: the task was under one that kills for this system call"
	}
	return ""
})
