package builtins

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// A pty is the host's end of a pseudo-terminal that a program has as its
// controlling terminal. The task has opened it, in its own devpts, and keeps
// none of it. What the other end does is not trusted: it may flood, read
// nothing, or close and go on.
type pty struct {
	number int // the program's end is /dev/pts/NUMBER
	master *os.File

	gone   chan struct{} // closed by hangUp
	over   chan struct{} // closed when pump is over
	once   sync.Once
	forget func() bool // the end of the session is of no concern any more
}

// ptmx are the files that a pty may be opened by. The first is certainly that
// of the devpts which the task's programs see, but often not for everyone; the
// second leads to the devpts that is mounted beside it.
var ptmx = [...]string{"/dev/pts/ptmx", "/dev/ptmx"}

// openPty has c.Task open a pty. The caller closes slave, the program's end.
func (c *Call) openPty() (p *pty, slave int, err error) {
	fd, err := c.openMaster()
	if err != nil {
		return nil, -1, err
	}
	number, slave, err := openPeer(fd)
	if err != nil {
		unix.Close(fd)
		return nil, -1, err
	}
	p = &pty{number: number, gone: make(chan struct{}), over: make(chan struct{})}
	p.master = os.NewFile(uintptr(fd), "pty")
	p.forget = context.AfterFunc(c.Host.ctx, p.close)
	return p, slave, nil
}

// openMaster opens one of ptmx. The error is that which says more.
func (c *Call) openMaster() (fd int, err error) {
	for _, path := range ptmx {
		var open task.Program
		open.Take(openCall(&open, path, unix.O_RDWR, 0))
		e := c.Do(&open)
		if e == nil {
			return open.Taken()[0], nil
		}
		if err == nil || !errors.Is(e, unix.ENOENT) {
			err = e
		}
		var refused *task.Error
		if !errors.As(e, &refused) {
			break
		}
	}
	return -1, err
}

// openPeer makes sure that master is what it should be and opens its other
// end: not by a path, where the task could have put anything.
func openPeer(master int) (number, slave int, err error) {
	var st unix.Statx_t // asks no file system, see task.Identify
	if err := unix.Statx(master, "", unix.AT_EMPTY_PATH|unix.AT_STATX_DONT_SYNC, unix.STATX_TYPE, &st); err != nil {
		return 0, -1, os.NewSyscallError("statx", err)
	}
	if st.Mode&unix.S_IFMT != unix.S_IFCHR || st.Rdev_major != 5 || st.Rdev_minor != 2 {
		return 0, -1, fmt.Errorf("what the task has at %s opens no pseudo-terminal", ptmx[1])
	}
	if number, err = unix.IoctlGetInt(master, unix.TIOCGPTN); err != nil {
		return 0, -1, os.NewSyscallError("ioctl(TIOCGPTN)", err)
	}
	if err = unix.IoctlSetPointerInt(master, unix.TIOCSPTLCK, 0); err != nil {
		return 0, -1, os.NewSyscallError("ioctl(TIOCSPTLCK)", err)
	}
	if err = unix.SetNonblock(master, true); err != nil {
		return 0, -1, os.NewSyscallError("fcntl", err)
	}
	fd, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(master), unix.TIOCGPTPEER, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC)
	if errno != 0 {
		return 0, -1, os.NewSyscallError("ioctl(TIOCGPTPEER)", errno)
	}
	return number, int(fd), nil
}

// hangUp closes the master: the session gets a SIGHUP, and whoever still has
// the terminal open only errors from it. A master that somebody who shares it has
// made block is not waited for.
func (p *pty) hangUp() {
	p.forget()
	p.close()
}

// close is hangUp as the end of the session calls it, which may come before
// there is anything to forget.
func (p *pty) close() {
	p.once.Do(func() {
		const patience = 100 * time.Millisecond
		close(p.gone)
		closed := make(chan struct{})
		go func() {
			_ = p.master.Close()
			close(closed)
		}()
		select {
		case <-closed:
		case <-time.After(patience):
		}
	})
}

var errPtyClosed error = ptyClosed{}

type ptyClosed struct{}

func (ptyClosed) Error() string { return "the terminal is closed: " + unix.EBADF.Error() }
func (ptyClosed) Unwrap() error { return unix.EBADF }

// control calls f with the master's descriptor.
func (p *pty) control(f func(fd int) error) error {
	raw, err := p.master.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	if err := raw.Control(func(fd uintptr) { failed = f(int(fd)) }); err != nil {
		return errPtyClosed
	}
	return failed
}

// resize sets the size; if that is a change, the programs in the foreground of
// the terminal get a SIGWINCH.
func (p *pty) resize(rows, cols uint16) error {
	return p.control(func(fd int) error {
		return os.NewSyscallError("ioctl(TIOCSWINSZ)", unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: rows, Col: cols}))
	})
}

// size is rows and columns.
func (p *pty) size() (ws *unix.Winsize, err error) {
	err = p.control(func(fd int) (err error) {
		ws, err = unix.IoctlGetWinsize(fd, unix.TIOCGWINSZ)
		return os.NewSyscallError("ioctl(TIOCGWINSZ)", err)
	})
	return ws, err
}

// modes are those of the program's end: an ioctl(2) on the master is for both.
func (p *pty) modes() (modes *unix.Termios, err error) {
	err = p.control(func(fd int) (err error) {
		modes, err = unix.IoctlGetTermios(fd, unix.TCGETS)
		return os.NewSyscallError("ioctl(TCGETS)", err)
	})
	return modes, err
}

// setModes sets those of the program's end.
func (p *pty) setModes(modes *unix.Termios) error {
	return p.control(func(fd int) error {
		return os.NewSyscallError("ioctl(TCSETS)", unix.IoctlSetTermios(fd, unix.TCSETS, modes))
	})
}
