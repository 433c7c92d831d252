package builtins

import (
	"context"

	"golang.org/x/sys/unix"
)

// awaitReadable waits until fd can be read or its other side is gone, and
// returns what poll(2) says of it, or until ctx ends.
func awaitReadable(ctx context.Context, fd int) (events int16, err error) {
	wake, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return 0, err
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
			return 0, err
		}
		if fds[0].Revents != 0 {
			return fds[0].Revents, nil
		}
		if ctx.Err() != nil {
			return 0, context.Cause(ctx)
		}
	}
}
