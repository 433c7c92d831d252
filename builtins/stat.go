package builtins

import (
	"encoding/binary"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "stat(path, *, follow=True, task=None)",
	Shelf: "files",
	Page:  "stat(2)",
	Like:  "stat -L PATH",
	Doc: `Returns what the kernel knows of a file, in fields of the manual's names.

Those are st_dev, st_ino, st_mode, st_nlink, st_uid, st_gid, st_rdev, st_size,
st_blksize, st_blocks, and st_atime, st_mtime, st_ctime in seconds. In addition
type is the name of the file type: "regular file", "directory", "symbolic link",
"character device", "block device", "FIFO" or "socket". Without follow it is
about a symbolic link itself, as lstat.`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs")
>>> write_file("/tmp/a", "12345", mode=0o600)
>>> s = stat("/tmp/a")
>>> s.type, s.st_size, s.st_mode
("regular file", 5, S_IFREG | S_IRUSR | S_IWUSR)
>>> stat("/proc/self").type, stat("/proc/self", follow=False).type
("directory", "symbolic link")
`,
	Func: func(c *Call) (starlark.Value, error) {
		path, follow := "", false
		if err := c.Args(&path, &follow); err != nil {
			return nil, err
		}
		buf := make([]byte, binary.Size(unix.Statx_t{}))
		mask := task.Flags(unix.STATX_BASIC_STATS, "STATX_BASIC_STATS")
		if _, err := c.Syscall("statx", cwd(), task.Str(path), followArg(follow), mask, task.Out(buf).As("statxbuf")); err != nil {
			return nil, err
		}
		var s unix.Statx_t
		if _, err := binary.Decode(buf, binary.NativeEndian, &s); err != nil {
			return nil, err
		}
		return statValue(&s), nil
	},
})

func statValue(s *unix.Statx_t) starlark.Value {
	seconds := func(t unix.StatxTimestamp) starlark.Value {
		return starlark.Float(float64(t.Sec) + float64(t.Nsec)/1e9)
	}
	return starlarkstruct.FromStringDict(starlarkstruct.Default, starlark.StringDict{
		"st_dev":     starlark.MakeUint64(unix.Mkdev(s.Dev_major, s.Dev_minor)),
		"st_ino":     starlark.MakeUint64(s.Ino),
		"st_mode":    Flags{ModeFamily, uint64(s.Mode)},
		"st_nlink":   starlark.MakeUint64(uint64(s.Nlink)),
		"st_uid":     starlark.MakeUint64(uint64(s.Uid)),
		"st_gid":     starlark.MakeUint64(uint64(s.Gid)),
		"st_rdev":    starlark.MakeUint64(unix.Mkdev(s.Rdev_major, s.Rdev_minor)),
		"st_size":    starlark.MakeUint64(s.Size),
		"st_blksize": starlark.MakeUint64(uint64(s.Blksize)),
		"st_blocks":  starlark.MakeUint64(s.Blocks),
		"st_atime":   seconds(s.Atime),
		"st_mtime":   seconds(s.Mtime),
		"st_ctime":   seconds(s.Ctime),
		"type":       starlark.String(fileType(uint32(s.Mode))),
	})
}

// fileType is the type of a file as inode(7) calls it.
func fileType(mode uint32) string {
	switch mode & unix.S_IFMT {
	case unix.S_IFREG:
		return "regular file"
	case unix.S_IFDIR:
		return "directory"
	case unix.S_IFLNK:
		return "symbolic link"
	case unix.S_IFCHR:
		return "character device"
	case unix.S_IFBLK:
		return "block device"
	case unix.S_IFIFO:
		return "FIFO"
	case unix.S_IFSOCK:
		return "socket"
	}
	return "unknown"
}
