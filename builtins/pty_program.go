package builtins

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// wantTTY takes the parameter tty. A program has all of its standard
// descriptors on its terminal.
func (p *program) wantTTY(tty starlark.Value) error {
	if tty == nil || tty == starlark.None {
		return nil
	}
	if tty != starlark.String("pty") {
		return BadValue("tty", `"pty"`, tty)
	}
	for fd := range 3 {
		if p.files[fd] != nil {
			return fmt.Errorf("bad value: the program's descriptor %d is the terminal where tty is given, and cannot be a file", fd)
		}
	}
	p.onPty = true
	return nil
}

// openPty opens the terminal of p and notes the program's end in fds. The
// caller closes ends when the program has them.
func (p *program) openPty(c *Call, fds map[int]int) (ends []int, err error) {
	pty, slave, err := c.openPty()
	if err != nil {
		return nil, err
	}
	p.pty = pty
	fds[0], fds[1], fds[2] = slave, slave, slave
	p.cmd.Session = true
	var setup task.Program
	control := setup.Call("ioctl", task.Int(0), task.Flags(unix.TIOCSCTTY, "TIOCSCTTY"), task.Int(0))
	p.cmd.Setup = []*task.Call{control}
	rows, cols := c.Host.terminalSize()
	err = pty.resize(rows, cols)
	if modes, e := pty.modes(); e == nil && err == nil {
		modes.Iflag |= unix.IUTF8
		if p.console != nil {
			*modes = p.console.modes
		}
		err = pty.setModes(modes)
	}
	return []int{slave}, err
}

// terminalSize is the size of nstar's terminal, or what a terminal had when
// there were no windows.
func (h *Host) terminalSize() (rows, cols uint16) {
	fds := []int{keyboard}
	if screen, ok := writerFd(h.Stdout); ok {
		fds = []int{screen, keyboard}
	}
	for _, fd := range fds {
		if ws, err := unix.IoctlGetWinsize(fd, unix.TIOCGWINSZ); err == nil && ws.Row > 0 && ws.Col > 0 {
			return ws.Row, ws.Col
		}
	}
	return 24, 80
}

// runOnPty starts p on a pty and waits for it. Where somebody sits at nstar's
// terminal it is connected with that.
func (p *program) runOnPty(c *Call) (t *task.Task, err error) {
	if !p.hasInput && !p.capture {
		p.console = c.takeConsole()
		defer p.console.giveBack()
	}
	if t, err = p.start(c); err != nil {
		return nil, err
	}
	defer p.pty.hangUp()
	var w io.Writer = c.Host.Stdout
	if p.capture {
		p.screen = new(bytes.Buffer)
		w = p.screen
	}
	if p.console != nil {
		err = p.console.attach(p.pty)
	} else {
		go p.pty.typeAll(p.input)
	}
	go p.pty.pump(w, t.Done())
	if err != nil {
		return nil, killedTree(t, err)
	}
	return t, c.Block(func() error { return p.finishOnPty(c, t) })
}

// finishOnPty waits for the end of the program and for what it wrote before.
func (p *program) finishOnPty(c *Call, t *task.Task) error {
	defer t.Release()
	ctx, cancel := context.WithCancelCause(c.ctx)
	defer cancel(nil)
	if p.console != nil {
		defer context.AfterFunc(p.console.ctx, func() { cancel(context.Cause(p.console.ctx)) })()
	}
	err := p.await(ctx, t.Done(), t)
	switch {
	case errors.Is(err, errEscaped):
		err = killedTree(t, fmt.Errorf("%q was killed: %w", p.name, err))
	case errors.Is(err, unix.ETIMEDOUT):
		err = killedTree(t, err)
	case err != nil:
		p.interrupt(c, t)
	}
	if ended(t) {
		_, _ = t.Wait(context.WithoutCancel(ctx))
	}
	if err != nil { // the screen may be what is stuck
		limited, stop := context.WithTimeout(context.WithoutCancel(ctx), mercy)
		defer stop()
		ctx = limited
	}
	if e := p.pty.settle(ctx); err == nil {
		err = e
	}
	return err
}
