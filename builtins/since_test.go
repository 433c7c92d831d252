package builtins

import (
	"testing"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// TestSince asks what the hint would be on other kernels.
func TestSince(t *testing.T) {
	t.Parallel()
	call := func(name string, errno unix.Errno) *Error {
		return &Error{Errno: errno, cause: &task.Error{Name: name, Errno: errno}}
	}
	beneath, newMnt := Flags{MoveFamily, unix.MOVE_MOUNT_F_EMPTY_PATH | moveMountBeneath}, Flags{CloneFamily, unix.CLONE_NEWTIME | unix.CLONE_EMPTY_MNTNS}
	for _, tt := range []struct {
		e       *Error
		flags   Flags
		release string
		want    string
	}{
		{call("landlock_create_ruleset", unix.ENOSYS), Flags{}, "5.10.0-21-amd64", "landlock_create_ruleset came with Linux 5.13, and this is 5.10.0-21-amd64"},
		{call("landlock_create_ruleset", unix.ENOSYS), Flags{}, "5.13.0", ""},
		{call("open_tree_attr", unix.ENOSYS), Flags{}, "6.14.7", "open_tree_attr came with Linux 6.15, and this is 6.14.7"},
		{call("getpid", unix.ENOSYS), Flags{}, "2.6.32", ""},
		{call("move_mount", unix.EINVAL), beneath, "6.4", "MOVE_MOUNT_BENEATH came with Linux 6.5, and this is 6.4"},
		{call("move_mount", unix.EINVAL), beneath, "6.5", ""},
		{call("move_mount", unix.EPERM), beneath, "6.4", ""},
		{call("clone3", unix.EINVAL), newMnt, "7.0", "CLONE_EMPTY_MNTNS came with Linux 7.1, and this is 7.0"},
		{call("clone3", unix.EINVAL), newMnt, "7.1", ""},
		{call("fsconfig", unix.EOPNOTSUPP), Flags{FsconfFamily, fsconfigCreateExcl}, "6.5", "FSCONFIG_CMD_CREATE_EXCL came with Linux 6.6, and this is 6.5"},
		{call("clone3", unix.EINVAL), newMnt, "", ""},
	} {
		c := &Call{}
		c.values = append(c.values, tt.flags)
		if got := sinceHint(c, tt.e, tt.release); got != tt.want {
			t.Errorf("%s with %s on %s: got %q, want %q", tt.e.cause, tt.flags, tt.release, got, tt.want)
		}
	}
}

// TestSinceNames holds that the tables speak of what there is.
func TestSinceNames(t *testing.T) {
	t.Parallel()
	for name := range sinceCalls() {
		if !task.Known(name) && !task.Elsewhere(name) {
			t.Errorf("there is no system call %s", name)
		}
	}
	for name := range sinceFlags() {
		if _, ok := constantNamed(name); !ok {
			t.Errorf("there is no constant %s", name)
		}
	}
}

// TestSinceIdmaps asks which mounts of other kernels take a map.
func TestSinceIdmaps(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		magic         int64
		release, want string
	}{
		{unix.TMPFS_MAGIC, "6.1.0-56-amd64", "mounts of tmpfs can be given a map since Linux 6.3, and this is 6.1.0-56-amd64"},
		{unix.TMPFS_MAGIC, "6.3", ""},
		{unix.PROC_SUPER_MAGIC, "6.1", ""},
	} {
		if got := idmapTooNew(tt.magic, tt.release); got != tt.want {
			t.Errorf("%#x on %s: got %q, want %q", tt.magic, tt.release, got, tt.want)
		}
	}
}
