package interp_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"nstar/interp"
)

// TestStarlark runs the tests of scripts/tests, as nstar test does.
func TestStarlark(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("../scripts/tests/*_test.star")
	if len(files) == 0 {
		t.Fatal("no tests")
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		in := interp.New(interp.Options{Stdout: io.Discard, Stderr: io.Discard})
		names, err := in.Tests(file, text)
		in.Close()
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				switch r := interp.RunTest(t.Context(), interp.Options{Env: os.Environ()}, file, name); r.Verdict {
				case interp.Passed:
				case interp.SkippedTest:
					t.Skip(r.Why)
				default:
					t.Errorf("%s\n%s", r.Why, r.Output)
				}
			})
		}
	}
}

// A signal that comes when a session is over is left for the next one, though the session has been so short that
// it has not yet begun to listen.
func TestSignalAfterClose(t *testing.T) {
	t.Parallel()
	signals := make(chan os.Signal, 1)
	for range 200 {
		in := interp.New(interp.Options{Stdout: io.Discard, Stderr: io.Discard, Signals: func() <-chan os.Signal { return signals }})
		in.RunCode(t.Context(), "")
		if err := in.Close(); err != nil {
			t.Fatal(err)
		}
		signals <- os.Interrupt
		for range 10 {
			runtime.Gosched()
		}
		select {
		case <-signals:
		default:
			t.Fatal("the signal was taken")
		}
	}
}

// Ctrl-C while a test does what it has put off ends that call, and then all tests.
func TestInterruptedDeferral(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, fifo := filepath.Join(dir, "x_test.star"), filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("def late():\n    write_file(%q, 'late')\n    sleep(1000)\n\ndef test():\n    defer(late)\n", fifo)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	signals := make(chan os.Signal, 1)
	go func() {
		_, _ = os.ReadFile(fifo)
		signals <- os.Interrupt
	}()
	r := interp.RunTest(t.Context(), interp.Options{Signals: func() <-chan os.Signal { return signals }}, file, "test")
	if r.Verdict != interp.Interrupted {
		t.Errorf("%+v", r)
	}
}
