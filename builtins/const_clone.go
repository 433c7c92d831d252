package builtins

import "golang.org/x/sys/unix"

// cloneConstants are the flags of clone(2), unshare(2) and setns(2), namespaces first.
var cloneConstants = []constant{
	{"CLONE_NEWCGROUP", unix.CLONE_NEWCGROUP},
	{"CLONE_NEWIPC", unix.CLONE_NEWIPC},
	{"CLONE_NEWNET", unix.CLONE_NEWNET},
	{"CLONE_NEWNS", unix.CLONE_NEWNS},
	{"CLONE_NEWPID", unix.CLONE_NEWPID},
	{"CLONE_NEWTIME", unix.CLONE_NEWTIME},
	{"CLONE_NEWUSER", unix.CLONE_NEWUSER},
	{"CLONE_NEWUTS", unix.CLONE_NEWUTS},
	{"CLONE_VM", unix.CLONE_VM},
	{"CLONE_FS", unix.CLONE_FS},
	{"CLONE_FILES", unix.CLONE_FILES},
	{"CLONE_SIGHAND", unix.CLONE_SIGHAND},
	{"CLONE_PIDFD", unix.CLONE_PIDFD},
	{"CLONE_PTRACE", unix.CLONE_PTRACE},
	{"CLONE_VFORK", unix.CLONE_VFORK},
	{"CLONE_PARENT", unix.CLONE_PARENT},
	{"CLONE_THREAD", unix.CLONE_THREAD},
	{"CLONE_SYSVSEM", unix.CLONE_SYSVSEM},
	{"CLONE_SETTLS", unix.CLONE_SETTLS},
	{"UNSHARE_EMPTY_MNTNS", unshareEmptyMntns},
	{"CLONE_CHILD_CLEARTID", unix.CLONE_CHILD_CLEARTID},
	{"CLONE_UNTRACED", unix.CLONE_UNTRACED},
	{"CLONE_CHILD_SETTID", unix.CLONE_CHILD_SETTID},
	{"CLONE_IO", unix.CLONE_IO},
	{"CLONE_CLEAR_SIGHAND", unix.CLONE_CLEAR_SIGHAND},
	{"CLONE_INTO_CGROUP", unix.CLONE_INTO_CGROUP},
	{"CLONE_NNP", unix.CLONE_NNP},
	{"CLONE_EMPTY_MNTNS", unix.CLONE_EMPTY_MNTNS},
	{"CLONE_NEWALL", cloneNewAll},
}

// unshareEmptyMntns is UNSHARE_EMPTY_MNTNS (Linux 7.1), which shares its bit
// with CLONE_PARENT_SETTID, for which a task has no use.
const unshareEmptyMntns = 0x00100000

// cloneNewAll creates a namespace of every type. The name is ours; a value
// prints as the eight flags of the kernel.
const cloneNewAll = unix.CLONE_NEWCGROUP | unix.CLONE_NEWIPC | unix.CLONE_NEWNET | unix.CLONE_NEWNS |
	unix.CLONE_NEWPID | unix.CLONE_NEWTIME | unix.CLONE_NEWUSER | unix.CLONE_NEWUTS
