package builtins

import (
	"context"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// waitPidfd waits for the end of a process that need not be a child. How it
// ended is known once it has been waited for by whoever should (PIDFD_INFO_EXIT,
// Linux 6.15).
func (c *Call) waitPidfd(ctx context.Context, f *FileValue) (starlark.Value, error) {
	s := &StatusValue{}
	err := c.Block(func() error {
		return f.usePidfd("t", func(pidfd int) error {
			s.Pid, _ = task.PidOf(pidfd)
			if err := awaitReadable(ctx, pidfd); err != nil {
				return err
			}
			s.Status = exitInfo(pidfd)
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// awaitReadable waits until fd can be read, or ctx ends.
func awaitReadable(ctx context.Context, fd int) error {
	wake, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return err
	}
	defer unix.Close(wake)
	woken := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(woken)
		_, _ = unix.Write(wake, []byte{1, 0, 0, 0, 0, 0, 0, 0})
	})
	defer func() {
		if !stop() {
			<-woken // it has wake
		}
	}()
	for {
		fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}, {Fd: int32(wake), Events: unix.POLLIN}}
		if _, err := unix.Poll(fds, -1); err != nil && err != unix.EINTR {
			return err
		}
		if fds[0].Revents != 0 {
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
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
