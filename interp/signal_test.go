package interp_test

import (
	"context"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"nstar/interp"
)

// A note is the first of several things that happen.
type note struct {
	mu   sync.Mutex
	text string
}

func (n *note) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.text == "" {
		n.text = string(p)
	}
	return len(p), nil
}

// TestSignalsBeforeOutput checks that signals are taken before anything is written: a pipe that nobody reads would
// end the process. A slow start of theirs gives whatever does not wait the time to be first.
func TestSignalsBeforeOutput(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"print(1)", "fail('x')", "x y", "wait(clone(0, lambda: 1 // 0))"} {
		var first note
		in := interp.New(interp.Options{
			Stdin: strings.NewReader(""), Stdout: &first, Stderr: &first,
			Signals: func() <-chan os.Signal {
				for range 10_000 {
					runtime.Gosched()
				}
				io.WriteString(&first, "signals")
				return nil
			},
		})
		in.RunCode(context.Background(), code)
		if err := in.Close(); err != nil {
			t.Error(err)
		}
		if first.text != "signals" {
			t.Errorf("%s: first comes %q", code, first.text)
		}
	}
}

// TestEndBeforeSignals ends sessions at once, whether or not signals have come to be taken: none are after that.
func TestEndBeforeSignals(t *testing.T) {
	alone(t)
	for range 100 {
		var closed atomic.Bool
		in := interp.New(interp.Options{
			Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard,
			Signals: func() <-chan os.Signal {
				if closed.Load() {
					t.Error("signals are asked for after the end")
				}
				return make(chan os.Signal)
			},
		})
		status := in.RunCode(context.Background(), "1")
		if err := in.Close(); err != nil || status != 0 {
			t.Fatalf("status %d, %v", status, err)
		}
		closed.Store(true)
		runtime.Gosched()
	}
}

// alone has one goroutine run at a time, which is then most likely the one that the test means to be first.
func alone(t *testing.T) {
	n := runtime.GOMAXPROCS(1)
	t.Cleanup(func() { runtime.GOMAXPROCS(n) })
}

// TestEndedContext runs a script in a context that has ended: it does not begin.
func TestEndedContext(t *testing.T) {
	alone(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for range 100 {
		in := interp.New(interp.Options{Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard})
		status := in.RunCode(ctx, "exit(7)")
		if err := in.Close(); err != nil {
			t.Error(err)
		}
		if status == 7 {
			t.Fatal("it ran")
		}
	}
}
