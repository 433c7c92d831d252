package builtins

import "golang.org/x/sys/unix"

// mountConstants are the flags of mount(2).
var mountConstants = []constant{
	{"MS_RDONLY", unix.MS_RDONLY},
	{"MS_NOSUID", unix.MS_NOSUID},
	{"MS_NODEV", unix.MS_NODEV},
	{"MS_NOEXEC", unix.MS_NOEXEC},
	{"MS_SYNCHRONOUS", unix.MS_SYNCHRONOUS},
	{"MS_REMOUNT", unix.MS_REMOUNT},
	{"MS_MANDLOCK", unix.MS_MANDLOCK},
	{"MS_DIRSYNC", unix.MS_DIRSYNC},
	{"MS_NOSYMFOLLOW", unix.MS_NOSYMFOLLOW},
	{"MS_NOATIME", unix.MS_NOATIME},
	{"MS_NODIRATIME", unix.MS_NODIRATIME},
	{"MS_BIND", unix.MS_BIND},
	{"MS_MOVE", unix.MS_MOVE},
	{"MS_REC", unix.MS_REC},
	{"MS_SILENT", unix.MS_SILENT},
	{"MS_POSIXACL", unix.MS_POSIXACL},
	{"MS_UNBINDABLE", unix.MS_UNBINDABLE},
	{"MS_PRIVATE", unix.MS_PRIVATE},
	{"MS_SLAVE", unix.MS_SLAVE},
	{"MS_SHARED", unix.MS_SHARED},
	{"MS_RELATIME", unix.MS_RELATIME},
	{"MS_I_VERSION", unix.MS_I_VERSION},
	{"MS_STRICTATIME", unix.MS_STRICTATIME},
	{"MS_LAZYTIME", unix.MS_LAZYTIME},
}

// umountConstants are the flags of umount2(2).
var umountConstants = []constant{
	{"MNT_FORCE", unix.MNT_FORCE},
	{"MNT_DETACH", unix.MNT_DETACH},
	{"MNT_EXPIRE", unix.MNT_EXPIRE},
	{"UMOUNT_NOFOLLOW", unix.UMOUNT_NOFOLLOW},
}

// fsopenConstants are the flags of fsopen(2).
var fsopenConstants = []constant{{"FSOPEN_CLOEXEC", unix.FSOPEN_CLOEXEC}}

// fsmountConstants are the flags of fsmount(2).
var fsmountConstants = []constant{
	{"FSMOUNT_CLOEXEC", unix.FSMOUNT_CLOEXEC},
	{"FSMOUNT_NAMESPACE", fsmountNamespace},
}

// fsmountNamespace is FSMOUNT_NAMESPACE (Linux 7.1).
const fsmountNamespace = 0x2

// fspickConstants are the flags of fspick(2).
var fspickConstants = []constant{
	{"FSPICK_CLOEXEC", unix.FSPICK_CLOEXEC},
	{"FSPICK_SYMLINK_NOFOLLOW", unix.FSPICK_SYMLINK_NOFOLLOW},
	{"FSPICK_NO_AUTOMOUNT", unix.FSPICK_NO_AUTOMOUNT},
	{"FSPICK_EMPTY_PATH", unix.FSPICK_EMPTY_PATH},
}

// fsconfigConstants are the commands of fsconfig(2).
var fsconfigConstants = []constant{
	{"FSCONFIG_SET_FLAG", unix.FSCONFIG_SET_FLAG},
	{"FSCONFIG_SET_STRING", unix.FSCONFIG_SET_STRING},
	{"FSCONFIG_SET_BINARY", unix.FSCONFIG_SET_BINARY},
	{"FSCONFIG_SET_PATH", unix.FSCONFIG_SET_PATH},
	{"FSCONFIG_SET_PATH_EMPTY", unix.FSCONFIG_SET_PATH_EMPTY},
	{"FSCONFIG_SET_FD", unix.FSCONFIG_SET_FD},
	{"FSCONFIG_CMD_CREATE", unix.FSCONFIG_CMD_CREATE},
	{"FSCONFIG_CMD_RECONFIGURE", unix.FSCONFIG_CMD_RECONFIGURE},
	{"FSCONFIG_CMD_CREATE_EXCL", fsconfigCreateExcl},
}

// moveMountConstants are the flags of move_mount(2).
var moveMountConstants = []constant{
	{"MOVE_MOUNT_F_SYMLINKS", unix.MOVE_MOUNT_F_SYMLINKS},
	{"MOVE_MOUNT_F_AUTOMOUNTS", unix.MOVE_MOUNT_F_AUTOMOUNTS},
	{"MOVE_MOUNT_F_EMPTY_PATH", unix.MOVE_MOUNT_F_EMPTY_PATH},
	{"MOVE_MOUNT_T_SYMLINKS", unix.MOVE_MOUNT_T_SYMLINKS},
	{"MOVE_MOUNT_T_AUTOMOUNTS", unix.MOVE_MOUNT_T_AUTOMOUNTS},
	{"MOVE_MOUNT_T_EMPTY_PATH", unix.MOVE_MOUNT_T_EMPTY_PATH},
	{"MOVE_MOUNT_SET_GROUP", unix.MOVE_MOUNT_SET_GROUP},
	{"MOVE_MOUNT_BENEATH", moveMountBeneath},
}

// moveMountBeneath is MOVE_MOUNT_BENEATH (Linux 6.5).
const moveMountBeneath = 0x200

// mountAttrConstants are the attributes of mount_setattr(2). Those of the
// access time are one number, which MOUNT_ATTR__ATIME masks.
var mountAttrConstants = []constant{
	{"MOUNT_ATTR_RELATIME", unix.MOUNT_ATTR_RELATIME},
	{"MOUNT_ATTR__ATIME", unix.MOUNT_ATTR__ATIME},
	{"MOUNT_ATTR_RDONLY", unix.MOUNT_ATTR_RDONLY},
	{"MOUNT_ATTR_NOSUID", unix.MOUNT_ATTR_NOSUID},
	{"MOUNT_ATTR_NODEV", unix.MOUNT_ATTR_NODEV},
	{"MOUNT_ATTR_NOEXEC", unix.MOUNT_ATTR_NOEXEC},
	{"MOUNT_ATTR_NOATIME", unix.MOUNT_ATTR_NOATIME},
	{"MOUNT_ATTR_STRICTATIME", unix.MOUNT_ATTR_STRICTATIME},
	{"MOUNT_ATTR_NODIRATIME", unix.MOUNT_ATTR_NODIRATIME},
	{"MOUNT_ATTR_IDMAP", unix.MOUNT_ATTR_IDMAP},
	{"MOUNT_ATTR_NOSYMFOLLOW", unix.MOUNT_ATTR_NOSYMFOLLOW},
}
