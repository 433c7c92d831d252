package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A window is a terminal with somebody at it, who looks at what comes: nstar runs on it.
type window struct {
	*seat
	master *os.File
	slave  *os.File
	before unix.Termios

	mu    sync.Mutex
	shown []byte // guarded by mu: what has not been expected yet
}

// openWindow starts nstar with args on a new terminal of 30 by 100.
func (p place) openWindow(t *testing.T, args ...string) *window {
	t.Helper()
	return p.openWindowOf(t, installed("nstar"), args...)
}

// openWindowOf starts a program that starts nstar.
func (p place) openWindowOf(t *testing.T, program string, args ...string) *window {
	t.Helper()
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Skip("no terminals here: ", err)
	}
	w := &window{master: os.NewFile(uintptr(fd), "ptmx")}
	t.Cleanup(func() { w.master.Close() })
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		w.slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	}
	if err != nil {
		t.Skip("no terminals here: ", err)
	}
	t.Cleanup(func() { w.slave.Close() })
	w.resize(t, 30, 100)
	w.before = w.modes(t)
	w.seat = p.start(t, w.slave, w.rest, nil, append([]string{program}, args...)...)
	go w.look()
	return w
}

func (w *window) look() {
	buf := make([]byte, 4096)
	for {
		n, err := w.master.Read(buf)
		w.mu.Lock()
		w.shown = append(w.shown, buf[:n]...)
		w.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// expect waits until text is shown, after what was expected before.
func (w *window) expect(text string) {
	w.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		w.mu.Lock()
		i := bytes.Index(w.shown, []byte(text))
		if i >= 0 {
			w.shown = w.shown[i+len(text):]
		}
		w.mu.Unlock()
		if i >= 0 {
			return
		}
	}
	w.t.Fatalf("%q is not shown, but %s", text, w.rest())
}

// rest is what has not been expected yet.
func (w *window) rest() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strconv.Quote(string(w.shown))
}

func (w *window) types(keys string) {
	w.t.Helper()
	if _, err := w.master.WriteString(keys); err != nil {
		w.t.Fatal(err)
	}
}

func (w *window) resize(t *testing.T, rows, cols uint16) {
	t.Helper()
	if err := unix.IoctlSetWinsize(int(w.slave.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: rows, Col: cols}); err != nil {
		t.Fatal(err)
	}
}

// modes are those of the terminal.
func (w *window) modes(t *testing.T) unix.Termios {
	t.Helper()
	modes, err := unix.IoctlGetTermios(int(w.slave.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return *modes
}

// ends waits for the end of nstar with that exit status, and for its terminal to be as it was.
func (w *window) ends(status int) {
	w.t.Helper()
	w.seat.ends(status)
	if now := w.modes(w.t); now != w.before {
		w.t.Errorf("the terminal is left as %+v, and was %+v", now, w.before)
	}
}

// TestPty has programs on a terminal of their own, which nstar connects with the one that it runs on.
func TestPty(t *testing.T) {
	t.Parallel()

	everywhere(t, "keys, size and what was typed ahead", func(t *testing.T, p place) {
		w := p.openWindow(t, "-c", `
sh("stty size; trap 'stty size' WINCH; echo ready; read a; echo got $a; while :; do read a && echo $a; done", tty="pty", check=False)
print("after")`)
		w.types("ahead\r")
		w.expect("30 100\r\n")
		w.expect("got ahead\r\n")
		w.resize(t, 31, 101)
		w.expect("31 101\r\n")
		if w.modes(t) == w.before {
			t.Error("the terminal is not in raw mode")
		}
		w.types("\x03") // to the program, not to nstar
		w.expect("^C")
		w.expect("after\r\n")
		w.ends(0)
	})

	everywhere(t, "job control", func(t *testing.T, p place) {
		w := p.openWindow(t, "-c", `print(run("sh", "-i", tty="pty", check=False))`)
		w.expect("$ ")
		// It forks no more: a child of vfork(2) that is stopped before it has executed anything stops its parent for good.
		w.types("sh -c 'trap \"echo back\" CONT; echo go; while :; do read line; done'\r")
		w.expect("\r\ngo\r\n")
		w.types("\x1a")
		w.expect("Stopped")
		w.types("fg\r")
		w.expect("\r\nback\r\n") // it is in the foreground before it goes on
		w.types("\x03")
		w.expect("$ ")
		w.types("exit 4\r")
		w.expect("exit status 4\r\n")
		w.ends(0)
	})

	everywhere(t, "the escape", func(t *testing.T, p place) {
		w := p.openWindow(t, "-c", `
print(catch(sh, "trap '' INT HUP TERM; stty raw; echo ready; while :; do sleep 1; done", tty="pty").error)`)
		w.expect("ready")
		w.types("\x1d\x1da\x1d\x03\x1d")
		time.Sleep(100 * time.Millisecond)
		w.types(strings.Repeat("never read ", 2000))
		w.types("\x1d\x1d\x1d")
		w.expect("was killed: it was given up: ^] was typed three times\r\n")
		w.ends(0)
	})

	everywhere(t, "a program that is killed, and a raw terminal that it leaves", func(t *testing.T, p place) {
		w := p.openWindow(t, "-c", `
sh("stty raw -echo; kill -9 $$", tty="pty", check=False)
run("/no/such/program", tty="pty")`)
		w.expect("/no does not exist")
		w.ends(127)
	})

	everywhere(t, "a signal to nstar", func(t *testing.T, p place) {
		w := p.openWindow(t, "-c", `sh("echo ready; exec sleep 60", tty="pty")`)
		w.expect("ready")
		w.kill(1, unix.SIGTERM)
		w.ends(143)
	})

	everywhere(t, "the window is closed", func(t *testing.T, p place) {
		w := p.openWindow(t, "-c", `sh("trap '' HUP; echo ready; exec sleep 60", tty="pty")`)
		w.expect("ready")
		w.master.Close()
		select {
		case <-w.ended:
		case <-time.After(20 * time.Second):
			t.Error("nstar does not end")
		}
	})

	everywhere(t, "the prompt", func(t *testing.T, p place) {
		w := p.openWindow(t)
		w.expect("> ")
		w.types("run('sh', '-i', tty='pty')\r")
		w.expect("$ ")
		w.types("tty; exit\r")
		w.expect("/dev/pts/")
		w.expect("exit status 0\r\n")
		w.expect("> ")
		w.types("exit(3)\r")
		w.ends(3)
	})
}

// TestForeground has programs in the foreground of nstar's own terminal.
func TestForeground(t *testing.T) {
	t.Parallel()

	everywhere(t, "Ctrl-C is the program's", func(t *testing.T, p place) {
		w := p.openWindow(t)
		w.expect("> ")
		w.types("sh('echo go; exec sleep 60', check=False)\r")
		w.expect("\r\ngo\r\n")
		w.types("\x03")
		w.expect("> ")
		w.types("1 + 1\r")
		w.expect("\r\n2\r\n")
		w.types("run('sh', '-i')\r")
		w.expect("$ ")
		w.types("sh -c 'echo go; exec sleep 60'\r")
		w.expect("\r\ngo\r\n")
		w.types("\x1a")
		w.expect("Stopped")
		w.types("exit\r")
		w.expect("You have stopped jobs")
		w.types("exit 0\r") // ends it with its jobs
		w.expect("exit status 0")
		w.types("exit(3)\r")
		w.ends(3)
	})

	everywhere(t, "a task with a session of its own cannot have the terminal", func(t *testing.T, p place) {
		w := p.openWindow(t, "-c", "t = clone(); setsid(task=t); t.run('sh', '-c', 'read x; echo got $x; exec sleep 60')")
		w.types("line\r")
		w.expect("\r\ngot line\r\n")
		w.types("\x03")
		w.ends(130)
	})
}

// TestPager has page lend the terminal to a pager, and take it back.
func TestPager(t *testing.T) {
	t.Parallel()
	everywhere(t, "the terminal is lent", func(t *testing.T, p place) {
		w := p.openWindow(t, "-c", `
environ["PAGER"] = "stty raw; tail -n 2; read key </dev/tty; echo got $key"
page(list(range(1000)))
environ["PAGER"] = "cat; kill -STOP $$; echo goes on"
page("text")
environ["PAGER"] = "exit 3"
print(catch(page, 1).error)
environ["PAGER"] = "sleep 60"
page("never read")`)
		w.expect("998, 999]")
		w.types("k\n")
		w.expect("got k")
		w.expect("text\r\n")
		w.expect("goes on\r\n") // nstar leads its session: the kernel does not stop it
		w.expect("page: the pager: exit status 3\r\n")
		w.kill(1, unix.SIGTERM)
		w.ends(128 + 15)
	})
}
