package task

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestBlockedBirthIsNoSuccess has Spawn say that the program was not executed.
func TestBlockedBirthIsNoSuccess(t *testing.T) {
	t.Parallel()
	if c, err := blockedBirth(t, newShell(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("spawn: %v, %v", c, err)
	}
}

// TestImageIsClosedOnce starts a shell when the image gets a number that the
// shell is born with, so that it is moved. Whoever closes the old number then
// closes what another goroutine has opened.
func TestImageIsClosedOnce(t *testing.T) {
	if !alone(t) {
		return
	}
	var low []int
	for n := 0; n <= bornArena+1; {
		var err error
		n, err = unix.Open("/dev/null", unix.O_RDONLY|unix.O_CLOEXEC, 0)
		must(t, err)
		low = append(low, n)
	}
	if low[0] > bornArena+1 {
		t.Skip("no low descriptor is free")
	}
	e := newEngine(t)
	var err error
	e.poller, err = newPoller()
	must(t, err)
	unix.Close(low[0])
	e.shell, err = e.startShell(bounded(t))
	must(t, err)
	dir, err := os.ReadDir("/proc/self/fd")
	must(t, err)
	for _, d := range dir {
		if l, _ := os.Readlink("/proc/self/fd/" + d.Name()); strings.HasPrefix(l, "/memfd:nstar-task") {
			t.Errorf("the image is open as %s, and %d was closed in its stead", d.Name(), low[0])
		}
	}
}
