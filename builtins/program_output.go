package builtins

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// An output is the host's end of a pipe that a program writes to. One
// goroutine, pump, reads it until nobody can write any more, and owns what it
// reads with; so a full pipe never stops the program.
type output struct {
	n       int // the program's descriptor: 1 or 2
	r       *os.File
	w       io.Writer     // a buffer, or the host's own standard output
	drained chan struct{} // gets a value when the pipe was found empty after flush
	done    chan struct{} // closed when pump is over
	forget  func() bool
}

// openOutput makes a pipe to w. The caller closes the program's end.
func openOutput(session context.Context, w io.Writer) (o *output, end int, err error) {
	var fds [2]int
	if err := unix.Pipe2(fds[:], unix.O_CLOEXEC); err != nil {
		return nil, -1, os.NewSyscallError("pipe2", err)
	}
	// The program's end stays blocking: programs do not expect anything else.
	if err := unix.SetNonblock(fds[0], true); err != nil {
		unix.Close(fds[0])
		unix.Close(fds[1])
		return nil, -1, os.NewSyscallError("fcntl", err)
	}
	o = &output{r: os.NewFile(uintptr(fds[0]), "output"), w: w, drained: make(chan struct{}, 1), done: make(chan struct{})}
	o.forget = context.AfterFunc(session, o.stop)
	return o, fds[1], nil
}

// stop ends pump, whoever may still write.
func (o *output) stop() { _ = o.r.Close() } // a second close is refused, and means nothing

func (o *output) pump() {
	defer close(o.done)
	defer o.stop()
	defer o.forget()
	buf := make([]byte, 32<<10)
	for {
		n, err := o.r.Read(buf)
		if _, e := o.w.Write(buf[:n]); e != nil {
			return // the program gets the SIGPIPE that we would have got
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			err = o.empty(buf)
		}
		if err != nil {
			return
		}
	}
}

// empty reads what is in the pipe at the time of flush: not more than a pipe
// can hold, for somebody may go on writing.
func (o *output) empty(buf []byte) error {
	raw, err := o.r.SyscallConn()
	if err != nil {
		return err
	}
	const pipeMax = 1 << 20 // fs.pipe-max-size, of those who are not privileged
	for n, left := 1, pipeMax; n > 0 && left > 0; left -= max(n, 0) {
		var e error
		if err := raw.Control(func(fd uintptr) { n, e = unix.Read(int(fd), buf) }); err != nil {
			return err
		}
		if n > 0 {
			_, e = o.w.Write(buf[:n])
		} else if e == nil {
			e = io.EOF
		}
		if e != nil && e != unix.EAGAIN {
			return e
		}
	}
	err = o.r.SetReadDeadline(time.Time{})
	select {
	case o.drained <- struct{}{}:
	default:
	}
	return err
}

// flush waits until what is in the pipe now has been written. Whoever still
// holds the other end, a daemon say, is not waited for.
func (o *output) flush(ctx context.Context) {
	if o.r.SetReadDeadline(time.Unix(1, 0)) != nil {
		return
	}
	select {
	case <-o.drained:
	case <-o.done:
	case <-ctx.Done():
	}
}

// openPipes opens what the program reads and writes beside the script's files,
// and notes the descriptors in fds. The caller closes ends when the program
// has them.
func (p *program) openPipes(c *Call, fds map[int]int) (ends []int, err error) {
	if p.onPty {
		return p.openPty(c, fds)
	}
	if p.hasInput {
		fd, err := inputFile(p.input)
		if err != nil {
			return nil, err
		}
		fds[0], ends = fd, append(ends, fd)
	}
	for n, w := range []io.Writer{1: c.Host.Stdout, 2: c.Host.Stderr} {
		if n == 0 || p.files[n] != nil {
			continue
		}
		if p.capture {
			w = new(bytes.Buffer)
		} else if fd, ok := writerFd(w); ok {
			if fd != n {
				fds[n] = fd
			}
			continue
		}
		o, end, err := openOutput(c.Host.ctx, w)
		if err != nil {
			return ends, err
		}
		o.n, fds[n], ends = n, end, append(ends, end)
		p.outputs = append(p.outputs, o)
	}
	return ends, nil
}

func (p *program) stopOutputs() {
	for _, o := range p.outputs {
		o.forget()
		o.stop()
	}
}

// inputFile is a file that has data in it: what a here-document is to sh. A
// program that does not read it stops nobody.
func inputFile(data []byte) (int, error) {
	fd, err := unix.MemfdCreate("input", unix.MFD_CLOEXEC|unix.MFD_NOEXEC_SEAL)
	if err == unix.EINVAL { // before Linux 6.3
		fd, err = unix.MemfdCreate("input", unix.MFD_CLOEXEC)
	}
	if err != nil {
		return -1, os.NewSyscallError("memfd_create", err)
	}
	for off := 0; off < len(data) && err == nil; {
		var n int
		if n, err = unix.Pwrite(fd, data[off:], int64(off)); err == unix.EINTR {
			err = nil
		}
		off += max(n, 0)
	}
	if err != nil {
		unix.Close(fd)
		return -1, os.NewSyscallError("pwrite", err)
	}
	return fd, nil
}

// writerFd is the descriptor behind one of the host's outputs, if there is one:
// programs can have it as it is.
func writerFd(w io.Writer) (fd int, ok bool) {
	if own, is := w.(*writer); is {
		w = own.w
	}
	file, is := w.(syscall.Conn)
	if !is {
		return -1, false
	}
	raw, err := file.SyscallConn()
	if err != nil {
		return -1, false
	}
	err = raw.Control(func(n uintptr) { fd = int(n) })
	return fd, err == nil
}
