package builtins

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// ptyHolds is more than what is under way in a pty at any time (the kernel
	// takes some 12 KiB from a program before it blocks).
	ptyHolds = 64 << 10

	// reopens is how often a terminal that no process has open is looked at
	// again: while the program runs it may open /dev/tty.
	reopens = 50 * time.Millisecond

	// eofs is how often the end of the input is typed again. A pipe is at its
	// end for everyone who reads it, but a ^D only for the first, and not even
	// for that one if it was about to change the modes of the terminal.
	eofs = 200 * time.Millisecond
)

// pump writes to w what the programs write to the terminal, until after ended
// nobody has it open, or after settle nothing more is there. While w blocks,
// nothing is read, and so in the end the programs block.
func (p *pty) pump(w io.Writer, ended <-chan struct{}) {
	defer close(p.over)
	defer p.master.Close()
	buf := make([]byte, 32<<10)
	for last := false; ; {
		n, err := p.master.Read(buf)
		if n > 0 {
			if _, e := w.Write(buf[:n]); e != nil {
				p.hangUp() // as a terminal does whose window is closed
				return
			}
		}
		switch {
		case err == nil:
		case errors.Is(err, os.ErrDeadlineExceeded):
			p.drain(w, buf)
			return
		case errors.Is(err, unix.EIO) && !last:
			select {
			case <-ended:
				last = true
			case <-p.gone:
			case <-time.After(reopens):
			}
		default:
			return
		}
	}
}

// drain writes to w what is there now. Who floods the terminal from the
// background does not keep it from ending.
func (p *pty) drain(w io.Writer, buf []byte) {
	for most := ptyHolds; most > 0; {
		n := 0
		err := p.control(func(fd int) (err error) {
			n, err = unix.Read(fd, buf[:min(len(buf), most)])
			return err
		})
		if err != nil || n <= 0 {
			return
		}
		if _, err := w.Write(buf[:n]); err != nil {
			return
		}
		most -= n
	}
}

// settle has pump write what is there now, and end; whoever still has the
// terminal open is not waited for. It fails if ctx ends before.
func (p *pty) settle(ctx context.Context) error {
	_ = p.master.SetReadDeadline(time.Unix(1, 0)) // fails if it is closed: then pump ends anyway
	select {
	case <-p.over:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// typeAll types text, and then the end of the input until the terminal is
// closed. A program that does not read delays it for ever.
func (p *pty) typeAll(text []byte) {
	if _, err := p.master.Write(text); err != nil {
		return
	}
	modes, err := p.modes()
	if err != nil || modes.Cc[unix.VEOF] == 0 {
		return
	}
	eof := []byte{modes.Cc[unix.VEOF]}
	if len(text) > 0 && text[len(text)-1] != '\n' {
		eof = append(eof, eof[0]) // the first ends the line
	}
	for {
		if _, err := p.master.Write(eof); err != nil {
			return
		}
		eof = eof[:1]
		select {
		case <-p.gone:
			return
		case <-time.After(eofs):
		}
	}
}

// write types text, until ctx ends. Nobody else may write meanwhile.
func (p *pty) write(ctx context.Context, text []byte) error {
	expired := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		_ = p.master.SetWriteDeadline(time.Unix(1, 0))
		close(expired)
	})
	_, err := p.master.Write(text)
	if !stop() {
		<-expired
		_ = p.master.SetWriteDeadline(time.Time{})
	}
	switch {
	case errors.Is(err, os.ErrClosed):
		return errPtyClosed
	case errors.Is(err, os.ErrDeadlineExceeded):
		return context.Cause(ctx)
	}
	return err
}

// A handover is a writer whose writes wait until somebody takes them.
type handover struct {
	parts chan []byte
	gone  <-chan struct{} // nobody will
}

func (h *handover) Write(b []byte) (int, error) {
	select {
	case h.parts <- bytes.Clone(b):
		return len(b), nil
	case <-h.gone:
		return 0, os.ErrClosed
	}
}
