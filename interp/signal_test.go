package interp_test

import (
	"context"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"nstar/interp"
)

// A diary notes what happens first.
type diary struct {
	mu    sync.Mutex
	lines []string
}

func (d *diary) note(line string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, line)
}

// A watcher calls what it is told when it is given text.
type watcher func(text string)

func (w watcher) Write(p []byte) (int, error) {
	w(string(p))
	return len(p), nil
}

// TestReady holds back the taking of signals until a task has been made: clone does not wait for it, and what is
// printed after does.
func TestReady(t *testing.T) {
	t.Parallel()
	var d diary
	made := make(chan struct{})
	traced := func(text string) {
		if strings.Contains(text, "clone3(") {
			d.note("clone")
			close(made)
		}
	}
	in := interp.New(interp.Options{
		Stdin: strings.NewReader(""), Stdout: watcher(func(text string) { d.note(text) }), Stderr: watcher(traced), Trace: true,
		Signals: func() <-chan os.Signal {
			<-made
			d.note("signals")
			return nil
		},
	})
	status := in.RunCode(context.Background(), "clone()\nprint('printed')")
	if err := in.Close(); err != nil || status != 0 {
		t.Fatalf("status %d, %v", status, err)
	}
	if want := []string{"clone", "signals", "printed\n"}; !slices.Equal(d.lines, want) {
		t.Errorf("got %q, want %q", d.lines, want)
	}
}

// TestEndBeforeReady ends a session at once, whether or not signals have come to be taken.
func TestEndBeforeReady(t *testing.T) {
	t.Parallel()
	for range 100 {
		in := interp.New(interp.Options{
			Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard,
			Signals: func() <-chan os.Signal { return make(chan os.Signal) },
		})
		status := in.RunCode(context.Background(), "1")
		if err := in.Close(); err != nil || status != 0 {
			t.Fatalf("status %d, %v", status, err)
		}
	}
}
