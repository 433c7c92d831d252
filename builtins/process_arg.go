package builtins

import (
	"fmt"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// pidfd is a pidfd of the process that an argument names: a task, a pidfd, or a
// pid in the view of c.Task. It is the caller's to close.
func (c *Call) pidfd(name string, who starlark.Value) (fd int, err error) {
	switch v := who.(type) {
	case *TaskValue:
		return dupPidfd(v.Task)
	case *FileValue:
		fd = -1
		err = v.usePidfd(name, func(pidfd int) (err error) {
			fd, err = unix.FcntlInt(uintptr(pidfd), unix.F_DUPFD_CLOEXEC, 3)
			return err
		})
		return fd, err
	case starlark.Int:
		var pid int
		if err := unpack(name, v, &pid); err != nil {
			return -1, err
		}
		return c.pidfdOpen(pid, Flags{Family: PidfdFamily})
	}
	return -1, BadValue(name, "a pid, a task or a pidfd", who)
}

// pidfdOpen has c.Task make a pidfd, which is the caller's to close.
func (c *Call) pidfdOpen(pid int, flags Flags) (fd int, err error) {
	var p task.Program
	p.Take(p.Call("pidfd_open", task.Int(pid), flags.Arg()))
	if err := c.Do(&p); err != nil {
		return -1, err
	}
	fd = p.Taken()[0]
	if _, ok := task.PidOf(fd); !ok {
		unix.Close(fd)
		return -1, fmt.Errorf("task %d sent something that is no pidfd", c.Task.Pid())
	}
	return fd, nil
}

// usePidfd is Use for a file that must be a pidfd.
func (f *FileValue) usePidfd(name string, do func(fd int) error) error {
	return f.Use(func(fd int) error {
		if _, ok := task.PidOf(fd); !ok {
			return BadValue(name, "a pid, a task or a pidfd", f)
		}
		return do(fd)
	})
}

// pidfdName is the name of a pidfd as a file.
func pidfdName(who starlark.Value) string {
	switch v := who.(type) {
	case *TaskValue:
		return fmt.Sprintf("pidfd:%d", v.Task.Pid())
	case *FileValue:
		return v.Name
	}
	return "pidfd:" + who.String()
}
