package builtins

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// A requestValue is a system call that waits for an answer.
type requestValue struct {
	listener *listenerValue
	notif    task.Notif
}

var _ starlark.HasAttrs = (*requestValue)(nil)

// String shows the call with all six arguments that a call can have.
func (r *requestValue) String() string {
	args := make([]string, len(r.notif.Args))
	for i, a := range r.notif.Args {
		const small = 4096
		args[i] = fmt.Sprint(a)
		if a >= small {
			args[i] = fmt.Sprintf("%#x", a)
		}
	}
	return fmt.Sprintf("<request %s(%s) of process %d>", task.Name(int(r.notif.Nr)), strings.Join(args, ", "), r.notif.Pid)
}

// Type is "request".
func (r *requestValue) Type() string { return "request" }

// Freeze does nothing.
func (r *requestValue) Freeze() {}

// Truth is true.
func (r *requestValue) Truth() starlark.Bool { return true }

// Hash is refused: nobody needs requests as keys.
func (r *requestValue) Hash() (uint32, error) { return 0, errors.New("unhashable type: request") }

// AttrNames lists the attributes.
func (r *requestValue) AttrNames() []string {
	return []string{"add_fd", "args", "arch", "bytes", "error", "id", "ip", "name", "nr", "pid", "proceed", "reply", "string", "write"}
}

// Attr has the fields of struct seccomp_notif, and the answers.
func (r *requestValue) Attr(name string) (starlark.Value, error) {
	switch name {
	case "id":
		return starlark.MakeUint64(r.notif.ID), nil
	case "pid":
		return starlark.MakeInt(int(r.notif.Pid)), nil
	case "nr":
		return starlark.MakeInt(int(r.notif.Nr)), nil
	case "name":
		return starlark.String(task.Name(int(r.notif.Nr))), nil
	case "arch":
		return starlark.MakeUint64(uint64(r.notif.Arch)), nil
	case "ip":
		return starlark.MakeUint64(r.notif.IP), nil
	case "args":
		args := make(starlark.Tuple, len(r.notif.Args))
		for i, a := range r.notif.Args {
			args[i] = starlark.MakeUint64(a)
		}
		return args, nil
	}
	if m := requestMethods()[name]; m != nil {
		return m.bind(r), nil
	}
	return nil, nil
}

// method finds the page of a method for help.
func (r *requestValue) method(name string) *Builtin { return requestMethods()[name] }

// requestMethods are complete when the package is initialised: the memory of
// the process is in listener_memory.go.
var requestMethods = methods(Builtin{
	Sig: "reply(value=0)",
	Doc: `Answers the call: it returns value, without being made.`,
	Func: func(c *Call) (starlark.Value, error) {
		var value int64
		if err := c.Args(&value); err != nil {
			return nil, err
		}
		return c.answer(value, 0, 0)
	},
}, Builtin{
	Sig: "error(errno)",
	Doc: `Answers the call: it fails with an error, EPERM for example, without being made.`,
	Func: func(c *Call) (starlark.Value, error) {
		errno := Flags{Family: ErrnoFamily}
		if err := c.Args(&errno); err != nil {
			return nil, err
		}
		if errno.Value == 0 || errno.Value > 4095 {
			return nil, BadValue("errno", "an error number from 1 to 4095", c.Arg("errno"))
		}
		return c.answer(0, unix.Errno(errno.Value), 0)
	},
}, Builtin{
	Sig: "proceed()",
	Doc: `Has the kernel make the call after all (SECCOMP_USER_NOTIF_FLAG_CONTINUE).

This is no way to let pass what was found harmless: until the kernel reads the
memory that the arguments point to, another thread can write something else
there.`,
	Func: func(c *Call) (starlark.Value, error) {
		return c.answer(0, 0, unix.SECCOMP_USER_NOTIF_FLAG_CONTINUE)
	},
}, Builtin{
	Sig: "add_fd(file, newfd=None, *, cloexec=False, send=False)",
	Doc: `Opens a file in the process and returns the number of the descriptor there.

It takes the number newfd, if that is given, whatever was there. send=True
answers the call at the same time: it returns that number.`,
	Func: requestAddFd,
}, Builtin{
	Sig: "string(n)",
	Doc: `Returns the string that the nth argument points to, at most 4095 bytes; None for NULL.

What is read may have been changed before the kernel would read it.`,
	Func: requestString,
}, Builtin{
	Sig: "bytes(n, size)",
	Doc: `Returns size bytes of the memory that the nth argument points to.`,
	Func: func(c *Call) (starlark.Value, error) {
		var n, size int
		if err := c.Args(&n, &size); err != nil {
			return nil, err
		}
		if size < 0 || size > mostMemory {
			return nil, BadValue("size", fmt.Sprintf("from 0 to %d", mostMemory), c.Arg("size"))
		}
		data, err := c.memory(n, size)
		if err == nil && len(data) < size {
			err = c.fault(n, len(data))
		}
		return starlark.Bytes(data), err
	},
}, Builtin{
	Sig: "write(n, data)",
	Doc: `Writes data, a string or bytes, to the memory that the nth argument points to.`,
	Func: func(c *Call) (starlark.Value, error) {
		var n int
		var data []byte
		if err := c.Args(&n, &data); err != nil {
			return nil, err
		}
		return starlark.None, c.writeMemory(n, data)
	},
})

// notify calls do with the listener of the request, in a goroutine of its own
// that is left behind when the call is to end: a process that is stopped, or
// whose memory is in the hands of others, can make us wait for ever.
func (c *Call) notify(request string, do func(fd int) error) error {
	l := c.Self.(*requestValue).listener
	err := c.Block(func() error {
		done := make(chan error, 1)
		go func() { done <- l.use(do) }()
		select {
		case err := <-done:
			return err
		case <-c.ctx.Done():
			return context.Cause(c.ctx)
		}
	})
	var errno unix.Errno
	if errors.As(err, &errno) && err == error(errno) {
		return &task.Error{Name: "ioctl", Text: fmt.Sprintf("ioctl(listener, %s, …)", request), Errno: errno}
	}
	return err
}

func (c *Call) answer(value int64, errno unix.Errno, flags uint32) (starlark.Value, error) {
	id := c.Self.(*requestValue).notif.ID
	return starlark.None, c.notify("SECCOMP_IOCTL_NOTIF_SEND", func(fd int) error {
		return task.NotifSend(fd, id, value, errno, flags)
	})
}

func requestAddFd(c *Call) (starlark.Value, error) {
	var file *FileValue
	newfd, cloexec, send := -1, false, false
	if err := c.Args(&file, &newfd, &cloexec, &send); err != nil {
		return nil, err
	}
	if c.Given("newfd") && c.Arg("newfd") != starlark.None && newfd < 0 {
		return nil, BadValue("newfd", "0 or more", c.Arg("newfd"))
	}
	id, number := c.Self.(*requestValue).notif.ID, make(chan int, 1)
	err := c.notify("SECCOMP_IOCTL_NOTIF_ADDFD", func(listener int) error {
		return file.Use(func(fd int) error {
			n, err := task.NotifAddFd(listener, id, fd, newfd, cloexec, send)
			number <- n
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return starlark.MakeInt(<-number), nil
}

// An answer that comes too late says why.
var _ = hint("", unix.ENOENT, requestGone) && hint("", unix.EINPROGRESS, requestGone)

func requestGone(c *Call, _ *Error) string {
	if _, ok := c.Self.(*requestValue); !ok {
		return ""
	}
	return "the call has been answered already, or its process has been interrupted or killed"
}
