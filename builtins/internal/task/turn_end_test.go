package task

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestTurnInterrupted gives up calls that block at all times around the one
// when they are told: the task is awake, is about to sleep, is in the call, or
// is through with it. Whatever comes next gets its own answer.
func TestTurnInterrupted(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	for i := range 300 {
		get(t, s, "getpid")
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(rand.IntN(200))*time.Microsecond)
		p := new(Program)
		first := p.Call("getppid")
		p.Call("ppoll", Null, Int(0), Null, Null, Int(0))
		err := s.Do(ctx, p)
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("a call that was given up: %v", err)
		}
		if first.Ran() && first.Result() != int64(unix.Getpid()) {
			t.Fatalf("getppid returned %d", first.Result())
		}
		if got := get(t, s, "umask", Int(i&0o777)); i > 0 && got != int64((i-1)&0o777) {
			t.Fatalf("umask returned %#o after %#o", got, (i-1)&0o777)
		}
	}
}

// TestTurnKilled kills tasks that are told one thing after the other.
func TestTurnKilled(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	for range 200 {
		c, err := s.Clone(bounded(t), CloneOptions{})
		must(t, err)
		calls := rand.IntN(20)
		time.AfterFunc(time.Duration(rand.IntN(300))*time.Microsecond, func() { _ = c.kill(unix.SIGKILL) })
		for n := 0; err == nil; n++ {
			p := new(Program)
			p.Call("getpid")
			if n < calls {
				err = c.Do(bounded(t), p)
				continue
			}
			var w *Pending
			if w, err = c.Start(bounded(t), p); err == nil {
				err = w.Wait(bounded(t))
			}
		}
		if !errors.As(err, new(*Dead)) {
			t.Fatal(err)
		}
		if _, err := c.Wait(bounded(t)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTurnStopped tells a task something that a signal has stopped meanwhile.
func TestTurnStopped(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	c, err := s.Clone(bounded(t), CloneOptions{})
	must(t, err)
	for i := range 30 {
		if i%2 == 0 { // it is awake
			get(t, c, "getpid")
			get(t, c, "getpid")
		}
		must(t, c.kill(unix.SIGSTOP))
		ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		timer := time.AfterFunc(5*time.Millisecond, func() { _ = c.kill(unix.SIGCONT) })
		p := new(Program)
		pid := p.Call("getpid")
		err := c.Do(ctx, p)
		cancel()
		if err == nil && pid.Result() != int64(c.Pid()) {
			t.Fatalf("getpid returned %d to task %d", pid.Result(), c.Pid())
		}
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		timer.Stop()
		must(t, c.kill(unix.SIGCONT))
		get(t, c, "getpid")
	}
}

// TestTurnLast has a task that is awake clone, make programs and become one.
func TestTurnLast(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	ctx := bounded(t)
	for range 50 {
		c, err := s.Clone(ctx, CloneOptions{})
		must(t, err)
		get(t, c, "getpid")
		get(t, c, "getpid")
		g, err := c.Clone(ctx, CloneOptions{})
		must(t, err)
		if got := get(t, g, "getpid"); got != int64(g.Pid()) {
			t.Fatalf("getpid returned %d to task %d", got, g.Pid())
		}
		get(t, c, "getpid")
		p, err := c.Spawn(ctx, Command{Paths: []string{"/bin/true"}, Argv: []string{"true"}})
		must(t, err)
		if st, err := p.Wait(ctx); err != nil || st.Code != 0 || st.Signal != 0 {
			t.Fatalf("true: %+v, %v", st, err)
		}
		get(t, c, "getpid")
		get(t, c, "getpid")
		must(t, c.Exec(ctx, Command{Paths: []string{"/bin/sh"}, Argv: []string{"sh", "-c", "exit 3"}}))
		if st, err := c.Wait(ctx); err != nil || st.Code != 3 {
			t.Fatalf("sh: %+v, %v", st, err)
		}
		must(t, g.Close())
	}
}
