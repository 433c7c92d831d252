package builtins

import (
	"bytes"
	"fmt"
	"os"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

const (
	mostMemory = 1 << 20 // that bytes returns at once
	mostString = 4096    // PATH_MAX, with its NUL
)

// memory reads up to size bytes that the nth argument of the request points to,
// fewer where the memory ends. The host does it, who may look at all that its
// tasks have started; what is read is checked to be of the process that made
// the call and still waits.
func (c *Call) memory(n, size int) (data []byte, err error) {
	r := c.Self.(*requestValue)
	if n < 0 || n >= len(r.notif.Args) {
		return nil, BadValue("n", "from 0 to 5", c.Arg("n"))
	}
	read := make(chan []byte, 1)
	err = c.notify("SECCOMP_IOCTL_NOTIF_ID_VALID", func(fd int) error {
		buf := make([]byte, size)
		got, err := transfer(unix.ProcessVMReadv, "process_vm_readv", &r.notif, n, buf)
		if err != nil {
			return err
		}
		read <- buf[:got]
		return task.NotifValid(fd, r.notif.ID)
	})
	if err != nil {
		return nil, err
	}
	return <-read, nil
}

// writeMemory writes where the nth argument points to. That the request is valid
// is checked before; between that and the write it may cease to be, as it may
// between any two calls of seccomp_unotify(2).
func (c *Call) writeMemory(n int, data []byte) error {
	r := c.Self.(*requestValue)
	if n < 0 || n >= len(r.notif.Args) {
		return BadValue("n", "from 0 to 5", c.Arg("n"))
	}
	return c.notify("SECCOMP_IOCTL_NOTIF_ID_VALID", func(fd int) error {
		if err := task.NotifValid(fd, r.notif.ID); err != nil {
			return err
		}
		got, err := transfer(unix.ProcessVMWritev, "process_vm_writev", &r.notif, n, data)
		if err == nil && got < len(data) {
			err = c.fault(n, got)
		}
		return err
	})
}

type vmCall func(pid int, local []unix.Iovec, remote []unix.RemoteIovec, flags uint) (int, error)

// transfer moves buf from or to the process, page by page: the kernel stops
// before the first that is not there.
func transfer(call vmCall, name string, n *task.Notif, arg int, buf []byte) (int, error) {
	if len(buf) == 0 {
		return 0, nil
	}
	local := []unix.Iovec{{Base: &buf[0]}}
	local[0].SetLen(len(buf))
	page := uint64(os.Getpagesize())
	var remote []unix.RemoteIovec
	for at, left := n.Args[arg], uint64(len(buf)); left > 0; {
		size := min(left, page-at%page)
		remote = append(remote, unix.RemoteIovec{Base: uintptr(at), Len: int(size)})
		at, left = at+size, left-size
	}
	got, err := call(int(n.Pid), local, remote, 0)
	switch err {
	case nil:
		return got, nil
	case unix.ESRCH:
		err = unix.ENOENT
	}
	return 0, &task.Error{Name: name, Text: fmt.Sprintf("%s(%d, %#x, %d)", name, n.Pid, n.Args[arg], len(buf)), Errno: err.(unix.Errno)}
}

// fault is what the kernel would fail with where memory ends.
func (c *Call) fault(n, at int) error {
	r := c.Self.(*requestValue)
	return fmt.Errorf("the memory of process %d ends %d bytes behind its argument %d: %w", r.notif.Pid, at, n, unix.EFAULT)
}

func requestString(c *Call) (starlark.Value, error) {
	var n int
	if err := c.Args(&n); err != nil {
		return nil, err
	}
	r := c.Self.(*requestValue)
	if n >= 0 && n < len(r.notif.Args) && r.notif.Args[n] == 0 {
		return starlark.None, nil
	}
	data, err := c.memory(n, mostString)
	if err != nil {
		return nil, err
	}
	text, _, ended := bytes.Cut(data, []byte{0})
	switch {
	case ended:
		return starlark.String(text), nil
	case len(data) < mostString:
		return nil, c.fault(n, len(data))
	}
	return nil, fmt.Errorf("argument %d points to more than %d bytes without a NUL: %w", n, mostString-1, unix.ENAMETOOLONG)
}
