package task

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestHiddenChildIsNobodysBusiness has WaitAny called while keepers and the
// init of a PID namespace come and go: they are neither waited for nor told of.
func TestHiddenChildIsNobodysBusiness(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	ctx := bounded(t)
	c, err := s.Clone(ctx, CloneOptions{})
	must(t, err)
	p := new(Program)
	p.Call("unshare", Int(unix.CLONE_NEWUSER|unix.CLONE_NEWPID))
	must(t, c.Do(ctx, p))
	for range 20 {
		r, err := c.Spawn(ctx, Command{Paths: []string{"/bin/true"}, Argv: []string{"true"}, Init: true, Contain: true})
		must(t, err)
		must(t, r.KillTree())
		if u, err := c.WaitAny(ctx); !errors.Is(err, unix.ECHILD) {
			t.Fatalf("WaitAny: %+v, %v", u, err)
		}
	}
	init := c.init
	if init == nil {
		t.Fatal("there is no init")
	}
	if u, err := c.WaitPid(ctx, init.nspid); !errors.Is(err, unix.ECHILD) {
		t.Errorf("WaitPid: %+v, %v", u, err)
	}
	must(t, c.Close())
	if _, err := init.Wait(ctx); err != nil {
		t.Error("the init has outlived its task:", err)
	}
}

// TestReleaseSparesWhatIsLeft lets go of a program whose child goes on: a
// KillTree that comes too late does not find it.
func TestReleaseSparesWhatIsLeft(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	ctx := bounded(t)
	r, err := s.Spawn(ctx, Command{Paths: []string{"/bin/sh"}, Argv: []string{"sh", "-c", "sleep 1000 & :"}, Contain: true})
	must(t, err)
	if _, err := r.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	k := r.keeper.Load()
	left := childrenOf(k.pid)
	if len(left) != 1 {
		t.Fatalf("the keeper has the children %v, want one", left)
	}
	r.Release()
	_, _ = k.Wait(context.WithoutCancel(ctx))
	must(t, r.KillTree())
	if parent := parentOf(left[0]); parent != s.pid {
		t.Errorf("the parent of what was left is %d, want the shell, %d", parent, s.pid)
	}
}

// TestReleaseWhileKilled kills a task with the program that it runs, whose end
// somebody waits for who then lets go of what it has left: nothing is left.
func TestReleaseWhileKilled(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	ctx := bounded(t)
	c, err := s.Clone(ctx, CloneOptions{})
	must(t, err)
	for range 10 {
		const fork = "for i in 1 2 3 4 5 6 7 8; do setsid sleep 1000 & done; echo; wait"
		r, w, err := os.Pipe()
		must(t, err)
		p, err := c.Spawn(ctx, Command{Paths: []string{"/bin/sh"}, Argv: []string{"sh", "-c", fork},
			Env: []string{"PATH=/bin:/usr/bin"}, Files: map[int]int{1: int(w.Fd())}, Contain: true})
		must(t, err)
		w.Close()
		_, err = r.Read(make([]byte, 1))
		must(t, err)
		r.Close()
		released := make(chan struct{})
		go func() {
			_, _ = p.Wait(ctx)
			p.Release()
			close(released)
		}()
		must(t, c.KillTree())
		wait(t, released)
		for left := childrenOf(s.pid); len(left) > 0; left = childrenOf(s.pid) { // the keeper may be dying
			if ctx.Err() != nil {
				t.Fatalf("processes %v are left", left)
			}
			time.Sleep(time.Millisecond)
		}
		c, err = s.Clone(ctx, CloneOptions{})
		must(t, err)
	}
}

// TestZombie asks of tasks that have and that have not been waited for.
func TestZombie(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	c, err := s.Clone(bounded(t), CloneOptions{})
	must(t, err)
	if c.zombie() {
		t.Error("a task that lives is said to have ended")
	}
	must(t, c.Close())
	wait(t, c.Done())
	if !c.zombie() {
		t.Error("a task that has been waited for is not said to have ended")
	}
}
