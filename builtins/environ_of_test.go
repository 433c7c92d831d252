package builtins

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"
)

// TestEnvironWhileExecuting reads the environment of a process that gets one
// between two looks.
func TestEnvironWhileExecuting(t *testing.T) {
	stat := "7 (a) b) R" + strings.Repeat(" 1", 49)
	looks := 0
	read := func(path string) ([]byte, error) {
		looks++
		if strings.HasSuffix(path, "/stat") {
			return []byte(stat), nil
		}
		if looks == 1 {
			return nil, nil
		}
		return []byte("A=1\x00"), nil
	}
	if text, err := new(Call).environ("/proc/7", read); string(text) != "A=1\x00" || err != nil {
		t.Errorf("environ: %q, %v", text, err)
	}
}

// TestExecuting knows a process that has no environment yet, or not its own.
func TestExecuting(t *testing.T) {
	with := func(name, envEnd string) string {
		return "7 (" + name + ") R" + strings.Repeat(" 1", 47) + " " + envEnd + " 1"
	}
	for stat, want := range map[string]bool{
		with("a) b", "1"): false, with("a) b", "0"): true, with("nstar-task", "1"): true, with("a (nstar-task) b", "1"): false, "": false,
	} {
		if got := executing(stat); got != want {
			t.Errorf("%q: %v", stat, got)
		}
	}
}

// TestEnvironThatNeverComes reads an environment that blocks, as one does whose
// memory somebody else should fill in.
func TestEnvironThatNeverComes(t *testing.T) {
	h, _ := session(t)
	dir := t.TempDir()
	if err := unix.Mkfifo(dir+"/environ", 0o600); err != nil {
		t.Fatal(err)
	}
	given := errors.New("given up")
	ctx, stop := context.WithTimeoutCause(t.Context(), 50*time.Millisecond, given)
	defer stop()
	over := make(chan error, 1)
	go func() {
		over <- h.Run(t.Context(), "test", func(thread *starlark.Thread) error {
			c := &Call{Host: h, Thread: thread, ctx: ctx}
			_, err := c.environ(dir, c.hostFile)
			return err
		})
	}()
	select {
	case err := <-over:
		if !errors.Is(err, given) {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Error("it cannot be interrupted")
	}
	w, err := os.OpenFile(dir+"/environ", os.O_WRONLY, 0) // the reader goes on
	if err != nil {
		t.Fatal(err)
	}
	w.Close()
}
