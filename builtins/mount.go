package builtins

import (
	"go.starlark.net/starlark"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   `mount(source, target, filesystemtype="", mountflags=0, data="", *, task=None)`,
	Shelf: "mounts",
	Page:  "mount(2)",
	Like:  "mount -t FILESYSTEMTYPE SOURCE TARGET",
	Doc: `Mounts a filesystem in the mount namespace of the task, or changes a mount.

With MS_BIND source is a file or a directory that is to be seen at target, too.
With MS_REMOUNT, MS_MOVE or a propagation type such as MS_PRIVATE no filesystem
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
		return c.Make("mount", args[0], task.Str(target), args[1], flags.Arg(), args[2])
	},
})

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
