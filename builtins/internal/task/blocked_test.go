package task

import (
	"context"
	"errors"
	"os"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// bounded is a context that only a test that hangs will see the end of.
func bounded(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// wait takes what comes from c.
func wait[T any](t testing.TB, c <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-c:
	case <-bounded(t).Done():
		stacks := make([]byte, 1<<18)
		t.Fatalf("it hangs\n%s", stacks[:runtime.Stack(stacks, true)])
	}
	return v
}

// bell is a pipe that tells the test what a task has come to.
func bell(t testing.TB) (r *os.File, w int) {
	r, f, err := os.Pipe()
	must(t, err)
	t.Cleanup(func() { r.Close(); f.Close() })
	must(t, r.SetReadDeadline(time.Now().Add(time.Minute)))
	return r, int(f.Fd())
}

// block has a task make a call that does not return, and returns when it is
// about to.
func block(t testing.TB, ctx context.Context, task *Task) <-chan error {
	t.Helper()
	r, w := bell(t)
	p := new(Program)
	p.Call("write", p.Lend(w), Bytes([]byte("!")), Int(1))
	p.Call("ppoll", Null, Int(0), Null, Null, Int(0))
	done := make(chan error, 1)
	go func() { done <- task.Do(ctx, p) }()
	_, err := r.Read(make([]byte, 1))
	must(t, err)
	return done
}

// TestChildOfBlockedTask ends while its parent cannot wait for it.
func TestChildOfBlockedTask(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	ctx, cancel := context.WithCancel(bounded(t))
	c, err := s.Clone(ctx, CloneOptions{})
	must(t, err)
	blocked := block(t, ctx, s)
	must(t, c.Close())
	select {
	case err := <-blocked:
		t.Errorf("the parent's call was interrupted: %v", err)
	default:
	}
	cancel()
	if err := wait(t, blocked); !errors.Is(err, context.Canceled) {
		t.Errorf("the parent's call: %v", err)
	}
	get(t, s, "getpid")
	if st := wait(t, c.Done()); len(childrenOf(s.Pid())) > 0 {
		t.Errorf("nobody waited for the child: %v", st)
	}
}

// TestStoppedStub interrupts a call of a stub that cannot even take the signal.
// It takes two seconds: then the stub is killed.
func TestStoppedStub(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	c, err := s.Clone(bounded(t), CloneOptions{})
	must(t, err)
	must(t, c.kill(unix.SIGSTOP))
	wait(t, c.Stopped())
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	p := new(Program)
	p.Call("getpid")
	go func() { done <- c.Do(ctx, p) }()
	for len(c.busy) == 0 && len(done) == 0 {
		get(t, s, "getpid") // until Do holds the task
	}
	cancel()
	err = wait(t, done)
	var dead *Dead
	if !errors.Is(err, context.Canceled) && (!errors.As(err, &dead) || dead.Status.Signal != unix.SIGKILL) {
		t.Errorf("the call of a stopped stub: %v", err)
	}
	get(t, s, "getpid")
}

// TestStoppedStubGoesOn cancels a call of a stopped stub that goes on before it
// is given up.
func TestStoppedStubGoesOn(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	c, err := s.Clone(bounded(t), CloneOptions{})
	must(t, err)
	must(t, c.kill(unix.SIGSTOP))
	wait(t, c.Stopped())
	done := make(chan error, 1)
	p := new(Program)
	p.Call("getpid")
	go func() { done <- c.Do(bounded(t), p) }()
	for len(c.busy) == 0 && len(done) == 0 {
		get(t, s, "getpid")
	}
	must(t, c.kill(unix.SIGCONT))
	must(t, wait(t, done))
}
