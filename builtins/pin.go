package builtins

import (
	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "pin(ns, path, *, task=None)",
	Shelf: "namespaces",
	Page:  "namespaces(7)",
	Like:  "mount --bind /proc/PID/ns/TYPE PATH",
	Doc: `Binds a namespace to a file, which keeps it alive and can be joined by its path.

The file is created if it does not exist. The mount is one in the task's mount
namespace; umount2(path, 0) and unlink(path) undo it. It outlives the session.`,
	Example: `
>>> mount("tmpfs", "/mnt", "tmpfs")
>>> t = clone(CLONE_NEWUTS)
>>> sethostname("pinned", task=t)
>>> pin(ns_of(t).uts, "/mnt/uts")
>>> t.close()
>>> setns("/mnt/uts")
>>> gethostname()
"pinned"
`,
	Func: func(c *Call) (starlark.Value, error) {
		var ns *Namespace
		var path string
		if err := c.Args(&ns, &path); err != nil {
			return nil, err
		}
		return starlark.None, ns.pin(c, path)
	},
})

// pin attaches a copy of the mount that the namespace's file is on, which
// takes no /proc, unlike a bind mount.
func (n *Namespace) pin(c *Call, path string) error {
	return n.use(func(fd int) error {
		var p task.Program
		ns := p.Lend(fd).As(n.String())
		p.Call("mknodat", task.Flags(atCwd, "AT_FDCWD"), task.Str(path), task.Flags(unix.S_IFREG, "S_IFREG"), task.Int(0)).May()
		tree := p.Call("open_tree", ns, task.Str(""), task.Flags(unix.AT_EMPTY_PATH|unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC,
			"AT_EMPTY_PATH|OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC"))
		p.Drop(tree)
		p.Call("move_mount", task.Res(tree), task.Str(""), task.Flags(atCwd, "AT_FDCWD"), task.Str(path),
			task.Flags(unix.MOVE_MOUNT_F_EMPTY_PATH, "MOVE_MOUNT_F_EMPTY_PATH"))
		return c.Do(&p)
	})
}
