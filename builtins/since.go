package builtins

import (
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sys/unix"
)

// sinceCalls are the system calls that a kernel may be too old for, with the
// Linux that has them.
var sinceCalls = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"setns": "3.0", "process_vm_readv": "3.2", "process_vm_writev": "3.2", "kcmp": "3.5", "finit_module": "3.8",
		"sched_setattr": "3.14", "sched_getattr": "3.14", "renameat2": "3.15", "seccomp": "3.17", "getrandom": "3.17",
		"memfd_create": "3.17", "kexec_file_load": "3.17", "bpf": "3.18", "execveat": "3.19",
		"userfaultfd": "4.3", "membarrier": "4.3", "mlock2": "4.4", "copy_file_range": "4.5", "preadv2": "4.6", "pwritev2": "4.6",
		"pkey_mprotect": "4.9", "pkey_alloc": "4.9", "pkey_free": "4.9", "statx": "4.11", "io_pgetevents": "4.18", "rseq": "4.18",
		"pidfd_send_signal": "5.1", "io_uring_setup": "5.1", "io_uring_enter": "5.1", "io_uring_register": "5.1",
		"open_tree": "5.2", "move_mount": "5.2", "fsopen": "5.2", "fsconfig": "5.2", "fsmount": "5.2", "fspick": "5.2",
		"clone3": "5.3", "pidfd_open": "5.3", "openat2": "5.6", "pidfd_getfd": "5.6", "faccessat2": "5.8", "close_range": "5.9",
		"process_madvise": "5.10", "epoll_pwait2": "5.11", "mount_setattr": "5.12",
		"landlock_create_ruleset": "5.13", "landlock_add_rule": "5.13", "landlock_restrict_self": "5.13",
		"quotactl_fd": "5.14", "memfd_secret": "5.14", "process_mrelease": "5.15", "futex_waitv": "5.16", "set_mempolicy_home_node": "5.17",
		"cachestat": "6.5", "fchmodat2": "6.6", "map_shadow_stack": "6.6", "futex_wake": "6.7", "futex_wait": "6.7", "futex_requeue": "6.7",
		"statmount": "6.8", "listmount": "6.8", "lsm_get_self_attr": "6.8", "lsm_set_self_attr": "6.8", "lsm_list_modules": "6.8",
		"mseal": "6.10", "uretprobe": "6.11",
		"setxattrat": "6.13", "getxattrat": "6.13", "listxattrat": "6.13", "removexattrat": "6.13",
		"open_tree_attr": "6.15", "file_getattr": "6.17", "file_setattr": "6.17", "uprobe": "6.18", "listns": "6.19",
	}
})

// sinceFlags are the constants that a kernel may not know yet. Landlock has a
// version of its own: landlockABIs.
var sinceFlags = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"CLONE_NEWCGROUP": "4.6", "CLONE_PIDFD": "5.2", "CLONE_CLEAR_SIGHAND": "5.5", "CLONE_NEWTIME": "5.6", "CLONE_INTO_CGROUP": "5.7",
		"CLONE_NNP": "7.1", "CLONE_EMPTY_MNTNS": "7.1", "UNSHARE_EMPTY_MNTNS": "7.1",
		"MOVE_MOUNT_SET_GROUP": "5.15", "MOVE_MOUNT_BENEATH": "6.5", "OPEN_TREE_NAMESPACE": "7.0", "FSMOUNT_NAMESPACE": "7.1",
		"MOUNT_ATTR_NOSYMFOLLOW": "5.14", "FSCONFIG_CMD_CREATE_EXCL": "6.6", "MFD_NOEXEC_SEAL": "6.3", "MFD_EXEC": "6.3",
		"PR_CAP_AMBIENT": "4.3", "PR_GET_SPECULATION_CTRL": "4.17", "PR_SET_SPECULATION_CTRL": "4.17",
		"PR_SET_IO_FLUSHER": "5.6", "PR_GET_IO_FLUSHER": "5.6", "PR_SET_MDWE": "6.3", "PR_GET_MDWE": "6.3",
		"PIDFD_NONBLOCK": "5.10", "PIDFD_THREAD": "6.9", "RESOLVE_CACHED": "5.12",
		"CAP_PERFMON": "5.8", "CAP_BPF": "5.8", "CAP_CHECKPOINT_RESTORE": "5.9",
		"SECBIT_EXEC_RESTRICT_FILE": "6.14", "SECBIT_EXEC_RESTRICT_FILE_LOCKED": "6.14",
		"SECBIT_EXEC_DENY_INTERACTIVE": "6.14", "SECBIT_EXEC_DENY_INTERACTIVE_LOCKED": "6.14",
		"LANDLOCK_CREATE_RULESET_ERRATA": "6.15",
	}
})

// sinceIdmaps are the file systems whose mounts can be given a map of ids, by
// their numbers in statfs(2), with the Linux that lets them: mount_setattr(2).
var sinceIdmaps = sync.OnceValue(func() map[int64][2]string {
	return map[int64][2]string{
		unix.EXT4_SUPER_MAGIC: {"ext4", "5.12"}, unix.XFS_SUPER_MAGIC: {"xfs", "5.12"}, unix.MSDOS_SUPER_MAGIC: {"vfat", "5.12"},
		unix.BTRFS_SUPER_MAGIC: {"btrfs", "5.15"}, unix.F2FS_SUPER_MAGIC: {"f2fs", "5.18"}, unix.EROFS_SUPER_MAGIC_V1: {"erofs", "5.19"},
		unix.OVERLAYFS_SUPER_MAGIC: {"overlay", "5.19"}, unix.SQUASHFS_MAGIC: {"squashfs", "6.2"}, unix.TMPFS_MAGIC: {"tmpfs", "6.3"},
		unix.HUGETLBFS_MAGIC: {"hugetlbfs", "6.9"}, unix.FUSE_SUPER_MAGIC: {"fuse", "6.12"},
	}
})

// idmapTooNew says with which Linux mounts of a file system can be given a map,
// if that is newer than release; or it returns "".
func idmapTooNew(magic int64, release string) string {
	fs, ok := sinceIdmaps()[magic]
	if !ok || !before(release, fs[1]) {
		return ""
	}
	return fmt.Sprintf("mounts of %s can be given a map since Linux %s, and this is %s", fs[0], fs[1], release)
}

// oldest is the Linux that nstar itself needs.
const oldest = "5.11"

// tooNew says with which Linux a system call came, or a constant, if that is
// newer than release; or it returns "".
func tooNew(name, release string) string {
	first := sinceCalls()[name]
	if first == "" {
		first = sinceFlags()[name]
	}
	if first == "" || !before(release, first) {
		return ""
	}
	return fmt.Sprintf("%s came with Linux %s, and this is %s", name, first, release)
}

// release is that of the running kernel, as in uname(2).
func release() string {
	var u unix.Utsname
	if unix.Uname(&u) != nil {
		return ""
	}
	return unix.ByteSliceToString(u.Release[:])
}

// before compares the first two numbers of kernel releases.
func before(a, b string) bool {
	var am, an, bm, bn int
	if n, _ := fmt.Sscanf(a, "%d.%d", &am, &an); n != 2 {
		return false
	}
	if n, _ := fmt.Sscanf(b, "%d.%d", &bm, &bn); n != 2 {
		return false
	}
	return am < bm || am == bm && an < bn
}

// sinceHint is about system calls and constants that the kernel is too old for.
// There is no better reason than that, so it is asked before all hinters.
func sinceHint(c *Call, e *Error, release string) string {
	switch e.Errno {
	case unix.ENOSYS:
		name, _ := failing(e)
		return tooNew(name, release)
	case unix.EINVAL, unix.E2BIG, unix.EOPNOTSUPP:
	default:
		return ""
	}
	for _, v := range c.values {
		f, ok := v.(Flags)
		if !ok {
			continue
		}
		names := f.Names()
		slices.Sort(names)
		for _, name := range names {
			if text := tooNew(name, release); text != "" {
				return text
			}
		}
	}
	return ""
}
