package task

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"
)

// TestCancelledStart gives up the start of the shell at all times: that takes no longer than the start, and the
// next one succeeds.
func TestCancelledStart(t *testing.T) {
	t.Parallel()
	const patience = 2 * time.Second // of what takes a millisecond
	for range 60 {
		e := New(Options{})
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(time.Duration(rand.IntN(800))*time.Microsecond, cancel)
		start := time.Now()
		_, _ = e.Shell(ctx)
		if took := time.Since(start); took > patience {
			t.Errorf("a start that was given up took %v", took)
		}
		if _, err := e.Shell(context.Background()); err != nil {
			t.Errorf("the next start: %v", err)
		}
		must(t, e.Close())
		cancel()
	}
}
