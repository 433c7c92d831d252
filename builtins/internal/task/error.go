package task

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// Error is a system call that failed in a task.
type Error struct {
	Name  string     // of the call, as in the manual
	Text  string     // the call with its arguments
	Errno unix.Errno // why
	Pid   int        // of the task, in the host's view
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s: %s (%s)", e.Text, ErrnoName(e.Errno), e.Errno)
}

func (e *Error) Unwrap() error { return e.Errno }

// ErrnoName is the kernel's name of an errno, "" if there is none. Two have one
// number: ENOTSUP is POSIX's, and no manual page of ours speaks of it.
func ErrnoName(e unix.Errno) string {
	if e == unix.EOPNOTSUPP {
		return "EOPNOTSUPP"
	}
	return unix.ErrnoName(e)
}

// Dead is a task that is no more, or is no longer driven by the host.
type Dead struct {
	Pid     int
	Program bool // it has executed a program and takes no more calls
	Status  Status
}

func (e *Dead) Error() string {
	switch {
	case e.Program:
		return fmt.Sprintf("task %d has become a program and makes no more calls", e.Pid)
	case !e.Status.Known:
		return fmt.Sprintf("task %d has ended", e.Pid)
	case e.Status.Signal != 0:
		return fmt.Sprintf("task %d was killed by %s", e.Pid, unix.SignalName(e.Status.Signal))
	}
	return fmt.Sprintf("task %d has ended with status %d", e.Pid, e.Status.Code)
}

// ErrClosed is what everything fails with once the engine was closed.
var ErrClosed = errors.New("the session is over")
