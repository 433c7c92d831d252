package main

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// callRow is the round trip of one system call in a task, written in the
// language, against the least that a message to another process and back can
// cost: two processes that do nothing but read and write one socket pair.
func callRow(s size) ([]row, error) {
	nstar, err := newSession(`
def calls(n):
    for _ in range(n):
        syscall("getpid")
`)
	if err != nil {
		return nil, err
	}
	defer nstar.close()
	far, err := startEcho()
	if err != nil {
		return nil, err
	}
	defer far.close()
	calls := func() (time.Duration, error) {
		took, err := nstar.call("calls", s.calls)
		return took / time.Duration(s.calls), err
	}
	a, b, err := compare(s.rounds, calls, func() (time.Duration, error) { return far.trips(s.calls) })
	if err != nil {
		return nil, err
	}
	return []row{compared("one call in a task: syscall(\"getpid\")", "8 bytes there and back on a bare SOCK_SEQPACKET, on one CPU", a, b)}, nil
}

// An echo is another process at the far side of a socket pair.
type echo struct {
	fd  int
	cmd *exec.Cmd
}

const message = 8 // bytes, as many as wake a task

func startEcho() (*echo, error) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("socketpair", err)
	}
	far := os.NewFile(uintptr(pair[1]), "socket")
	defer far.Close()
	cmd := exec.Command("/proc/self/exe", "-echo")
	cmd.Stdin, cmd.Stderr = far, os.Stderr
	if err := cmd.Start(); err != nil {
		unix.Close(pair[0])
		return nil, err
	}
	return &echo{pair[0], cmd}, nil
}

// close ends the far side: it reads the end of the file.
func (e *echo) close() {
	unix.Close(e.fd)
	_ = e.cmd.Wait()
}

// trips is n messages there and back, and how long one of them took.
func (e *echo) trips(n int) (time.Duration, error) {
	unpin, err := pinThread()
	if err != nil {
		return 0, err
	}
	defer unpin()
	var buf [message]byte
	start := time.Now()
	for range n {
		if rawWrite(e.fd, &buf) != message || rawRead(e.fd, &buf) != message {
			return 0, errors.New("the far side of the socket pair does not answer")
		}
	}
	return time.Since(start) / time.Duration(n), nil
}

// serveEcho is the far side: its standard input is the socket.
func serveEcho() error {
	unpin, err := pinThread()
	if err != nil {
		return err
	}
	defer unpin()
	var buf [message]byte
	for rawRead(0, &buf) == message {
		rawWrite(0, &buf)
	}
	return nil
}

// pinThread keeps this goroutine on the first CPU that it may use, until it is
// undone. Two that wake each other in turn are fastest on one: to wake another
// CPU costs more than the message.
func pinThread() (undo func(), err error) {
	runtime.LockOSThread()
	var before, one unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		return nil, os.NewSyscallError("sched_getaffinity", err)
	}
	for cpu := 0; one.Count() == 0; cpu++ {
		if before.IsSet(cpu) {
			one.Set(cpu)
		}
	}
	if err := unix.SchedSetaffinity(0, &one); err != nil {
		return nil, os.NewSyscallError("sched_setaffinity", err)
	}
	return func() {
		_ = unix.SchedSetaffinity(0, &before)
		runtime.UnlockOSThread()
	}, nil
}
