package task

import (
	"errors"
	"fmt"
	"os"
	"path"
	"strconv"
	"sync"

	"golang.org/x/sys/unix"
)

// Where /proc is of another PID namespace, as after unshare -pf without
// --mount-proc or nsenter -m, the numbers of our processes are those of
// strangers. Nothing of them may be believed there, and nothing written.

// ErrNoProc is why processes cannot be looked up.
var ErrNoProc = errors.New("the /proc where nstar runs shows another PID namespace, and it may not mount its own: " +
	"start it with unshare --mount-proc")

// nowhere is a folder that cannot be.
const nowhere = "/dev/null"

// ProcRoot is a proc file system that shows the processes of the host's own PID
// namespace: /proc, or else one that only this process sees.
func ProcRoot() (string, error) {
	root := procRoot()
	if root == nowhere {
		return "", ErrNoProc
	}
	return root, nil
}

// ProcPath is the path of a file of a process there. Where there is none, nothing
// is at that path.
func ProcPath(pid int, file string) string { return path.Join(procRoot(), strconv.Itoa(pid), file) }

var procRoot = sync.OnceValue(func() string {
	self, err := os.Readlink("/proc/self")
	var fs unix.Statfs_t
	switch {
	case err == nil && self == strconv.Itoa(os.Getpid()):
		return "/proc"
	case err == nil: // that of a namespace above, in which this process has another number
		if root := ownProc(); root != "" {
			return root
		}
	case unix.Statfs("/proc", &fs) != nil || fs.Type != unix.PROC_SUPER_MAGIC:
		return "/proc" // where nothing is: whoever needs it will see
	}
	return nowhere
})

// ownProc makes a mount of proc that is nowhere to be seen, and stays until the
// end of the process; "" if it may not.
func ownProc() string {
	fs, err := unix.Fsopen("proc", unix.FSOPEN_CLOEXEC)
	if err != nil {
		return ""
	}
	defer unix.Close(fs)
	if unix.FsconfigCreate(fs) != nil {
		return ""
	}
	fd, err := unix.Fsmount(fs, unix.FSMOUNT_CLOEXEC, unix.MOUNT_ATTR_NOSUID|unix.MOUNT_ATTR_NODEV|unix.MOUNT_ATTR_NOEXEC)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("/proc/self/fd/%d", fd)
}
