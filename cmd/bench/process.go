package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
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
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", pkg, err, out)
	}
	return nil
}
