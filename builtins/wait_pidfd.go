package builtins

import (
	"context"
	"errors"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// waitPidfd waits for the end of a process that need not be a child. How it
// ended is known once it has been waited for by whoever should (PIDFD_INFO_EXIT,
// Linux 6.15).
func (c *Call) waitPidfd(ctx context.Context, f *FileValue) (starlark.Value, error) {
	var s starlark.Value
	err := f.usePidfd("t", func(pidfd int) (err error) {
		s, err = c.awaitProcess(ctx, pidfd)
		return err
	})
	return s, err
}

// waitStranger waits for a process that is no child of c.Task but has this pid
// in its view. If there is none either, childless says so.
func (c *Call) waitStranger(ctx context.Context, pid int, childless error) (starlark.Value, error) {
	pidfd, err := c.pidfdOpen(pid, Flags{Family: PidfdFamily})
	if errors.Is(err, unix.ESRCH) {
		return nil, childless
	}
	if err != nil {
		return nil, err
	}
	defer unix.Close(pidfd)
	return c.awaitProcess(ctx, pidfd)
}

func (c *Call) awaitProcess(ctx context.Context, pidfd int) (starlark.Value, error) {
	s := &StatusValue{}
	s.Pid, _ = task.PidOf(pidfd)
	err := c.Block(func() error {
		if _, err := awaitReadable(ctx, pidfd); err != nil {
			return err
		}
		s.Status = exitInfo(pidfd)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// exitInfo is how the process that a pidfd refers to has ended. Its parent is
// given a moment to wait for it.
func exitInfo(pidfd int) task.Status {
	const (
		infoExit       = 1 << 3 // PIDFD_INFO_EXIT
		patience, step = 100, 5 // ms
	)
	for waited := 0; ; waited += step {
		info := unix.PidfdInfo{Mask: infoExit}
		err := unix.IoctlPidfdInfo(pidfd, &info)
		if err == nil && info.Mask&infoExit != 0 {
			return task.StatusOf(unix.WaitStatus(info.Exit_code))
		}
		if waited >= patience || err == unix.ENOTTY || err == unix.EINVAL {
			return task.Status{}
		}
		_, _ = unix.Poll([]unix.PollFd{{Fd: int32(pidfd)}}, step)
	}
}
