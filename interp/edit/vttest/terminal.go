package vttest

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A Terminal is a pty with somebody at it, who types and looks at the screen.
type Terminal struct {
	T      testing.TB
	Master *os.File
	Tty    *os.File // for the program under test

	mu      sync.Mutex
	screen  *Screen
	changed chan struct{} // closed, and made anew, when the screen changes
	ended   bool
}

// Patience is how long anything may take. Only what fails takes as long.
const Patience = 20 * time.Second

// Open makes a terminal with a window of some size.
func Open(t testing.TB, width, height int) *Terminal {
	t.Helper()
	master, tty, err := openPty()
	if err != nil {
		t.Skip("no terminals here: ", err)
	}
	m := &Terminal{T: t, Master: master, Tty: tty, screen: NewScreen(width, height), changed: make(chan struct{})}
	m.setSize(width, height)
	t.Cleanup(func() {
		tty.Close()
		master.Close()
	})
	go m.read()
	return m
}

// openPty returns both ends. The master can be closed while it is read.
func openPty() (master, tty *os.File, err error) {
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, err
	}
	master = os.NewFile(uintptr(fd), "ptmx")
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		tty, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	}
	if err != nil {
		master.Close()
	}
	return master, tty, err
}

func (m *Terminal) setSize(width, height int) {
	raw, err := m.Master.SyscallConn()
	if err == nil {
		err = raw.Control(func(fd uintptr) {
			_ = unix.IoctlSetWinsize(int(fd), unix.TIOCSWINSZ, &unix.Winsize{Row: uint16(height), Col: uint16(width)})
		})
	}
	if err != nil {
		m.T.Fatal(err)
	}
}

func (m *Terminal) read() {
	buf := make([]byte, 64<<10)
	for {
		n, err := m.Master.Read(buf)
		m.mu.Lock()
		m.screen.Write(buf[:n])
		m.ended = err != nil
		close(m.changed)
		m.changed = make(chan struct{})
		m.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// Resize gives the window another size. The program gets no signal unless the terminal controls it.
func (m *Terminal) Resize(width, height int) {
	m.mu.Lock()
	m.screen.Resize(width, height)
	m.mu.Unlock()
	m.setSize(width, height)
}

// Type sends keys.
func (m *Terminal) Type(keys string) {
	m.T.Helper()
	if _, err := m.Master.WriteString(keys); err != nil {
		m.T.Fatal(err)
	}
}

// Paste sends text as a terminal does that brackets it.
func (m *Terminal) Paste(text string) {
	m.T.Helper()
	m.Type("\x1b[200~" + strings.ReplaceAll(text, "\n", "\r") + "\x1b[201~")
}

// Until waits until the screen is as the condition wants it.
func (m *Terminal) Until(what string, is func(*Screen) bool) {
	m.T.Helper()
	late := time.After(Patience)
	for {
		m.mu.Lock()
		ok, fault, ended, text, changed := is(m.screen), m.screen.Fault, m.ended, m.screen.String(), m.changed
		m.mu.Unlock()
		switch {
		case fault != "":
			m.T.Fatalf("the terminal does not understand: %s\n%s", fault, text)
		case ok:
			return
		case ended:
			m.T.Fatalf("the program has gone; the screen is\n%s\nwanted: %s", text, what)
		}
		select {
		case <-changed:
		case <-late:
			m.T.Fatalf("the screen is\n%s\nwanted: %s", text, what)
		}
	}
}

// Shows waits until the screen is just these rows, with | where the cursor is.
func (m *Terminal) Shows(rows ...string) {
	m.T.Helper()
	want := strings.Join(rows, "\n")
	m.Until("\n"+want, func(s *Screen) bool { return s.String() == want && !s.Hidden })
}

// Has waits until a text is on the screen.
func (m *Terminal) Has(text string) {
	m.T.Helper()
	m.Until(text, func(s *Screen) bool { return strings.Contains(s.String(), text) })
}

// Screen looks at the screen as it is now.
func (m *Terminal) Screen(look func(*Screen)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	look(m.screen)
}
