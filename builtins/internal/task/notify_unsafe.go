package task

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// Notif is struct seccomp_notif: a system call that a filter has left to its
// listener, seccomp_unotify(2).
type Notif struct {
	ID    uint64
	Pid   uint32 // of the thread, in the view of whoever received it
	Flags uint32
	Nr    int32
	Arch  uint32
	IP    uint64
	Args  [6]uint64
}

// notifResp is struct seccomp_notif_resp.
type notifResp struct {
	id    uint64
	val   int64
	error int32
	flags uint32
}

// notifAddfd is struct seccomp_notif_addfd.
type notifAddfd struct {
	id         uint64
	flags      uint32
	srcfd      uint32
	newfd      uint32
	newfdFlags uint32
}

// NotifRecv takes the next request. It blocks unless poll(2) says that there is
// one, and fails with ENOENT when that has gone.
func NotifRecv(listener int) (n Notif, err error) {
	_, err = notifIoctl(listener, unix.SECCOMP_IOCTL_NOTIF_RECV, unsafe.Pointer(&n))
	return n, err
}

// NotifSend answers a request: with val, an error, or that the kernel is to go
// on with the call.
func NotifSend(listener int, id uint64, val int64, errno unix.Errno, flags uint32) error {
	resp := notifResp{id, val, -int32(errno), flags}
	_, err := notifIoctl(listener, unix.SECCOMP_IOCTL_NOTIF_SEND, unsafe.Pointer(&resp))
	return err
}

// NotifValid fails with ENOENT when the request is not to be answered any more:
// its pid may be another process's by now.
func NotifValid(listener int, id uint64) error {
	_, err := notifIoctl(listener, unix.SECCOMP_IOCTL_NOTIF_ID_VALID, unsafe.Pointer(&id))
	return err
}

// NotifAddFd puts a descriptor of the host into the process that a request is
// of, and returns its number there. newfd is -1 for the lowest free number.
func NotifAddFd(listener int, id uint64, fd, newfd int, cloexec, send bool) (int, error) {
	a := notifAddfd{id: id, srcfd: uint32(fd)}
	if newfd >= 0 {
		a.newfd, a.flags = uint32(newfd), unix.SECCOMP_ADDFD_FLAG_SETFD
	}
	if cloexec {
		a.newfdFlags = unix.O_CLOEXEC
	}
	if send {
		a.flags |= unix.SECCOMP_ADDFD_FLAG_SEND
	}
	return notifIoctl(listener, unix.SECCOMP_IOCTL_NOTIF_ADDFD, unsafe.Pointer(&a))
}

func notifIoctl(fd int, request uint, arg unsafe.Pointer) (int, error) {
	for {
		n, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), uintptr(request), uintptr(arg))
		switch errno {
		case 0:
			return int(n), nil
		case unix.EINTR:
		default:
			return -1, errno
		}
	}
}

// IsListener tells whether fd, which a task has sent, is a listener of a
// filter. It asks in a way that no other file can make the host wait with: what
// has no inode of its own is none whose ioctl is in the hands of a process.
func IsListener(fd int) bool {
	own, err := unix.Eventfd(0, unix.EFD_CLOEXEC)
	if err != nil {
		return false
	}
	defer unix.Close(own)
	dev, ino, err := Identify(own)
	if err != nil {
		return false
	}
	if d, i, err := Identify(fd); err != nil || d != dev || i != ino {
		return false
	}
	return NotifValid(fd, 0) == unix.ENOENT
}
