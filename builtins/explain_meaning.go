package builtins

import (
	"strings"
	"sync"

	"nstar/builtins/internal/task"
)

// meanings are what the manual pages say of an errno, in short: a line is the
// call or the word, the errnos, and all rules under which it gives them. A
// call named * is every other.
const meanings = `
clone3 EPERM: a new namespace takes CAP_SYS_ADMIN in the user namespace of the caller, which CLONE_NEWUSER gives; a new user namespace takes that the caller's ids are mapped and that it is not chrooted; set_tid takes CAP_CHECKPOINT_RESTORE in the user namespaces that own the PID namespaces
clone3 EINVAL: flags contradict each other, or are unknown to this kernel; set_tid is out of range, or not 1 for the first process of a PID namespace; or children go into another PID namespace, or time namespace, than the caller's own
clone3 EAGAIN: RLIMIT_NPROC, kernel.threads-max, kernel.pid_max, or pids.max of a cgroup is reached
clone3 ENOMEM: there is no memory, or the init of the PID namespace of the caller's children has ended
clone3 ENOSPC: a limit user.max_*_namespaces is reached, here or in a user namespace above, or PID or user namespaces are 32 deep
clone3 EUSERS: before Linux 4.9, a limit on user namespaces is reached
clone3 EEXIST: a pid of set_tid is in use
clone3 EBUSY: the cgroup has controllers for those below it, and takes no processes
clone3 EACCES: the caller may not write cgroup.procs of the cgroup
clone3 EOPNOTSUPP: the cgroup is in the state "domain invalid"
clone3 ENOSYS: the kernel is older than Linux 5.3, or a seccomp filter hides the call
unshare EPERM: a new namespace takes CAP_SYS_ADMIN in the user namespace of the caller, which CLONE_NEWUSER gives; a new user namespace takes that the caller's ids are mapped and that it is not chrooted
unshare EINVAL: a flag is unknown, or the kernel has no such type; the caller has more than one thread; or its children go into another PID namespace already
unshare ENOSPC: a limit user.max_*_namespaces is reached, here or in a user namespace above, or PID or user namespaces are 32 deep
unshare EUSERS: before Linux 4.9, a limit on user namespaces is reached
unshare ENOMEM: the kernel has no memory for it
setns EPERM: joining takes CAP_SYS_ADMIN in the user namespace that owns the target and, but for a user namespace, in one's own as well; for a mount namespace CAP_SYS_CHROOT too
setns EINVAL: the file is of another type than nstype says; the user namespace is the caller's own; the caller has several threads, or shares its root (CLONE_FS); or the PID namespace is not below its own
setns EBADF: fd is no open file
setns ESRCH: the process of the pidfd has ended
setns ENOMEM: the kernel has no memory for it
setns EUSERS: a time namespace is for callers with one thread only
mount EPERM: mounting takes CAP_SYS_ADMIN in the user namespace that owns the mount namespace; the file system must allow user namespaces; a new proc or sysfs must show no more than one that is visible; and flags that came with a mount cannot be taken off by a less privileged mount namespace
mount EACCES: a part of a path may not be searched; the file system can only be mounted read-only; or the device is on a mount with nodev
mount EBUSY: source is mounted already, or target is in use, or a remount to read-only finds files open for writing
mount EINVAL: source has no file system of that type, or an option is wrong; target is no mount point for MS_REMOUNT or MS_MOVE; a mount under a shared one is to be moved; or a flag goes with no other
mount ELOOP: target is a mount point below source (MS_MOVE), or a path has too many symbolic links
mount ENODEV: the kernel has no such file system
mount ENOENT: a path does not exist
mount ENOTBLK: source is no block device, and the file system needs one
mount ENOTDIR: a part of a path is no directory, or of source and target one is a directory and the other is not
mount ENOSPC: fs.mount-max, the number of mounts in a namespace, would be exceeded
mount EROFS: the file system can only be mounted read-only
umount2 EAGAIN: MNT_EXPIRE marked a mount that was not in use
umount2 EBUSY: the mount is in use, or has mounts on it
umount2 EINVAL: target is no mount point, or the mount is locked in its place since it came from a more privileged mount namespace
umount2 EPERM: unmounting takes CAP_SYS_ADMIN in the user namespace that owns the mount namespace
pivot_root EBUSY: new_root or put_old is on the mount that is the root now
pivot_root EINVAL: new_root is no mount point; put_old is not at or below it; the root is no mount point; or a parent mount is shared
pivot_root EPERM: it takes CAP_SYS_ADMIN in the user namespace that owns the mount namespace
pivot_root ENOTDIR: new_root or put_old is no directory
chroot EPERM: it takes CAP_SYS_CHROOT in the user namespace of the caller
fsopen ENODEV: the kernel has no such file system
fsopen EPERM: it takes CAP_SYS_ADMIN in the user namespace that owns the mount namespace
fsconfig EINVAL: the file system knows no such option or value; its log, which is in the hint, tells
fsconfig EBUSY: the context is past the step that the command belongs to
fsconfig EPERM: the file system is not for user namespaces, or takes rights over the namespace that it shows
fsmount EPERM: it takes CAP_SYS_ADMIN in the user namespace that owns the mount namespace, and a new proc or sysfs must show no more than one that is visible
open_tree EPERM: OPEN_TREE_CLONE takes CAP_SYS_ADMIN in the user namespace that owns the mount namespace
open_tree EINVAL: flags are wrong, or there are locked mounts below path, which only AT_RECURSIVE may copy
move_mount EINVAL: from is no mount point, or is under a shared mount; or one of the two is a directory and the other is not
move_mount EPERM: it takes CAP_SYS_ADMIN in the user namespace that owns the mount namespace
move_mount ELOOP: the mount would be below itself
mount_setattr EPERM: it takes CAP_SYS_ADMIN in the user namespace that owns the mount namespace, and what a more privileged one has locked stays
mount_setattr EINVAL: path is no mount point, or attributes contradict each other, or the mount cannot be idmapped
mount_setattr EBUSY: the mount is to be read-only, and files are open for writing
sethostname EPERM: it takes CAP_SYS_ADMIN in the user namespace that owns the UTS namespace
sethostname EINVAL: the name has more than 64 bytes
setdomainname EPERM: it takes CAP_SYS_ADMIN in the user namespace that owns the UTS namespace
setdomainname EINVAL: the name has more than 64 bytes
setuid EPERM: another id than the real and the saved one takes CAP_SETUID in the user namespace
setuid EINVAL: the id is not in the uid_map of the user namespace
setresuid EPERM: ids that are none of the caller's take CAP_SETUID in the user namespace
setresuid EINVAL: an id is not in the uid_map of the user namespace
setgid EPERM: another id than the real and the saved one takes CAP_SETGID in the user namespace
setgid EINVAL: the id is not in the gid_map of the user namespace
setresgid EPERM: ids that are none of the caller's take CAP_SETGID in the user namespace
setresgid EINVAL: an id is not in the gid_map of the user namespace
setgroups EPERM: it takes CAP_SETGID in the user namespace, a gid_map, and that /proc/PID/setgroups is not "deny"
setgroups EINVAL: there are too many groups, or one is not in the gid_map
capset EPERM: what becomes permitted must have been so, what becomes effective must be permitted, and what becomes inheritable must be permitted or in the bounding set
write_map EPERM: a map is written once, by a process of that or the parent user namespace with CAP_SETUID or CAP_SETGID in the parent, of ids that the parent has; without the capability of one's own id only, and for groups after "deny" to setgroups; the parent's id 0 takes CAP_SETFCAP
write_map EINVAL: extents overlap, are more than 340, or are not three numbers each
write_map ENOENT: there is no such process in the /proc where nstar runs
timens_offsets EACCES: a process is or was in the new time namespace, and fixes its clocks
timens_offsets EPERM: it takes CAP_SYS_TIME in the user namespace that owns the time namespace
timens_offsets ERANGE: a clock would be before 0, or beyond 146 years
execve EACCES: the file or its interpreter may not be executed by the caller, is no regular file, or is on a mount with noexec; or a directory on the way may not be searched
execve ENOENT: the file, or the interpreter that it names, does not exist
execve ENOEXEC: the file is in no format that the kernel executes, as a script without #!
execve E2BIG: arguments and environment are too long
execve ETXTBSY: the file is open for writing
execve EPERM: the file has set-user-ID or capabilities that the mount or no_new_privs does not let count
kill EPERM: the target has another user, and CAP_KILL in its user namespace is lacking
kill ESRCH: there is no such process in the PID namespace of the caller
kill EINVAL: there is no such signal
pidfd_open ESRCH: there is no such process in the PID namespace of the caller
setrlimit EPERM: raising a hard limit takes CAP_SYS_RESOURCE in the initial user namespace
prlimit64 EPERM: raising a hard limit, or another user's process, takes CAP_SYS_RESOURCE
setpriority EACCES: a lower nice value takes CAP_SYS_NICE, or RLIMIT_NICE that allows it
setpriority EPERM: the process is another user's, and CAP_SYS_NICE is lacking
mknodat EPERM: a device takes CAP_MKNOD in the initial user namespace; or the file system has no such files
fchownat EPERM: giving a file away takes CAP_CHOWN in a user namespace that has both its owner and the new one
fchownat EINVAL: an id is not in the map of the user namespace
ioctl EACCES: the namespaces of another process are for those who may ptrace(2) it: who has its user and group ids and all its capabilities, or CAP_SYS_PTRACE in its user namespace
ioctl EPERM: the namespace that is asked for is above what the caller may see, or there is none above
ioctl ENOTTY: the file knows no such request, or the kernel is too old for it
listmount EPERM: the mount namespace is not one's own, and its owner gives one no CAP_SYS_ADMIN
* E2BIG: an argument is too long
* EACCES: permission denied: the mode, the owner or an access rule of a file or a directory on the way forbids it
* EAGAIN: a resource is exhausted for the moment
* EBADF: no open file is meant by that descriptor, or not one for this use
* EBUSY: what it is about is in use
* EEXIST: there is one of that name already
* EFAULT: a pointer leads nowhere
* EINTR: a signal came before it was done
* EINVAL: an argument makes no sense to the call
* EIO: a device or a file system failed
* EISDIR: it is a directory, and may not be
* ELOOP: a path has too many symbolic links, or one where none is allowed
* EMFILE: the process has as many open files as RLIMIT_NOFILE allows
* ENAMETOOLONG: a name or a path is too long
* ENFILE: the machine has as many open files as fs.file-max allows
* ENODEV: there is no such device or file system
* ENOENT: a path, or a part of it, does not exist
* ENOMEM: the kernel has no memory for it
* ENOSPC: a file system is full, or a limit is reached
* ENOSYS: the kernel has no such call, or a seccomp filter hides it
* ENOTDIR: a part of a path that must be a directory is none
* ENOTEMPTY: the directory has entries
* ENXIO: there is nobody at the other end, or no such device
* EOPNOTSUPP: the file or the kernel does not support it
* EPERM: a privilege is lacking, or a rule forbids it to everybody
* EPIPE: nobody reads what is written
* ERANGE: a result or a value is out of range
* EROFS: the file system or the mount is read-only
* ESRCH: there is no such process
* ESTALE: what the handle meant is gone
* ETIMEDOUT: it took too long
* ETXTBSY: a program that runs is open for writing, or the other way round
* EUSERS: there are too many users of it
* EXDEV: the two are in different mounts or file systems
`

// meaningTable is meanings by "call ERRNO".
var meaningTable = sync.OnceValue(func() map[string]string {
	table := map[string]string{}
	for line := range strings.Lines(meanings) {
		if key, text, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
			table[key] = text
		}
	}
	return table
})

// mapWords write files of /proc/PID with write(2), whose rules are of their own.
var mapWords = sync.OnceValue(func() map[string]bool {
	return map[string]bool{"uid_map": true, "gid_map": true, "map_root": true, "map_ids": true}
})

// meaning is what the manual says of the errno: of the system call, else of
// the word, else in general.
func (e *Error) meaning() string {
	errno := task.ErrnoName(e.Errno)
	call, _ := failing(e)
	switch {
	case call == "write" && mapWords()[e.Word]:
		call = "write_map"
	case call == "openat" && strings.Contains(e.Call, "/ns/"):
		call = "ioctl" // of a pidfd, which has the same rule
	}
	for _, name := range []string{call, e.Word, "*"} {
		if text := meaningTable()[name+" "+errno]; text != "" && name != "" {
			return text
		}
	}
	return ""
}
