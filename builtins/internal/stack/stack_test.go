package stack

import (
	"runtime"
	"testing"
)

// TestGrow checks with the runtime's own count that the stack has become larger, on a goroutine that is new.
func TestGrow(t *testing.T) {
	inUse := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.StackInuse
	}
	const goroutines = 64
	before := inUse()
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
	if after := inUse(); after < before+goroutines*30000 {
		t.Errorf("%d stacks take %d bytes", goroutines, after-before)
	}
}
