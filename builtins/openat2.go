package builtins

import (
	"encoding/binary"
	"errors"
	"fmt"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "openat2(dfd, path, flags=O_RDONLY, mode=0, resolve=0, *, task=None)",
	Shelf: "files",
	Page:  "openat2(2)",
	Like:  "exec 3< PATH",
	Doc: `Opens a file below a directory by rules for its path, and returns it.

resolve says how the path may be walked: RESOLVE_IN_ROOT takes dfd for the root,
so that neither "..", nor a link, nor a rename meanwhile leads out of it;
RESOLVE_BENEATH fails (EXDEV) where that would be needed. A tree that somebody
else may change is to be walked only so. What the kernel gives up because
something was renamed meanwhile (EAGAIN) is tried up to 128 times, unless with
O_NONBLOCK or RESOLVE_CACHED. dfd is a file, or AT_FDCWD.
O_CLOEXEC is added to the flags and, without O_PATH, O_NOCTTY; mode must be 0
unless a file may be created.`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs")
>>> mkdir("/tmp/root")
>>> write_file("/tmp/secret", "outside")
>>> symlink("../secret", "/tmp/root/link")
>>> root = open("/tmp/root", O_PATH)
>>> openat2(root, "link").read()
"outside"
>>> catch(openat2, root, "link", resolve=RESOLVE_IN_ROOT).error
openat2: ENOENT (no such file or directory): openat2(fd</tmp/root>, "link", {flags=O_RDONLY|O_NOCTTY|O_CLOEXEC, resolve=RESOLVE_IN_ROOT}, 24)
>>> catch(openat2, root, "link", resolve=RESOLVE_BENEATH).error.errno
"EXDEV"
`,
	Func: func(c *Call) (starlark.Value, error) {
		var dfd dirArg
		path, flags, mode := "", Flags{Family: OpenFamily}, Flags{Family: ModeFamily}
		resolve := Flags{Family: ResolveFamily}
		if err := c.Args(&dfd, &path, &flags, &mode, &resolve); err != nil {
			return nil, err
		}
		how := openHow{flags: flags.Value, mode: mode.Value, resolve: resolve.Value}
		for tries := 1; ; tries++ {
			f, err := how.open(c, dfd, path)
			if tries == openTries || !errors.Is(err, unix.EAGAIN) || !how.mayRace() {
				return f, err
			}
		}
	},
})

// openTries is how often a path is resolved anew: below a root the kernel gives
// up (EAGAIN) at a ".." if anything anywhere was renamed or mounted meanwhile.
const openTries = 128

// mayRace tells whether an EAGAIN can mean just that.
func (h openHow) mayRace() bool {
	return h.resolve&(unix.RESOLVE_IN_ROOT|unix.RESOLVE_BENEATH) != 0 && h.resolve&resolveCached == 0 && h.flags&unix.O_NONBLOCK == 0
}

// open makes the call once.
func (h openHow) open(c *Call, dfd dirArg, path string) (f starlark.Value, err error) {
	var p task.Program
	err = dfd.lend(&p, func(dir task.Arg) (err error) {
		f, err = c.take(&p, h.call(&p, dir, path), dfd.text(path))
		return err
	})
	return f, err
}

// openHow is a struct open_how.
type openHow struct{ flags, mode, resolve uint64 }

// call appends an openat2(2). The task must not get a terminal by it, and what
// it executes no descriptor.
func (h openHow) call(p *task.Program, dir task.Arg, path string) *task.Call {
	h.flags |= unix.O_CLOEXEC
	if h.flags&unix.O_PATH == 0 { // with which the kernel takes no other flags
		h.flags |= unix.O_NOCTTY
	}
	b := make([]byte, 0, unix.SizeofOpenHow)
	for _, n := range []uint64{h.flags, h.mode, h.resolve} {
		b = binary.NativeEndian.AppendUint64(b, n)
	}
	return p.Call("openat2", dir, task.Str(path), task.Bytes(b).As(h.text()), task.Int(len(b)))
}

// text shows what of the structure is set.
func (h openHow) text() string {
	text := "{flags=" + openText(h.flags)
	if h.mode != 0 {
		text += fmt.Sprintf(", mode=%#o", h.mode)
	}
	if h.resolve != 0 {
		text += ", resolve=" + Flags{ResolveFamily, h.resolve}.Text()
	}
	return text + "}"
}
