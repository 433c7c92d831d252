package builtins

import (
	"errors"
	"fmt"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "namespace(name, *, task=None)",
	Shelf: "namespaces",
	Page:  "open_by_handle_at(2)",
	Like:  "nsenter -n=PATH",
	Doc: `Opens a namespace by its path, its handle, its inode number or its id.

A path is that of a pin, of a name of ip-netns(8), or of a file in /proc/PID/ns;
an open file will do as well. A handle is what ns.handle() returned, in whatever
session (Linux 6.18): the task must be a member of the namespace, or have
CAP_SYS_ADMIN in the user namespace that owns it. A handle keeps nothing alive,
unlike what the session has opened and not closed, and never refers to another
namespace.

A number is looked for among the processes and among the mounts that the task
sees; by id, from Linux 6.19, the kernel finds it wherever it is.`,
	Example: `
>>> t = clone(CLONE_NEWUTS)
>>> uts = t.ns.uts
>>> h = uts.handle()
>>> again = namespace(h)
>>> again == uts, again == namespace("/proc/%d/ns/mnt" % t.pid)
(True, False)
`,
	Func: func(c *Call) (starlark.Value, error) {
		var name starlark.Value
		if err := c.Args(&name); err != nil {
			return nil, err
		}
		ns, err := c.namespaceOf(name)
		if errors.Is(err, errNoNamespace) {
			return nil, BadValue("name", "a namespace, or the file of one", name)
		}
		if err != nil {
			return nil, err
		}
		return ns, nil
	},
})

func (c *Call) namespaceOf(name starlark.Value) (*Namespace, error) {
	switch v := name.(type) {
	case *Namespace:
		return v, nil
	case *FileValue:
		fd := -1
		err := v.Use(func(have int) (err error) {
			fd, err = unix.FcntlInt(uintptr(have), unix.F_DUPFD_CLOEXEC, 3)
			return err
		})
		if err != nil {
			return nil, err
		}
		return c.Host.namespace(fd)
	case starlark.Int:
		var number uint64
		if err := unpack("name", v, &number); err != nil {
			return nil, err
		}
		return c.findNamespace(number)
	case starlark.String:
		var text string
		if err := unpackString("name", v, &text); err != nil {
			return nil, err
		}
		if strings.HasPrefix(text, handlePrefix) {
			return c.namespaceOfHandle(text)
		}
		return c.openNamespace(text)
	}
	return nil, BadValue("name", "a path, a handle, a file or a number", name)
}

// openNamespace has the task open the file of a namespace.
func (c *Call) openNamespace(path string) (*Namespace, error) {
	var p task.Program
	p.Take(openNamespaceCall(&p, path))
	if err := c.Do(&p); err != nil {
		return nil, err
	}
	return c.Host.namespace(p.Taken()[0])
}

// openNamespaceCall appends the open of what may be any file, and must not
// block.
func openNamespaceCall(p *task.Program, path string) *task.Call {
	return openCall(p, path, unix.O_NONBLOCK, 0)
}

var _ = looking([]string{"namespace"}, unix.ESTALE, func(l *look, e *Error) string {
	name, _ := failing(e)
	h, err := parseHandle(l.text("name"))
	if name != "open_by_handle_at" || err != nil {
		return ""
	}
	// What the task may not open is ESTALE as well. The host may be able to.
	if fd, err := unix.OpenByHandleAt(fdNsfsRoot, h.file(), unix.O_RDONLY|unix.O_CLOEXEC); err == nil {
		n := l.keep("argument", fd)
		owner := n
		if n != nil && n.kind != "user" {
			owner = l.owner(n)
		}
		if n == nil || owner == nil {
			return ""
		}
		return l.lacks(fmt.Sprintf("%s is there, but to open it", n), unix.CAP_SYS_ADMIN, owner, "")
	}
	if host, err := l.c.Host.hostUserns(); err == nil && host.ino == initialUserIno {
		if has, _ := effective(unix.Getpid(), unix.CAP_SYS_ADMIN); has {
			return "the namespace is gone"
		}
	}
	return "the namespace is gone, or of a user namespace in which neither the task nor nstar has CAP_SYS_ADMIN"
})

// initialUserIno is the inode number of the first user namespace of every
// machine.
const initialUserIno = 0xeffffffd

var _ = hint("namespace", unix.EBADF, func(_ *Call, e *Error) string {
	if name, _ := failing(e); name == "open_by_handle_at" {
		return "handles of namespaces came with Linux 6.18"
	}
	return ""
})

var _ = hint("handle", unix.EOPNOTSUPP, func(*Call, *Error) string {
	return "handles of namespaces came with Linux 6.18"
})
