package edit

import (
	"errors"
	"os"
	"sync/atomic"
	"time"

	"github.com/chzyer/readline"
	"golang.org/x/sys/unix"
)

var errClosed = errors.New("the editor is closed")

// A tty is the terminal on both sides: keys come from in, what is drawn goes to out. It takes no byte that it
// does not need: what is typed ahead stays for the program that runs next.
type tty struct {
	in, out int
	wake    int           // an eventfd: poll ends, and the editor looks about
	before  *unix.Termios // while it is raw: as it was
	decoder *decoder
	pasted  string
	noAlt   bool   // a letter after Escape is a key of its own, as vi has it
	back    []byte // read, but not of the key before it

	resized, resumed, stale atomic.Bool // the loop has to look at the window, the terminal, the prompt
}

func newTTY(in, out *os.File) (*tty, error) {
	wake, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return nil, err
	}
	d, err := newDecoder()
	if err != nil {
		unix.Close(wake)
		return nil, err
	}
	return &tty{in: int(in.Fd()), out: int(out.Fd()), wake: wake, decoder: d}, nil
}

func (t *tty) close() {
	t.decoder.Close()
	unix.Close(t.wake)
}

// raw takes the terminal; cooked gives it back as it was. Enter is a newline in both, for what is typed ahead
// of a program comes before cooked and is read after it. (readline's MakeRaw has it otherwise; to change that
// afterwards is too late for what comes in between.)
func (t *tty) raw() error {
	modes, err := unix.IoctlGetTermios(t.in, unix.TCGETS)
	if err != nil {
		return err
	}
	if t.before == nil {
		before := *modes
		t.before = &before
	}
	modes.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.IXON
	modes.Iflag |= unix.ICRNL
	modes.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
	modes.Cflag = modes.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8
	modes.Cc[unix.VMIN], modes.Cc[unix.VTIME] = 1, 0
	return unix.IoctlSetTermios(t.in, unix.TCSETS, modes)
}

func (t *tty) cooked() error {
	if t.before == nil {
		return nil
	}
	before := t.before
	t.before = nil
	return unix.IoctlSetTermios(t.in, unix.TCSETS, before)
}

// size returns the window's columns and rows; where nobody knows them, the ones that everybody assumes.
func (t *tty) size() (width, height int) {
	width, height, err := readline.GetSize(t.out)
	if err != nil || width <= 0 || height <= 0 {
		return 80, 24
	}
	return width, height
}

// write writes all of b at once, if the terminal takes it.
func (t *tty) write(b []byte) error {
	for len(b) > 0 {
		n, err := unix.Write(t.out, b)
		switch err {
		case nil:
			b = b[n:]
		case unix.EINTR:
		case unix.EAGAIN: // somebody else has made it so
			_, _ = unix.Poll([]unix.PollFd{{Fd: int32(t.out), Events: unix.POLLOUT}}, 100)
		default:
			return err
		}
	}
	return nil
}

// awake ends a wait for a key.
func (t *tty) awake() { _, _ = unix.Write(t.wake, []byte{1, 0, 0, 0, 0, 0, 0, 0}) }

// wait waits until there is something to read, and tells whether there is. If not, the time is over (negative: never)
// or somebody has called awake.
func (t *tty) wait(timeout time.Duration) (bool, error) {
	if len(t.back) > 0 {
		return true, nil
	}
	ms := -1
	if timeout >= 0 {
		ms = int(timeout / time.Millisecond)
	}
	fds := []unix.PollFd{{Fd: int32(t.in), Events: unix.POLLIN}, {Fd: int32(t.wake), Events: unix.POLLIN}}
	if _, err := unix.Poll(fds, ms); err == unix.EINTR {
		return false, nil
	} else if err != nil {
		return false, err
	}
	if fds[1].Revents != 0 {
		var b [8]byte
		_, _ = unix.Read(t.wake, b[:])
	}
	return fds[0].Revents != 0, nil
}
