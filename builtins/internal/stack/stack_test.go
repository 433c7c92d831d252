package stack

import (
	"runtime/metrics"
	"testing"
)

// TestGrow holds many new goroutines that have called Grow, and looks at what their stacks take.
func TestGrow(t *testing.T) {
	const goroutines = 64
	grown, stop := make(chan struct{}), make(chan struct{})
	defer close(stop)
	for range goroutines {
		go func() {
			Grow()
			grown <- struct{}{}
			<-stop
		}()
	}
	for range goroutines {
		<-grown
	}
	stacks := []metrics.Sample{{Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(stacks)
	if n := stacks[0].Value.Uint64(); n < goroutines*30000 {
		t.Errorf("%d stacks take %d bytes", goroutines, n)
	}
}
