package edit

import (
	"os"

	"golang.org/x/sys/unix"
)

// watch tells the loop of signals.
func (e *Editor) watch(signals <-chan os.Signal, done <-chan struct{}) {
	for {
		select {
		case s := <-signals:
			if s == unix.SIGCONT {
				e.tty.resumed.Store(true)
			} else {
				e.tty.resized.Store(true)
			}
			e.tty.awake()
		case <-done:
			return
		}
	}
}

// resume takes the terminal again after somebody has stopped us, and begins below what is there now.
func (e *Editor) resume() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.screen.width, _ = e.tty.size()
	e.screen.begin()
	e.screen.out.WriteString("\x1b[?2004h")
	return e.tty.raw()
}

func (e *Editor) resize() {
	e.mu.Lock()
	defer e.mu.Unlock()
	width, _ := e.tty.size()
	e.screen.resize(width)
}
