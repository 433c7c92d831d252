package task

import (
	"testing"

	"golang.org/x/sys/unix"
)

// TestIsListener has no other descriptor taken for a listener, whatever a task
// sends.
func TestIsListener(t *testing.T) {
	t.Parallel()
	event, err := unix.Eventfd(0, unix.EFD_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	memory, err := arenaMemory()
	if err != nil {
		t.Fatal(err)
	}
	pidfd, err := unix.PidfdOpen(unix.Getpid(), 0)
	if err != nil {
		t.Fatal(err)
	}
	fds := []int{event, epoll, memory, pidfd}
	defer closeAll(fds)
	for i, fd := range append(fds, -1) {
		if IsListener(fd) {
			t.Errorf("descriptor %d of the list is taken for a listener", i)
		}
	}
}
