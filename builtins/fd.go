package builtins

import (
	"fmt"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"
)

var _ = def(Builtin{
	Sig:   "fd(n)",
	Shelf: "files",
	Page:  "stdin(3)",
	Like:  "cat <&N",
	Doc: `Returns a descriptor that nstar itself was started with as a file: 0 is its standard input.

The file has a number of its own; to close it does not close n.`,
	Example: `
>>> f = fd(2)
>>> f
<file "fd 2">
>>> f.fd == 2
False
>>> f.close()
>>> catch(fd, 1000000).error
fd: EBADF (bad file descriptor): nstar was not started with 1000000
`,
	Func: func(c *Call) (starlark.Value, error) {
		var n int
		if err := c.Args(&n); err != nil {
			return nil, err
		}
		// What this process opened is close-on-exec, what it inherited cannot be.
		flags, err := unix.FcntlInt(uintptr(n), unix.F_GETFD, 0)
		if n < 0 || err != nil || flags&unix.FD_CLOEXEC != 0 {
			return nil, fmt.Errorf("nstar was not started with %d: %w", n, unix.EBADF)
		}
		own, err := unix.FcntlInt(uintptr(n), unix.F_DUPFD_CLOEXEC, 3)
		if err != nil {
			return nil, err
		}
		return NewFile(c.Host, own, fmt.Sprintf("fd %d", n)), nil
	},
})
