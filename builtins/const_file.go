package builtins

import "golang.org/x/sys/unix"

// openConstants are the flags of open(2). Those made of several bits stand
// before their parts, so that O_SYNC does not print as its pieces.
var openConstants = []constant{
	{"O_RDONLY", unix.O_RDONLY},
	{"O_ACCMODE", unix.O_ACCMODE},
	{"O_WRONLY", unix.O_WRONLY},
	{"O_RDWR", unix.O_RDWR},
	{"O_TMPFILE", unix.O_TMPFILE},
	{"O_SYNC", unix.O_SYNC},
	{"O_CREAT", unix.O_CREAT},
	{"O_EXCL", unix.O_EXCL},
	{"O_NOCTTY", unix.O_NOCTTY},
	{"O_TRUNC", unix.O_TRUNC},
	{"O_APPEND", unix.O_APPEND},
	{"O_NONBLOCK", unix.O_NONBLOCK},
	{"O_DSYNC", unix.O_DSYNC},
	{"O_ASYNC", unix.O_ASYNC},
	{"O_DIRECT", unix.O_DIRECT},
	{"O_DIRECTORY", unix.O_DIRECTORY},
	{"O_NOFOLLOW", unix.O_NOFOLLOW},
	{"O_NOATIME", unix.O_NOATIME},
	{"O_CLOEXEC", unix.O_CLOEXEC},
	{"O_PATH", unix.O_PATH},
}

// modeConstants are the file types and permissions of inode(7).
var modeConstants = []constant{
	{"S_IFMT", unix.S_IFMT},
	{"S_IFSOCK", unix.S_IFSOCK},
	{"S_IFLNK", unix.S_IFLNK},
	{"S_IFREG", unix.S_IFREG},
	{"S_IFBLK", unix.S_IFBLK},
	{"S_IFDIR", unix.S_IFDIR},
	{"S_IFCHR", unix.S_IFCHR},
	{"S_IFIFO", unix.S_IFIFO},
	{"S_ISUID", unix.S_ISUID},
	{"S_ISGID", unix.S_ISGID},
	{"S_ISVTX", unix.S_ISVTX},
	{"S_IRWXU", unix.S_IRWXU},
	{"S_IRUSR", unix.S_IRUSR},
	{"S_IWUSR", unix.S_IWUSR},
	{"S_IXUSR", unix.S_IXUSR},
	{"S_IRWXG", unix.S_IRWXG},
	{"S_IRGRP", unix.S_IRGRP},
	{"S_IWGRP", unix.S_IWGRP},
	{"S_IXGRP", unix.S_IXGRP},
	{"S_IRWXO", unix.S_IRWXO},
	{"S_IROTH", unix.S_IROTH},
	{"S_IWOTH", unix.S_IWOTH},
	{"S_IXOTH", unix.S_IXOTH},
}

// atConstants are the flags of openat(2) and its family. Those of open_tree(2)
// are among them because it takes both.
var atConstants = []constant{
	{"AT_EMPTY_PATH", unix.AT_EMPTY_PATH},
	{"AT_SYMLINK_NOFOLLOW", unix.AT_SYMLINK_NOFOLLOW},
	{"AT_SYMLINK_FOLLOW", unix.AT_SYMLINK_FOLLOW},
	{"AT_REMOVEDIR", unix.AT_REMOVEDIR},
	{"AT_NO_AUTOMOUNT", unix.AT_NO_AUTOMOUNT},
	{"AT_RECURSIVE", unix.AT_RECURSIVE},
	{"OPEN_TREE_CLONE", unix.OPEN_TREE_CLONE},
	{"OPEN_TREE_NAMESPACE", openTreeNamespace},
	{"OPEN_TREE_CLOEXEC", unix.OPEN_TREE_CLOEXEC},
}

// openTreeNamespace is OPEN_TREE_NAMESPACE (Linux 7.0).
const openTreeNamespace = 0x2

// resolveConstants are the rules of openat2(2) for the way of a path.
var resolveConstants = []constant{
	{"RESOLVE_NO_XDEV", unix.RESOLVE_NO_XDEV},
	{"RESOLVE_NO_MAGICLINKS", unix.RESOLVE_NO_MAGICLINKS},
	{"RESOLVE_NO_SYMLINKS", unix.RESOLVE_NO_SYMLINKS},
	{"RESOLVE_BENEATH", unix.RESOLVE_BENEATH},
	{"RESOLVE_IN_ROOT", unix.RESOLVE_IN_ROOT},
	{"RESOLVE_CACHED", resolveCached},
}

// resolveCached is RESOLVE_CACHED (Linux 5.12).
const resolveCached = 0x20

// lockConstants are the operations of flock(2).
var lockConstants = []constant{
	{"LOCK_SH", unix.LOCK_SH},
	{"LOCK_EX", unix.LOCK_EX},
	{"LOCK_UN", unix.LOCK_UN},
	{"LOCK_NB", unix.LOCK_NB},
}

// memfdConstants are the flags of memfd_create(2).
var memfdConstants = []constant{
	{"MFD_CLOEXEC", unix.MFD_CLOEXEC},
	{"MFD_ALLOW_SEALING", unix.MFD_ALLOW_SEALING},
	{"MFD_NOEXEC_SEAL", unix.MFD_NOEXEC_SEAL},
	{"MFD_EXEC", unix.MFD_EXEC},
}
