package builtins

import (
	"encoding/binary"
	"errors"

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
namespace, where it outlives the task and the session; unpin undoes it.`,
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

var _ = def(Builtin{
	Sig:   "unpin(path, *, task=None)",
	Shelf: "namespaces",
	Page:  "umount2(2)",
	Like:  "umount PATH && rm PATH",
	Doc: `Removes what pin has made: the mount of a namespace at path, and the file below it.

The namespace ends, unless a process, an open file or another pin keeps it.`,
	Example: `
>>> mount("tmpfs", "/mnt", "tmpfs")
>>> t = clone(CLONE_NEWIPC)
>>> pin(t.ns.ipc, "/mnt/ipc")
>>> t.close()
>>> namespace("/mnt/ipc").type
"ipc"
>>> unpin("/mnt/ipc")
>>> listdir("/mnt")
[]
>>> unpin("/mnt")
unpin: bad value: path must be where a namespace is pinned, but is string "/mnt"
`,
	Func: func(c *Call) (starlark.Value, error) {
		var path string
		if err := c.Args(&path); err != nil {
			return nil, err
		}
		pinned, err := c.isPin(path)
		if err != nil {
			return nil, err
		}
		if !pinned {
			return nil, BadValue("path", "where a namespace is pinned", starlark.String(path))
		}
		var p task.Program
		umountPin(&p, path)
		unlinkCall(&p, path)
		return starlark.None, c.Do(&p)
	},
})

// isPin tells whether a namespace is mounted at path itself.
func (c *Call) isPin(path string) (bool, error) {
	const attributes, size = 8, 256 // of struct statx
	stx, fs := make([]byte, size), make([]byte, statfsSize)
	var p task.Program
	at := openCall(&p, path, unix.O_PATH|unix.O_NOFOLLOW, 0)
	p.Drop(at)
	fd := task.Res(at).As(fdText(path))
	p.Call("statx", fd, task.Str(""), task.Flags(unix.AT_EMPTY_PATH, "AT_EMPTY_PATH"), task.Int(0), task.Out(stx))
	p.Call("fstatfs", fd, task.Out(fs))
	err := c.Do(&p)
	root := binary.NativeEndian.Uint64(stx[attributes:])&unix.STATX_ATTR_MOUNT_ROOT != 0
	return root && binary.NativeEndian.Uint64(fs) == unix.NSFS_MAGIC, err
}

// umountPin appends the umount2(2) of a path that must not lead elsewhere.
func umountPin(p *task.Program, path string) *task.Call {
	flags := Flags{UmountFamily, unix.MNT_DETACH | unix.UMOUNT_NOFOLLOW}
	return p.Call("umount2", task.Str(path), flags.Arg())
}

func unlinkCall(p *task.Program, path string) *task.Call {
	return p.Call("unlinkat", cwd(), task.Str(path), task.Int(0))
}

// pin attaches a copy of the mount that the namespace's file is on, which
// takes no /proc, unlike a bind mount.
func (n *Namespace) pin(c *Call, path string) error { return n.bind(c, path, true) }

// bind is pin, which may find the file there already or insist on a new one,
// which is removed if nothing can be mounted on it.
func (n *Namespace) bind(c *Call, path string, may bool) error {
	var made *task.Call
	err := n.use(func(fd int) error {
		var p task.Program
		ns := p.Lend(fd).As(n.String())
		made = p.Call("mknodat", task.Flags(atCwd, "AT_FDCWD"), task.Str(path), task.Flags(unix.S_IFREG, "S_IFREG"), task.Int(0))
		if may {
			made.May()
		}
		tree := p.Call("open_tree", ns, task.Str(""), task.Flags(unix.AT_EMPTY_PATH|unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC,
			"AT_EMPTY_PATH|OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC"))
		p.Drop(tree)
		p.Call("move_mount", task.Res(tree).As(n.String()), task.Str(""), task.Flags(atCwd, "AT_FDCWD"), task.Str(path),
			task.Flags(unix.MOVE_MOUNT_F_EMPTY_PATH, "MOVE_MOUNT_F_EMPTY_PATH"))
		err := c.Do(&p)
		if e := made.Errno(); errors.Is(err, unix.ENOENT) && e != 0 && e != unix.EEXIST {
			return &task.Error{Name: "mknodat", Text: made.String(), Errno: e, Pid: c.Task.Pid()}
		}
		return err
	})
	if err != nil && made != nil && made.Result() == 0 {
		var p task.Program
		unlinkCall(&p, path)
		_ = c.Do(&p) // err says what went wrong
	}
	return err
}
