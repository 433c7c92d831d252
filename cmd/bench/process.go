package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// processRow is a whole process that does nothing, against the least that a
// Go program can be. Both are built here, with the same flags.
func processRow(s size) ([]row, error) {
	const what = "nstar -c '', the whole process"
	if _, err := exec.LookPath("go"); err != nil {
		return nil, &missingError{what, err.Error()}
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	empty := filepath.Join(dir, "empty.go")
	if err := os.WriteFile(empty, []byte("package main\n\nfunc main() {}\n"), 0o666); err != nil {
		return nil, err
	}
	nstar, nothing := filepath.Join(dir, "nstar"), filepath.Join(dir, "nothing")
	for exe, pkg := range map[string]string{nstar: "nstar/cmd/nstar", nothing: empty} {
		if err := build(exe, pkg); err != nil {
			return nil, err
		}
	}
	a, b, err := compare(10*s.rounds, func() (time.Duration, error) { return spawned(nstar, "-c", "") },
		func() (time.Duration, error) { return spawned(nothing) })
	if err != nil {
		return nil, err
	}
	return []row{compared(what, "an empty Go program", a, b)}, nil
}

func build(exe, pkg string) error {
	cmd := exec.Command("go", "build", "-ldflags=-s -w", "-o", exe, pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	var out []byte
	err := unhurried(func() (err error) {
		out, err = cmd.CombinedOutput()
		return err
	})
	if err != nil {
		return fmt.Errorf("go build %s: %w\n%s", pkg, err, out)
	}
	return nil
}

// unhurried calls f, and whatever that starts, under the ordinary scheduling policy: who measures with real-time
// priority, so that nothing else is in the way, must not build with it. Go programs wait for each other in loops.
func unhurried(f func() error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before, err := unix.SchedGetAttr(0, 0)
	if err != nil {
		return os.NewSyscallError("sched_getattr", err)
	}
	if err := unix.SchedSetAttr(0, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_NORMAL}, 0); err != nil {
		return os.NewSyscallError("sched_setattr", err)
	}
	return errors.Join(f(), os.NewSyscallError("sched_setattr", unix.SchedSetAttr(0, before, 0)))
}
