package edit

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// external has the user's own editor edit the block: Ctrl-X Ctrl-E.
func (e *Editor) external() {
	text, err := e.edited()
	if err != nil {
		e.note = "the editor failed: " + err.Error()
		return
	}
	if text != e.buf.text {
		e.buf.replace(0, len(e.buf.text), text)
	}
}

func (e *Editor) edited() (string, error) {
	f, err := os.CreateTemp("", "nstar-*.star")
	if err != nil {
		return "", err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(e.buf.text)
	if err2 := f.Close(); err == nil {
		err = err2
	}
	if err != nil {
		return "", err
	}
	if err := e.away(func() error { return e.runEditor(f.Name()) }); err != nil {
		return "", err
	}
	text, err := os.ReadFile(f.Name())
	if n := len(text); n > 0 && text[n-1] == '\n' {
		text = text[:n-1] // which every editor adds
	}
	return pasteText(string(text)), err
}

func (e *Editor) runEditor(file string) error {
	program := "vi"
	for _, name := range []string{"EDITOR", "VISUAL"} {
		if v := e.o.Env(name); v != "" {
			program = v
		}
	}
	cmd := exec.Command("/bin/sh", "-c", program+` "$1"`, "sh", file)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = e.o.In, e.o.Out, e.o.Out
	interrupts := make(chan os.Signal, 1) // Ctrl-C is the editor's, not ours
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)
	return cmd.Run()
}

// away gives the terminal to others while f runs.
func (e *Editor) away(f func() error) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.screen.erase()
	e.screen.out.WriteString("\x1b[?2004l")
	e.flush()
	if err := e.tty.cooked(); err != nil {
		return err
	}
	err := f()
	if err2 := e.tty.raw(); err == nil {
		err = err2
	}
	e.screen.width, _ = e.tty.size()
	e.screen.begin()
	e.screen.out.WriteString("\x1b[?2004h")
	return err
}

// suspend does what Ctrl-Z does to a job of a shell. Where there is no shell to bring it back, the kernel stops
// nothing, and the prompt goes on at once.
func (e *Editor) suspend() {
	pid := os.Getpid()
	if session, err := unix.Getsid(0); pid == 1 || err == nil && session == pid {
		e.note = "there is no shell to go back to"
		return
	}
	err := e.away(func() error {
		signal.Stop(e.signals) // away draws anew as it is
		defer signal.Notify(e.signals, unix.SIGWINCH, unix.SIGCONT)
		resumed := make(chan os.Signal, 1)
		signal.Notify(resumed, unix.SIGCONT)
		defer signal.Stop(resumed)
		err := stop()
		select {
		case <-resumed:
		case <-time.After(50 * time.Millisecond): // nothing has stopped
		}
		return err
	})
	if err != nil {
		e.note = "cannot stop: " + err.Error()
	}
}

// stop stops the job that this process is of, as the kernel does for Ctrl-Z, and returns when it goes on; where the
// kernel stops nothing, for want of a shell, at once. The signal to the group is for any thread, which may take it
// long after kill has returned; so this thread has one of its own, blocked until both are there. Whichever is first
// stops all threads, and SIGCONT takes the other away.
func stop() error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var tstp, before unix.Sigset_t
	tstp.Val[0] = 1 << (unix.SIGTSTP - 1)
	if err := unix.PthreadSigmask(unix.SIG_BLOCK, &tstp, &before); err != nil {
		return err
	}
	err := unix.Tgkill(unix.Getpid(), unix.Gettid(), unix.SIGTSTP)
	if err == nil {
		err = unix.Kill(0, unix.SIGTSTP)
	}
	return errors.Join(err, unix.PthreadSigmask(unix.SIG_SETMASK, &before, nil))
}
