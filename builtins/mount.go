package builtins

import (
	"fmt"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   `mount(source, target, filesystemtype="", mountflags=0, data="", *, task=None)`,
	Shelf: "mounts",
	Page:  "mount(2)",
	Like:  "mount -t FILESYSTEMTYPE SOURCE TARGET",
	Doc: `Mounts a filesystem in the mount namespace of the task, or changes a mount.

With MS_BIND source is a file or a directory that is to be seen at target, too;
the kernel ignores all other flags but MS_REC then, and a note on standard error
says how to set them. With MS_REMOUNT, MS_MOVE or a propagation type such as MS_PRIVATE no filesystem
is mounted: see the manual. Source, filesystemtype and data may be None.`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "size=64k")
>>> mkdir("/tmp/a")
>>> mkdir("/tmp/b")
>>> write_file("/tmp/a/note", "seen twice\n")
>>> mount("/tmp/a", "/tmp/b", mountflags=MS_BIND)
>>> read_file("/tmp/b/note")
"seen twice\n"
`,
	Func: func(c *Call) (starlark.Value, error) {
		var source, kind, data starlark.Value
		target, flags := "", Flags{Family: MountFamily}
		if err := c.Args(&source, &target, &kind, &flags, &data); err != nil {
			return nil, err
		}
		var args [3]task.Arg
		for i, name := range []string{"source", "filesystemtype", "data"} {
			var err error
			if args[i], err = c.strOrNull(name); err != nil {
				return nil, err
			}
		}
		v, err := c.Make("mount", args[0], task.Str(target), args[1], flags.Arg(), args[2])
		if note := ignoredByBind(target, flags); note != "" && err == nil {
			c.note(note)
		}
		return v, err
	},
})

// ignoredByBind tells which flags of a bind mount the kernel ignores, and how to
// set them; "" if there are none. That is no error, mount(2) says so; but who
// thinks that a mount is read-only should know that it is not.
func ignoredByBind(target string, flags Flags) string {
	const heeded = unix.MS_BIND | unix.MS_REC | unix.MS_SILENT
	ignored := Flags{MountFamily, flags.Value &^ heeded}
	if flags.Value&unix.MS_BIND == 0 || flags.Value&unix.MS_REMOUNT != 0 || ignored.Value == 0 {
		return ""
	}
	spread := Flags{MountFamily, ignored.Value & (unix.MS_SHARED | unix.MS_PRIVATE | unix.MS_SLAVE | unix.MS_UNBINDABLE)}
	attr, below := Flags{Family: AttrFamily}, "0"
	for _, name := range ignored.Names() {
		if f, ok := constantNamed("MOUNT_ATTR_" + strings.TrimPrefix(name, "MS_")); ok {
			attr.Value |= f.Value
		}
	}
	if flags.Value&unix.MS_REC != 0 {
		below = "AT_RECURSIVE"
	}
	note := fmt.Sprintf("with MS_BIND the kernel ignores %s", ignored)
	switch set := fmt.Sprintf("mount_setattr(AT_FDCWD, %s, %s", syntax.Quote(target, false), below); {
	case attr.Value != 0 && spread.Value != 0:
		note += fmt.Sprintf("; let %s, %s, propagation=%s) follow", set, attr, spread)
	case attr.Value != 0:
		note += fmt.Sprintf("; let %s, %s) follow", set, attr)
	case spread.Value != 0:
		note += fmt.Sprintf("; let %s, propagation=%s) follow", set, spread)
	}
	return note
}

// strOrNull is a string argument that may be None, which is NULL to the kernel.
func (c *Call) strOrNull(name string) (task.Arg, error) {
	v := c.Arg(name)
	if v == starlark.None {
		return task.Null, nil
	}
	var s string
	err := unpackString(name, v, &s)
	return task.Str(s), err
}

var _ = def(Builtin{
	Sig:   "umount2(target, flags=0, *, task=None)",
	Shelf: "mounts",
	Page:  "umount2(2)",
	Like:  "umount TARGET",
	Doc: `Removes the topmost mount at target in the mount namespace of the task.

With MNT_DETACH it is removed at once and its filesystem let go of when nobody
uses it any more. A task cannot remove single mounts that came with its mount
namespace from a more privileged one.`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs")
>>> write_file("/tmp/note", "")
>>> listdir("/tmp")
["note"]
>>> umount2("/tmp")
>>> "note" in listdir("/tmp"), catch(umount2, "/tmp").error.errno
(False, "EINVAL")
`,
	Func: func(c *Call) (starlark.Value, error) {
		target, flags := "", Flags{Family: UmountFamily}
		if err := c.Args(&target, &flags); err != nil {
			return nil, err
		}
		return c.Make("umount2", task.Str(target), flags.Arg())
	},
})
