package builtins

import (
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "fsopen(fsname, flags=0, *, task=None)",
	Shelf: "mounts",
	Page:  "fsopen(2)",
	Like:  "mount -t FSNAME",
	Doc: `Opens a file system that is to be made, and returns the file to configure it with.

After that, fsconfig sets its options and creates it, fsmount makes a mount of
it, and move_mount puts the mount in its place. FSOPEN_CLOEXEC is added to the
flags.`,
	Example: `
>>> fs = fsopen("tmpfs")
>>> fsconfig(fs, FSCONFIG_SET_STRING, "size", "64k")
>>> fsconfig(fs, FSCONFIG_CMD_CREATE)
>>> tmp = fsmount(fs, attr_flags=MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC)
>>> move_mount(tmp, "", AT_FDCWD, "/tmp")
>>> [(m.type, m.attributes) for m in mounts() if m.mount_point == "/tmp"][-1]
("tmpfs", MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC)
`,
	Func: func(c *Call) (starlark.Value, error) {
		fsname, flags := "", Flags{Family: FsopenFamily}
		if err := c.Args(&fsname, &flags); err != nil {
			return nil, err
		}
		flags.Value |= unix.FSOPEN_CLOEXEC
		var p task.Program
		return c.take(&p, p.Call("fsopen", task.Str(fsname), flags.Arg()), contextName+fsname)
	},
})

var _ = def(Builtin{
	Sig:   "fsmount(fd, flags=0, attr_flags=0, *, task=None)",
	Shelf: "mounts",
	Page:  "fsmount(2)",
	Like:  "mount -o ATTR_FLAGS",
	Doc: `Makes a mount of a file system that fsconfig has created, and returns it as a file.

The mount has no place yet: move_mount gives it one. Even without one, it can be
used as the dfd of other words. It is gone when the file is closed before it has
a place. With FSMOUNT_NAMESPACE (Linux 7.1) what is returned is a new mount
namespace that has nothing but the mount. FSMOUNT_CLOEXEC is added to the flags.`,
	Example: `
>>> fs = fsopen("tmpfs")
>>> fsconfig(fs, FSCONFIG_CMD_CREATE)
>>> fsmount(fs, attr_flags=MOUNT_ATTR_RDONLY)
<file "mount:tmpfs">
>>> catch(fsmount, fs).error.errno
"EBUSY"
`,
	Func: func(c *Call) (starlark.Value, error) {
		var fs *FileValue
		flags, attrs := Flags{Family: FsmountFamily}, Flags{Family: AttrFamily}
		if err := c.Args(&fs, &flags, &attrs); err != nil {
			return nil, err
		}
		flags.Value |= unix.FSMOUNT_CLOEXEC
		return c.context(fs, func(p *task.Program, fd task.Arg) (v starlark.Value, err error) {
			call := p.Call("fsmount", fd, flags.Arg(), attrs.Arg())
			if flags.Value&fsmountNamespace != 0 {
				return c.takeNamespace(p, call)
			}
			return c.take(p, call, mountName+strings.TrimPrefix(fs.Name, contextName))
		})
	},
})

// context calls do with a program that has the file system context fs, and has
// its error say what the file system says.
func (c *Call) context(fs *FileValue, do func(*task.Program, task.Arg) (starlark.Value, error)) (v starlark.Value, err error) {
	var p task.Program
	err = fs.Use(func(fd int) error {
		v, err = do(&p, p.Lend(fd).As(fdText(fs.Name)))
		if err != nil {
			err = c.withLog(fs, fd, err)
		}
		return err
	})
	return v, err
}

var _ = def(Builtin{
	Sig:   "fspick(dfd, path, flags=0, *, task=None)",
	Shelf: "mounts",
	Page:  "fspick(2)",
	Like:  "mount -o remount PATH",
	Doc: `Opens the file system that is mounted at path, and returns the file to change it with.

fsconfig sets new options and reconfigures it. FSPICK_CLOEXEC is added to the
flags, and FSPICK_EMPTY_PATH if path is "" and dfd a file.`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs", data="size=64k")
>>> fs = fspick(AT_FDCWD, "/tmp")
>>> fsconfig(fs, FSCONFIG_SET_STRING, "size", "128k")
>>> fsconfig(fs, FSCONFIG_CMD_RECONFIGURE)
>>> [m for m in mounts() if m.mount_point == "/tmp"][-1].options[:2]
["rw", "size=128k"]
`,
	Func: func(c *Call) (starlark.Value, error) {
		var dfd dirArg
		path, flags := "", Flags{Family: FspickFamily}
		if err := c.Args(&dfd, &path, &flags); err != nil {
			return nil, err
		}
		flags.Value |= unix.FSPICK_CLOEXEC | dfd.empty(path, unix.FSPICK_EMPTY_PATH)
		var p task.Program
		var v starlark.Value
		err := dfd.lend(&p, func(dir task.Arg) (err error) {
			v, err = c.take(&p, p.Call("fspick", dir, task.Str(path), flags.Arg()), contextName+dfd.text(path))
			return err
		})
		return v, err
	},
})
