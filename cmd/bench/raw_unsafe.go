package main

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// rawRead and rawWrite are system calls and nothing else: Go's scheduler,
// which has work of its own when a call takes long, does not learn of them. So
// the rival is no slower than two C programs are.

func rawRead(fd int, buf *[message]byte) int {
	return raw(unix.SYS_READ, fd, buf)
}

func rawWrite(fd int, buf *[message]byte) int {
	return raw(unix.SYS_WRITE, fd, buf)
}

// raw makes a call again that a signal interrupted: the runtime sends some.
func raw(nr uintptr, fd int, buf *[message]byte) int {
	for {
		n, _, errno := unix.RawSyscall(nr, uintptr(fd), uintptr(unsafe.Pointer(buf)), message)
		if errno == 0 {
			return int(n)
		}
		if errno != unix.EINTR {
			return -1
		}
	}
}
