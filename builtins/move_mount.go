package builtins

import (
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "open_tree(dfd, path, flags=0, *, task=None)",
	Shelf: "mounts",
	Page:  "open_tree(2)",
	Like:  "exec 3< PATH",
	Doc: `Opens a mount and returns it as a file; with OPEN_TREE_CLONE a copy of it.

The copy, with AT_RECURSIVE one of all mounts below, too, has no place until
move_mount gives it one, in this or in another mount namespace. It is gone when
the file is closed before that. With OPEN_TREE_NAMESPACE (Linux 7.0) what is
returned is a new mount namespace that has nothing but the copy.
OPEN_TREE_CLOEXEC is added to the flags, and AT_EMPTY_PATH if path is "" and dfd
a file.`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs")
>>> write_file("/tmp/note", "from there\n")
>>> t = clone(CLONE_NEWNS)
>>> tree = open_tree(AT_FDCWD, "/tmp", OPEN_TREE_CLONE)
>>> umount2("/tmp", task=t)
>>> move_mount(tree, "", AT_FDCWD, "/mnt", task=t)
>>> read_file("/mnt/note", task=t)
"from there\n"
`,
	Func: func(c *Call) (starlark.Value, error) {
		var dfd dirArg
		path, flags := "", Flags{Family: AtFamily}
		if err := c.Args(&dfd, &path, &flags); err != nil {
			return nil, err
		}
		flags.Value |= unix.OPEN_TREE_CLOEXEC | dfd.empty(path, unix.AT_EMPTY_PATH)
		var p task.Program
		var v starlark.Value
		err := dfd.lend(&p, func(dir task.Arg) (err error) {
			v, err = c.takeTree(&p, p.Call("open_tree", dir, task.Str(path), flags.Arg()), dfd.text(path), flags)
			return err
		})
		return v, err
	},
})

// takeTree is take for what open_tree(2) opens: the mount itself, a copy of it,
// or a namespace.
func (c *Call) takeTree(p *task.Program, call *task.Call, name string, flags Flags) (starlark.Value, error) {
	if flags.Value&openTreeNamespace != 0 {
		return c.takeNamespace(p, call)
	}
	if flags.Value&unix.OPEN_TREE_CLONE != 0 {
		name = mountName + strings.TrimPrefix(name, mountName)
	}
	return c.take(p, call, name)
}

var _ = def(Builtin{
	Sig:   "open_tree_attr(dfd, path, flags=0, attr_set=0, attr_clr=0, propagation=0, userns=None, *, task=None)",
	Shelf: "mounts",
	Page:  "open_tree_attr(2)",
	Like:  "mount --bind -o X-mount.idmap=… PATH",
	Doc: `Opens a mount as open_tree does, and changes its attributes as mount_setattr does.

The one thing that takes both at once is to give another map to a copy of a
mount that has one: open_tree_attr(dfd, path, OPEN_TREE_CLONE, userns=ns).`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs")
>>> tree = open_tree_attr(AT_FDCWD, "/tmp", OPEN_TREE_CLONE, attr_set=MOUNT_ATTR_RDONLY)
>>> move_mount(tree, "", AT_FDCWD, "/mnt")
>>> catch(write_file, "/mnt/note", "").error.errno
"EROFS"
>>> write_file("/tmp/note", "")
`,
	Func: func(c *Call) (starlark.Value, error) {
		var dfd dirArg
		path, flags, attr := "", Flags{Family: AtFamily}, newMountAttr()
		if err := c.Args(&dfd, &path, &flags, &attr.set, &attr.clr, &attr.propagation, &attr.userns); err != nil {
			return nil, err
		}
		flags.Value |= unix.OPEN_TREE_CLOEXEC | dfd.empty(path, unix.AT_EMPTY_PATH)
		var p task.Program
		var v starlark.Value
		err := dfd.lend(&p, func(dir task.Arg) error {
			return attr.lend(&p, func(buf task.Arg) (err error) {
				call := p.Call("open_tree_attr", dir, task.Str(path), flags.Arg(), buf, task.Int(unix.MOUNT_ATTR_SIZE_VER0))
				v, err = c.takeTree(&p, call, dfd.text(path), flags)
				return err
			})
		})
		return v, err
	},
})

var _ = def(Builtin{
	Sig:   "move_mount(from_dfd, from_path, to_dfd, to_path, flags=0, *, task=None)",
	Shelf: "mounts",
	Page:  "move_mount(2)",
	Like:  "mount --move FROM_PATH TO_PATH",
	Doc: `Moves a mount to another place, or gives a place to one that has none.

The place is in the mount namespace of the task. The mount may come from
another as a file: open_tree with OPEN_TREE_CLONE, fsmount. The flags that an
empty path takes, MOVE_MOUNT_F_EMPTY_PATH and MOVE_MOUNT_T_EMPTY_PATH, are added
where the directory is a file.`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs")
>>> mkdir("/tmp/a")
>>> mount("tmpfs", "/tmp/a", "tmpfs")
>>> write_file("/tmp/a/note", "")
>>> mkdir("/tmp/b")
>>> move_mount(AT_FDCWD, "/tmp/a", AT_FDCWD, "/tmp/b")
>>> listdir("/tmp/a"), listdir("/tmp/b")
([], ["note"])
`,
	Func: func(c *Call) (starlark.Value, error) {
		var from, to dirArg
		fromPath, toPath, flags := "", "", Flags{Family: MoveFamily}
		if err := c.Args(&from, &fromPath, &to, &toPath, &flags); err != nil {
			return nil, err
		}
		flags.Value |= from.empty(fromPath, unix.MOVE_MOUNT_F_EMPTY_PATH) | to.empty(toPath, unix.MOVE_MOUNT_T_EMPTY_PATH)
		var p task.Program
		return starlark.None, from.lend(&p, func(fromDir task.Arg) error {
			return to.lend(&p, func(toDir task.Arg) error {
				p.Call("move_mount", fromDir, task.Str(fromPath), toDir, task.Str(toPath), flags.Arg())
				return c.Do(&p)
			})
		})
	},
})
