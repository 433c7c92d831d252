package builtins

import (
	"encoding/binary"
	"fmt"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "mount_setattr(dfd, path, flags=0, attr_set=0, attr_clr=0, propagation=0, userns=None, *, task=None)",
	Shelf: "mounts",
	Page:  "mount_setattr(2)",
	Like:  "mount -o remount,bind,ro PATH",
	Doc: `Changes the attributes of a mount, with AT_RECURSIVE of all mounts below it, too.

attr_clr are taken away before attr_set are given; the propagation is MS_SHARED,
MS_SLAVE, MS_PRIVATE or MS_UNBINDABLE. With a user namespace, files show the
owners that its map makes of the real ones: MOUNT_ATTR_IDMAP, for which the
mount must have no place yet. If one mount cannot be changed, none is.
AT_EMPTY_PATH is added to the flags if path is "" and dfd a file.`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs")
>>> mkdir("/tmp/below")
>>> mount("tmpfs", "/tmp/below", "tmpfs")
>>> mount_setattr(AT_FDCWD, "/tmp", AT_RECURSIVE, attr_set=MOUNT_ATTR_RDONLY)
>>> catch(write_file, "/tmp/below/note", "").error.errno
"EROFS"
>>> mount_setattr(AT_FDCWD, "/tmp/below", attr_clr=MOUNT_ATTR_RDONLY)
>>> write_file("/tmp/below/note", "")
`,
	Func: func(c *Call) (starlark.Value, error) {
		var dfd dirArg
		path, flags, attr := "", Flags{Family: AtFamily}, newMountAttr()
		if err := c.Args(&dfd, &path, &flags, &attr.set, &attr.clr, &attr.propagation, &attr.userns); err != nil {
			return nil, err
		}
		flags.Value |= dfd.empty(path, unix.AT_EMPTY_PATH)
		var p task.Program
		return starlark.None, dfd.lend(&p, func(dir task.Arg) error {
			return attr.lend(&p, func(buf task.Arg) error {
				p.Call("mount_setattr", dir, task.Str(path), flags.Arg(), buf, task.Int(unix.MOUNT_ATTR_SIZE_VER0))
				return c.MakeAll(&p, nil)
			})
		})
	},
})

// mountAttr is a struct mount_attr.
type mountAttr struct {
	set, clr, propagation Flags
	userns                *Namespace
}

func newMountAttr() mountAttr {
	return mountAttr{set: Flags{Family: AttrFamily}, clr: Flags{Family: AttrFamily}, propagation: Flags{Family: MountFamily}}
}

// lend calls do with a pointer to the structure. The namespace is open until do
// returns.
func (a *mountAttr) lend(p *task.Program, do func(task.Arg) error) error {
	if a.userns == nil {
		return do(a.buf().Arg().AsLater(a.text))
	}
	if a.userns.held.kind != "user" {
		return BadValue("userns", "a user namespace", a.userns)
	}
	a.set.Value |= unix.MOUNT_ATTR_IDMAP
	return a.userns.use(func(fd int) error {
		const usernsFd = 24
		buf := a.buf()
		buf.Put(usernsFd, p.Lend(fd))
		return do(buf.Arg().AsLater(a.text))
	})
}

func (a *mountAttr) buf() *task.Buf {
	b := make([]byte, 0, unix.MOUNT_ATTR_SIZE_VER0)
	for _, n := range []uint64{a.set.Value, a.clr.Value, a.propagation.Value, 0} {
		b = binary.NativeEndian.AppendUint64(b, n)
	}
	return task.NewBuf(b)
}

// text shows what of the structure is set.
func (a *mountAttr) text() string {
	text := fmt.Sprintf("{attr_set=%s, attr_clr=%s", a.bits(a.set), a.bits(a.clr))
	if a.propagation.Value != 0 {
		text += ", propagation=" + a.propagation.Text()
	}
	if a.userns != nil {
		text += ", userns_fd=" + a.userns.String()
	}
	return text + "}"
}

func (a *mountAttr) bits(f Flags) string {
	if f.Value == 0 {
		return "0"
	}
	return f.Text()
}
