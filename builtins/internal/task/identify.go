package task

import (
	"os"

	"golang.org/x/sys/unix"
)

// Identify returns the device and the inode of what fd refers to. It asks
// nobody else for them: of a descriptor that came from a task, the file system
// may be one that never answers, and must not be asked by fstat(2) or ioctl(2)
// before it is known.
func Identify(fd int) (dev, ino uint64, err error) {
	var st unix.Statx_t
	flags := unix.AT_EMPTY_PATH | unix.AT_STATX_DONT_SYNC
	if err := unix.Statx(fd, "", flags, unix.STATX_INO, &st); err != nil {
		return 0, 0, os.NewSyscallError("statx", err)
	}
	return unix.Mkdev(st.Dev_major, st.Dev_minor), st.Ino, nil
}
