package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"nstar/interp/edit/vttest"
)

// A seat is a program at a terminal, in a session of its own.
type seat struct {
	t     *testing.T
	place place
	cmd   *exec.Cmd
	state string        // XDG_STATE_HOME
	shown func() string // what the terminal shows
	ended chan struct{}
	err   error // of the program, once ended is closed
}

// start starts a program at a terminal.
func (p place) start(t *testing.T, tty *os.File, shown func() string, env []string, args ...string) *seat {
	t.Helper()
	attr := &syscall.SysProcAttr{}
	switch p.via {
	case "process1":
		attr = newProcess1()
		fallthrough
	case "apart":
		args = append([]string{installed(p.via)}, args...)
	}
	attr.Setsid, attr.Setctty = true, true
	s := &seat{t: t, place: p, cmd: exec.Command(args[0], args[1:]...), state: t.TempDir(), shown: shown, ended: make(chan struct{})}
	s.cmd.Env = append(os.Environ(), "TERM=xterm", "PS1=$ ", "GORACE=atexit_sleep_ms=0",
		"XDG_STATE_HOME="+s.state, "XDG_CONFIG_HOME="+t.TempDir())
	s.cmd.Env = append(s.cmd.Env, env...)
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = tty, tty, tty
	s.cmd.SysProcAttr = attr
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		s.err = s.cmd.Wait()
		close(s.ended)
	}()
	t.Cleanup(func() {
		s.cmd.Process.Kill()
		<-s.ended
	})
	return s
}

// ends waits for the end of the program, with an exit status.
func (s *seat) ends(status int) {
	s.t.Helper()
	select {
	case <-s.ended:
	case <-time.After(vttest.Patience):
		s.t.Fatalf("it does not end:\n%s", s.shown())
	}
	got := 0
	var exit *exec.ExitError
	if errors.As(s.err, &exit) {
		got = exit.ExitCode()
	}
	if got != status {
		s.t.Errorf("exit status %d, want %d", got, status)
	}
}

// kill sends a signal to a process that begins with the program; pid is what it is called there.
func (s *seat) kill(pid int, sig unix.Signal) {
	s.t.Helper()
	if s.place.via == "" && pid == 1 {
		pid = s.cmd.Process.Pid
	}
	called := regexp.MustCompile(fmt.Sprintf(`(?m)^NSpid:.*\s%d$`, pid))
	s.killWho(sig, called.String(), func(proc string) bool {
		status, _ := os.ReadFile(proc + "/status")
		return called.Match(status)
	})
}

// killCommand sends a signal to a process whose command line has text in it.
func (s *seat) killCommand(text string, sig unix.Signal) {
	s.t.Helper()
	s.killWho(sig, text, func(proc string) bool {
		line, _ := os.ReadFile(proc + "/cmdline")
		return strings.Contains(string(line), text)
	})
}

// killWho waits until one of the program's descendants, or the program, is who is sought, and sends it a signal.
func (s *seat) killWho(sig unix.Signal, what string, is func(proc string) bool) {
	s.t.Helper()
	for end := time.Now().Add(vttest.Patience); time.Now().Before(end); time.Sleep(time.Millisecond) {
		for queue := []int{s.cmd.Process.Pid}; len(queue) > 0; queue = queue[1:] {
			proc := fmt.Sprintf("/proc/%d", queue[0])
			if is(proc) {
				if err := unix.Kill(queue[0], sig); err != nil {
					s.t.Fatal(err)
				}
				return
			}
			lists, _ := filepath.Glob(proc + "/task/*/children")
			for _, list := range lists {
				kids, _ := os.ReadFile(list)
				for _, kid := range strings.Fields(string(kids)) {
					n, _ := strconv.Atoi(kid)
					queue = append(queue, n)
				}
			}
		}
	}
	s.t.Fatalf("no process with %q", what)
}
