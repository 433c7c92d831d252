package builtins

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// A console is nstar's own terminal while a program on a pty has it: what is
// typed goes to the pty as it is, Ctrl-C and Ctrl-Z too, and the pty has the
// size of the terminal.
type console struct {
	host  *Host
	modes unix.Termios // as nstar had them
	keys  chan []byte  // typed, not yet passed on

	ctx    context.Context // ends with errEscaped, or at giveBack
	cancel context.CancelCauseFunc
	users  sync.WaitGroup
	wake   [2]int // a pipe; closing the second ends the reading
}

// escapeKey is ^]: typed three times within escapeTime it ends the program.
const (
	escapeKey   = 0x1d
	escapeCount = 3
	escapeTime  = time.Second
)

var errEscaped = errors.New("it was given up: ^] was typed three times")

// takeConsole returns nil where there is nobody to type or to look: standard
// input and the host's output must be a terminal whose foreground nstar is in.
func (c *Call) takeConsole() *console {
	screen, ok := writerFd(c.Host.Stdout)
	if !ok {
		return nil
	}
	for _, fd := range []int{keyboard, screen} {
		if group, err := unix.IoctlGetInt(fd, unix.TIOCGPGRP); err != nil || group != unix.Getpgrp() {
			return nil
		}
	}
	modes, err := unix.IoctlGetTermios(keyboard, unix.TCGETS)
	if err != nil || !c.takeTerminal() {
		return nil
	}
	return &console{host: c.Host, modes: *modes}
}

// attach connects the console with a pty. What was typed before goes there too.
func (k *console) attach(p *pty) error {
	if err := unix.Pipe2(k.wake[:], unix.O_CLOEXEC); err != nil {
		return os.NewSyscallError("pipe2", err)
	}
	k.ctx, k.cancel = context.WithCancelCause(context.Background())
	k.keys = make(chan []byte, 256) // of 4 KiB: enough to paste into a program that is slow
	k.makeRaw()
	go k.pass(p)
	k.users.Go(func() { k.listen(p) })
	k.users.Go(func() { k.follow(p) })
	return nil
}

// giveBack restores the terminal. What is typed from now on is nstar's.
func (k *console) giveBack() {
	if k == nil {
		return
	}
	if k.cancel != nil {
		k.cancel(context.Canceled)
		unix.Close(k.wake[1])
		k.users.Wait()
		unix.Close(k.wake[0])
		_ = unix.IoctlSetTermios(keyboard, unix.TCSETS, &k.modes)
		if context.Cause(k.ctx) == errEscaped {
			_, _ = io.WriteString(k.host.Stdout, "\n") // wherever the program has left off
		}
	}
	<-k.host.terminal
}

// makeRaw is cfmakeraw(3), but that a read(2) does not wait: poll(2) does. It
// does not wait either: not for a terminal that is stopped, as TCSETSW would.
func (k *console) makeRaw() {
	raw := k.modes
	raw.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
	raw.Oflag &^= unix.OPOST
	raw.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
	raw.Cflag = raw.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8
	raw.Cc[unix.VMIN], raw.Cc[unix.VTIME] = 0, 0
	_ = unix.IoctlSetTermios(keyboard, unix.TCSETS, &raw)
}

// listen reads the keyboard. A program that reads nothing must not keep it from
// seeing the escape: when there is no more room, what is typed is lost.
func (k *console) listen(p *pty) {
	var seen escape
	buf := make([]byte, 4<<10)
	for {
		ready := []unix.PollFd{{Fd: keyboard, Events: unix.POLLIN}, {Fd: int32(k.wake[0])}}
		if _, err := unix.Poll(ready, -1); err == unix.EINTR {
			continue
		} else if err != nil || ready[1].Revents != 0 {
			return
		}
		n, err := unix.Read(keyboard, buf)
		if n <= 0 {
			if err == unix.EINTR || ready[0].Revents&(unix.POLLHUP|unix.POLLERR) == 0 && err == nil {
				continue
			}
			p.hangUp() // our terminal has gone
			return
		}
		select {
		case k.keys <- bytes.Clone(buf[:n]):
		default:
		}
		if seen.by(buf[:n], time.Now()) {
			k.cancel(errEscaped)
			return
		}
	}
}

// pass types on the pty what was read.
func (k *console) pass(p *pty) {
	for {
		select {
		case keys := <-k.keys:
			if _, err := p.master.Write(keys); err != nil {
				return
			}
		case <-p.gone:
			return
		}
	}
}

// follow keeps the size of the pty that of the terminal. After a stop, whoever
// continued nstar may have changed the modes.
func (k *console) follow(p *pty) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, unix.SIGWINCH, unix.SIGCONT)
	defer signal.Stop(signals)
	for {
		if ws, err := unix.IoctlGetWinsize(keyboard, unix.TIOCGWINSZ); err == nil {
			_ = p.resize(ws.Row, ws.Col)
		}
		select {
		case sig := <-signals:
			if group, err := unix.IoctlGetInt(keyboard, unix.TIOCGPGRP); sig == unix.SIGCONT && err == nil && group == unix.Getpgrp() {
				k.makeRaw()
			}
		case <-k.ctx.Done():
			return
		}
	}
}

// escape counts the escape keys.
type escape struct {
	count int
	first time.Time
}

// by tells whether the escape is complete with keys, read at now.
func (e *escape) by(keys []byte, now time.Time) bool {
	for _, key := range keys {
		if key != escapeKey {
			e.count = 0
			continue
		}
		if e.count == 0 || now.Sub(e.first) > escapeTime {
			e.count, e.first = 0, now
		}
		if e.count++; e.count == escapeCount {
			return true
		}
	}
	return false
}
