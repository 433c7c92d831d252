package task

import (
	"bytes"
	"context"
	"errors"
	"math/rand"
	"os"
	"runtime"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// TestCloseWhileShellBlocks needs the shell, which is in a call that does not
// return, to learn of the end of its child.
func TestCloseWhileShellBlocks(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	s, err := e.Shell(bounded(t))
	must(t, err)
	_, err = s.Clone(bounded(t), CloneOptions{})
	must(t, err)
	blocked := block(t, context.Background(), s)
	must(t, e.Close())
	if err := wait(t, blocked); err == nil {
		t.Error("a call that cannot return has succeeded")
	}
}

// TestCloseWhileCallIsRepeated is the same with a call that is made again when
// it was interrupted by nobody who asked for it.
func TestCloseWhileCallIsRepeated(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	s, err := e.Shell(bounded(t))
	must(t, err)
	c, err := s.Clone(bounded(t), CloneOptions{})
	must(t, err)
	done := make(chan error, 1)
	p := new(Program)
	p.Call("ppoll", Null, Int(0), Null, Null, Int(0))
	go func() { done <- s.Do(context.Background(), p) }()
	for len(s.busy) == 0 {
		get(t, c, "getpid")
	}
	must(t, e.Close())
	if err := wait(t, done); err == nil {
		t.Error("a call that cannot return has succeeded")
	}
}

// TestReusedPid gives the pid of a shell that has ended to a stranger, whose
// child Close must leave alone.
func TestReusedPid(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("set_tid needs CAP_CHECKPOINT_RESTORE")
	}
	ctx := bounded(t)
	e := newEngine(t)
	s, err := e.Shell(ctx)
	must(t, err)
	must(t, s.Exec(ctx, Command{Paths: []string{"/bin/true"}, Argv: []string{"true"}}))
	_, err = s.Wait(ctx)
	must(t, err)
	stranger, err := newShell(t).Clone(ctx, CloneOptions{SetTid: []int{s.Pid()}})
	if errors.Is(err, unix.EEXIST) || errors.Is(err, unix.EPERM) {
		t.Skip("the pid cannot be had: ", err)
	}
	must(t, err)
	child, err := stranger.Spawn(ctx, Command{Paths: []string{"/bin/sleep"}, Argv: []string{"sleep", "1000"}})
	must(t, err)
	must(t, e.Close())
	must(t, child.Signal(ctx, unix.SIGTERM)) // a SIGKILL that was sent before comes first
	st, err := child.Wait(ctx)
	must(t, err)
	if st.Signal != unix.SIGTERM {
		t.Errorf("the child of a stranger was killed: %+v", st)
	}
}

// TestCloseInFlight closes an engine while many are making tasks, at another
// moment each time, and counts what is left.
func TestCloseInFlight(t *testing.T) {
	if !alone(t) {
		return
	}
	bell(t) // whatever the Go runtime opens for good is open now
	before := holdings(t)
	for round := range 20 {
		closeInFlight(t, 5*round)
	}
	after := holdings(t)
	for patience := bounded(t); after.more(before) && patience.Err() == nil; after = holdings(t) {
		runtime.Gosched() // the last ends are noticed a moment later
	}
	if after.more(before) {
		t.Errorf("%+v is left, %+v before", after, before)
	}
}

// closeInFlight closes an engine after so many steps of those who use it.
func closeInFlight(t *testing.T, steps int) {
	e := newEngine(t)
	s, err := e.Shell(context.Background())
	must(t, err)
	var wg sync.WaitGroup
	step := make(chan struct{})
	for i := range 8 {
		wg.Go(func() {
			r := rand.New(rand.NewSource(int64(steps*100 + i)))
			for me, err := s, error(nil); err == nil; {
				step <- struct{}{}
				me, err = anything(r, s, me, i > 0)
			}
		})
	}
	for range steps {
		<-step
	}
	closed := make(chan error, 1)
	go func() { closed <- e.Close() }()
	over := make(chan bool, 1)
	go func() {
		wg.Wait()
		over <- true
		close(step)
	}()
	go func() {
		for range step {
		}
	}()
	if err := wait(t, closed); err != nil {
		t.Errorf("after %d steps: %v", steps, err)
	}
	wait(t, over)
}

// anything makes a child, a program or a call, and returns whom to go on with.
// The shell must not block: the others need it.
func anything(r *rand.Rand, s, me *Task, mayBlock bool) (*Task, error) {
	ctx := context.Background()
	name := "getpid"
	switch r.Intn(4) {
	case 0:
		return me.Clone(ctx, CloneOptions{})
	case 1:
		_, err := me.Spawn(ctx, Command{Paths: []string{"/bin/sleep"}, Argv: []string{"sleep", "1000"}})
		return me, err
	case 2:
		if mayBlock && me != s {
			name = "ppoll"
		}
	}
	p := new(Program)
	p.Call(name, Null, Int(0), Null, Null, Int(0))
	return me, me.Do(ctx, p)
}

// held is what tasks cost the host.
type held struct{ fds, arenas int }

func (h held) more(than held) bool { return h.fds > than.fds || h.arenas > than.arenas }

func holdings(t *testing.T) (h held) {
	t.Helper()
	dir, err := os.ReadDir("/proc/self/fd")
	must(t, err)
	maps, err := os.ReadFile("/proc/self/maps")
	must(t, err)
	return held{len(dir), bytes.Count(maps, []byte("nstar-arena"))}
}
