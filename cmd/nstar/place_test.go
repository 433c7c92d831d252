package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// A place is where a program runs that is started at a terminal: what the prompt can do, it can do in each.
type place struct {
	name string
	via  string // the command of this package that starts the program there; "": none is needed
}

// places are all of them.
var places = []place{
	{"as a child", ""},
	{"as process 1", "process1"}, // it leads its session, as in a container with a terminal
	{"as process 1, apart", "apart"},
}

// everywhere runs a test in each place.
func everywhere(t *testing.T, name string, f func(*testing.T, place)) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		for _, p := range places {
			t.Run(p.name, func(t *testing.T) {
				t.Parallel()
				p.need(t)
				f(t, p)
			})
		}
	})
}

// root tells whether the program may do all that root may to the files of the tests.
func (p place) root() bool { return os.Geteuid() == 0 || p.via != "" }

// need skips a test where this machine does not let us have the place.
func (p place) need(t *testing.T) {
	t.Helper()
	if p.via == "" {
		return
	}
	if err := process1Works(); err != nil {
		t.Skip("no process 1 with a /proc of its own: ", err)
	}
}

// process1Works tries it, once.
var process1Works = sync.OnceValue(func() error {
	cmd := exec.Command(installed("process1"), "/bin/sh", "-c", "test $$ = 1")
	cmd.SysProcAttr = newProcess1()
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
})

// newProcess1 has a command be process 1. Who may not have that becomes root of a user namespace.
func newProcess1() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWPID, Unshareflags: unix.CLONE_NEWNS}
	if os.Geteuid() != 0 {
		attr.Cloneflags |= unix.CLONE_NEWUSER
		attr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
	}
	return attr
}

// process1 is a command: process 1 of new PID and mount namespaces, to which it gives their /proc, and then
// executes its arguments.
func process1() {
	err := unix.Mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "")
	if err == nil {
		err = syscall.Exec(os.Args[1], os.Args[1:], os.Environ())
	}
	fmt.Fprintln(os.Stderr, "process1:", err)
	os.Exit(1)
}

// apart is a command that runs its arguments as process 1 in the process group that it leads itself, as
// unshare(1) does: they have no number for it. It waits for them whatever comes, and passes a hang-up on.
func apart() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, unix.SIGINT, unix.SIGQUIT, unix.SIGHUP)
	cmd := exec.Command(installed("process1"), os.Args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = newProcess1()
	cmd.SysProcAttr.Pdeathsig = unix.SIGKILL
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(os.Stderr, "apart:", err)
		os.Exit(1)
	}
	go func() {
		for sig := range signals {
			if sig == unix.SIGHUP {
				_ = cmd.Process.Signal(sig)
			}
		}
	}()
	_ = cmd.Wait() // the exit status is passed on
	os.Exit(cmd.ProcessState.ExitCode())
}

// installed is the path of nstar, or of another command of this package.
func installed(name string) string {
	bin, _, _ := strings.Cut(os.Getenv("PATH"), string(os.PathListSeparator))
	return filepath.Join(bin, name)
}
