package builtins

import (
	"errors"
	"fmt"
	"runtime"
	"sync"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// A Namespace is a namespace in the language. It holds an open descriptor, so
// the namespace lives on when its last process has gone. Values that stand for
// one namespace share the descriptor; it is closed when the last of them is
// closed or unreachable, and with the session.
type Namespace struct {
	held    *heldNS
	closed  bool
	cleanup runtime.Cleanup // drops the reference if close does not
}

var (
	_ starlark.HasAttrs   = (*Namespace)(nil)
	_ starlark.Comparable = (*Namespace)(nil)
)

// namespace makes a value of a descriptor of the host, which it takes over.
func (h *Host) namespace(fd int) (*Namespace, error) {
	id, err := h.namespaces.identify(fd)
	kind := ""
	if err == nil {
		kind, err = nsKind(fd)
	}
	if err != nil {
		unix.Close(fd)
		return nil, err
	}
	return h.namespaces.hold(fd, id, kind)
}

// close drops the reference of this value.
func (n *Namespace) close() {
	if !n.closed {
		n.closed = true
		n.cleanup.Stop()
		n.held.all.release(n.held)
	}
}

// use calls f with the open descriptor.
func (n *Namespace) use(f func(fd int) error) error {
	if n.closed {
		return fmt.Errorf("%s is closed: %w", n, unix.EBADF)
	}
	n.held.all.mu.Lock()
	closed := n.held.all.closed
	n.held.all.mu.Unlock()
	if closed {
		return task.ErrClosed
	}
	err := f(n.held.fd)
	runtime.KeepAlive(n)
	return err
}

// nsKinds are the types by their CLONE_NEW flag.
var nsKinds = []struct {
	flag int
	kind string
}{
	{unix.CLONE_NEWCGROUP, "cgroup"}, {unix.CLONE_NEWIPC, "ipc"}, {unix.CLONE_NEWNS, "mnt"}, {unix.CLONE_NEWNET, "net"},
	{unix.CLONE_NEWPID, "pid"}, {unix.CLONE_NEWTIME, "time"}, {unix.CLONE_NEWUSER, "user"}, {unix.CLONE_NEWUTS, "uts"},
}

func nsKind(fd int) (string, error) {
	flag, err := unix.IoctlRetInt(fd, unix.NS_GET_NSTYPE)
	if err != nil {
		return "", errNoNamespace
	}
	if kind, ok := kindOf(flag); ok {
		return kind, nil
	}
	return "", fmt.Errorf("a namespace of unknown type %#x", flag)
}

// kindOf is the type that a flag stands for.
func kindOf(flag int) (string, bool) {
	for _, k := range nsKinds {
		if k.flag == flag {
			return k.kind, true
		}
	}
	return "", false
}

// String prints the namespace as readlink(1) prints its file.
func (n *Namespace) String() string { return fmt.Sprintf("%s:[%d]", n.held.kind, n.held.id.ino) }

// Type is "namespace".
func (n *Namespace) Type() string { return "namespace" }

// Freeze does nothing.
func (n *Namespace) Freeze() {}

// Truth is whether the descriptor is open.
func (n *Namespace) Truth() starlark.Bool { return starlark.Bool(!n.closed) }

// Hash lets namespaces be keys of a dictionary.
func (n *Namespace) Hash() (uint32, error) { return uint32(n.held.id.ino), nil }

// CompareSameType has namespaces equal if they are one.
func (n *Namespace) CompareSameType(op syntax.Token, other starlark.Value, _ int) (bool, error) {
	same := n.held.same(other.(*Namespace).held)
	switch op {
	case syntax.EQL:
		return same, nil
	case syntax.NEQ:
		return !same, nil
	}
	return false, errors.New("there is no order among namespaces")
}

// namespaceAttrs are the attributes that are read.
var namespaceAttrs = sync.OnceValue(func() map[string]func(*Host, *Namespace) (starlark.Value, error) {
	return map[string]func(*Host, *Namespace) (starlark.Value, error){
		"type":      func(_ *Host, n *Namespace) (starlark.Value, error) { return starlark.String(n.held.kind), nil },
		"ino":       func(_ *Host, n *Namespace) (starlark.Value, error) { return starlark.MakeUint64(n.held.id.ino), nil },
		"dev":       func(_ *Host, n *Namespace) (starlark.Value, error) { return starlark.MakeUint64(n.held.id.dev), nil },
		"closed":    func(_ *Host, n *Namespace) (starlark.Value, error) { return starlark.Bool(n.closed), nil },
		"userns":    func(h *Host, n *Namespace) (starlark.Value, error) { return n.relative(h, unix.NS_GET_USERNS) },
		"parent":    nsParent,
		"owner_uid": nsOwner,
		"id":        nsID,
	}
})

// relative is another namespace that an ioctl opens; None if this one has none
// that the host may see.
func (n *Namespace) relative(h *Host, request uint) (starlark.Value, error) {
	var v starlark.Value = starlark.None
	err := n.use(func(fd int) error {
		got, err := unix.IoctlRetInt(fd, request)
		switch err {
		case nil:
		case unix.EPERM: // the parent is out of sight, or this is the initial one
			return nil
		default:
			return ioctlError(request, err)
		}
		v, err = h.namespace(got)
		return err
	})
	return v, err
}

func nsParent(h *Host, n *Namespace) (starlark.Value, error) {
	if n.held.kind != "pid" && n.held.kind != "user" {
		return nil, fmt.Errorf("%s has no parent: only PID and user namespaces are in one another", n)
	}
	return n.relative(h, unix.NS_GET_PARENT)
}

func nsOwner(_ *Host, n *Namespace) (starlark.Value, error) {
	var uid uint32
	err := n.use(func(fd int) (err error) {
		uid, err = nsOwnerUID(fd)
		return err
	})
	return starlark.MakeUint64(uint64(uid)), err
}

// nsID is the identifier of NS_GET_ID, which is never used again; None before
// Linux 6.18.
func nsID(_ *Host, n *Namespace) (starlark.Value, error) {
	if n.held.serial == 0 {
		return starlark.None, nil
	}
	return starlark.MakeUint64(n.held.serial), nil
}

func nsOwnerUID(fd int) (uint32, error) {
	uid, err := unix.IoctlGetUint32(fd, unix.NS_GET_OWNER_UID)
	if err != nil {
		return 0, ioctlError(unix.NS_GET_OWNER_UID, err)
	}
	return uid, nil
}

// ioctlError says which request of ioctl_ns(2) failed.
func ioctlError(request uint, err error) error {
	name := map[uint]string{
		unix.NS_GET_USERNS: "NS_GET_USERNS", unix.NS_GET_PARENT: "NS_GET_PARENT", unix.NS_GET_OWNER_UID: "NS_GET_OWNER_UID",
	}[request]
	var errno unix.Errno
	if !errors.As(err, &errno) {
		return err
	}
	return &task.Error{Name: "ioctl", Text: fmt.Sprintf("ioctl(fd, %s)", name), Errno: errno}
}

// namespaceMethods are what a namespace can be told to do.
var namespaceMethods = methods(append(pidMethods, Builtin{
	Sig: "close()",
	Doc: `Closes the descriptor. If nothing else keeps it, the namespace ends.`,
	Func: func(c *Call) (starlark.Value, error) {
		c.Self.(*Namespace).close()
		return starlark.None, nil
	},
}, Builtin{
	Sig: "pin(path, *, task=None)",
	Doc: `Is the word pin with this namespace.`,
	Func: func(c *Call) (starlark.Value, error) {
		var path string
		if err := c.Args(&path); err != nil {
			return nil, err
		}
		return starlark.None, c.Self.(*Namespace).pin(c, path)
	},
}, Builtin{
	Sig: "handle()",
	Doc: `Returns a text that namespace(text) finds the namespace by, as long as something keeps it.

The text itself keeps nothing. It is good in any session until the machine is
booted anew. Handles came with Linux 6.18.`,
	Func: func(c *Call) (starlark.Value, error) {
		text, err := c.Self.(*Namespace).handle()
		return starlark.String(text), err
	},
}, Builtin{
	Sig: "next(*, task=None)",
	Doc: `Returns the mount namespace with the next higher id of all that there are, or None.

It takes Linux 6.12, the initial PID namespace, and CAP_SYS_ADMIN in the initial
user namespace.`,
	Func: func(c *Call) (starlark.Value, error) {
		return c.Self.(*Namespace).neighbour(c, nsMntGetNext, "NS_MNT_GET_NEXT")
	},
}, Builtin{
	Sig: "previous(*, task=None)",
	Doc: `Returns the mount namespace with the next lower id, or None: the other way than next.`,
	Func: func(c *Call) (starlark.Value, error) {
		return c.Self.(*Namespace).neighbour(c, nsMntGetPrev, "NS_MNT_GET_PREV")
	},
})...)

// AttrNames lists the attributes.
func (n *Namespace) AttrNames() []string {
	names := []string{"close", "closed", "dev", "handle", "id", "ino", "owner_uid", "parent", "pin", "type", "userns"}
	if n == nil || n.held.kind == "mnt" { // nil stands for the type
		names = append(names, "next", "previous")
	}
	if n == nil || n.held.kind == "pid" {
		names = append(names, "pid_from", "pid_in")
	}
	return names
}

// Attr asks the kernel, but for what is known.
func (n *Namespace) Attr(name string) (starlark.Value, error) {
	if f := namespaceAttrs()[name]; f != nil {
		return f(n.held.all.host, n)
	}
	if m := namespaceMethods()[name]; m != nil {
		return m.bind(n), nil
	}
	return nil, nil
}

// method finds the page of a method for help.
func (n *Namespace) method(name string) *Builtin { return namespaceMethods()[name] }
