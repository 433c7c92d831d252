package edit

import (
	"errors"
	"io"
	"os"
	"syscall"

	"github.com/chzyer/readline"
)

// Above returns a writer to w. If that is the editor's terminal too, what is written while a block is edited
// stands above it.
func (e *Editor) Above(w io.Writer) io.Writer {
	if f, ok := w.(*os.File); ok && !readline.IsTerminal(int(f.Fd())) {
		return w
	}
	return above{e, w}
}

type above struct {
	e *Editor
	w io.Writer
}

// SyscallConn is the descriptor behind w, where there is one: programs write to it directly.
func (a above) SyscallConn() (syscall.RawConn, error) {
	if c, ok := a.w.(syscall.Conn); ok {
		return c.SyscallConn()
	}
	return nil, errors.ErrUnsupported
}

func (a above) Write(p []byte) (int, error) {
	e := a.e
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.reading {
		return a.w.Write(p)
	}
	shown := len(e.screen.shown.rows) > 0 // if not, the editor has begun anew and is about to draw
	e.screen.erase()
	e.flush()
	n, err := a.w.Write(p)
	if len(p) > 0 && p[len(p)-1] != '\n' {
		e.screen.out.WriteString("\r\n")
	}
	if shown {
		e.screen.draw(e.drawn)
	}
	e.flush()
	return n, err
}
