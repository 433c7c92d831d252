package builtins

import (
	"context"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// A diary notes what is traced of some calls, in their order.
type diary struct {
	mu    sync.Mutex
	lines []string
	made  chan struct{} // closed by the first clone
}

func (d *diary) note(line string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, line)
}

func (d *diary) Write(line []byte) (int, error) {
	switch s := string(line); {
	case strings.Contains(s, "clone3("):
		d.note("clone")
		close(d.made)
	case strings.Contains(s, "sethostname("):
		d.note("sethostname")
	}
	return len(line), nil
}

// TestReady is not ready until a task has been made: clone does not wait for that, and the word after it does.
func TestReady(t *testing.T) {
	t.Parallel()
	d := &diary{made: make(chan struct{})}
	ready := sync.OnceFunc(func() {
		select {
		case <-d.made:
		case <-time.After(10 * time.Second):
		}
		d.note("ready")
	})
	h := NewHost(Options{Stdout: io.Discard, Stderr: d, Trace: true, Ready: ready})
	err := h.script(context.Background(), `sethostname("inner", task=clone(CLONE_NEWUSER | CLONE_NEWUTS))`, nil)
	if err != nil {
		t.Error(err)
	}
	if err := h.Close(); err != nil {
		t.Error(err)
	}
	if want := []string{"clone", "ready", "sethostname"}; !slices.Equal(d.lines, want) {
		t.Errorf("got %q, want %q", d.lines, want)
	}
}
