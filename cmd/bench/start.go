package main

import (
	"os/exec"
	"time"
)

// startRow is the way from nothing to a task that obeys: a new session, its
// shell task started, its first call answered. The rival gets a program
// started and ended.
func startRow(s size) ([]row, error) {
	program, err := exec.LookPath("true")
	if err != nil {
		return nil, &missingError{"start of the first task", err.Error()}
	}
	a, b, err := compare(4*s.rounds, firstTask, func() (time.Duration, error) { return spawned(program) })
	if err != nil {
		return nil, err
	}
	return []row{compared("start of the first task", "true, vforked by os/exec and waited for", a, b)}, nil
}

func firstTask() (time.Duration, error) {
	s, err := newSession(`
def first():
    syscall("getpid")
`)
	if err != nil {
		return 0, err
	}
	defer s.close()
	return s.call("first")
}

// spawned runs a program to its end. os/exec starts it by clone(2) with
// CLONE_VFORK|CLONE_VM, as a C program does by posix_spawn(3).
func spawned(name string, args ...string) (time.Duration, error) {
	cmd := exec.Command(name, args...)
	start := time.Now()
	err := cmd.Run()
	return time.Since(start), err
}
