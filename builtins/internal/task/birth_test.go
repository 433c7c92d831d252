package task

import (
	"context"
	"errors"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// TestChildEndIsNotStolen has WaitAny called while children are made that end
// before anybody knows of them.
func TestChildEndIsNotStolen(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	ctx, cancel := context.WithCancel(bounded(t))
	_, err := s.Clone(ctx, CloneOptions{}) // so that there is somebody to wait for
	must(t, err)
	var wg sync.WaitGroup
	wg.Go(func() {
		for ctx.Err() == nil {
			if u, err := s.WaitAny(ctx); err == nil {
				t.Errorf("an end was stolen: %+v", u)
			} else if !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		}
	})
	for range 200 {
		_, err := s.Spawn(ctx, Command{Paths: []string{"/nonexistent"}, Argv: []string{"x"}})
		if !errors.Is(err, unix.ENOENT) {
			t.Fatal(err)
		}
		if n := s.engine.Live(); n != 2 {
			t.Fatalf("%d tasks live: the end of one has been missed", n)
		}
	}
	cancel()
	wg.Wait()
}

// TestWaitAnyKnowsEveryChild has WaitAny called while programs run that are
// over at once: it returns each once, and as the task that it is.
func TestWaitAnyKnowsEveryChild(t *testing.T) {
	t.Parallel()
	const many = 50
	s := newShell(t)
	ctx := bounded(t)
	keep, err := s.Clone(ctx, CloneOptions{})
	must(t, err)
	ended := make(map[*Task]int)
	var wg sync.WaitGroup
	wg.Go(func() {
		for range many {
			u, err := s.WaitAny(ctx)
			if err != nil {
				t.Error(err)
				return
			}
			ended[u.Task]++
		}
	})
	var made []*Task
	for range many {
		c, err := s.Spawn(ctx, Command{Paths: []string{"/bin/true"}, Argv: []string{"true"}})
		must(t, err)
		made = append(made, c)
	}
	wg.Wait()
	for _, c := range made {
		if ended[c] != 1 {
			t.Errorf("WaitAny has returned task %d %d times", c.Pid(), ended[c])
		}
	}
	must(t, keep.Close())
}

// TestCancelledBeforeBirth makes no child at all.
func TestCancelledBeforeBirth(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Clone(ctx, CloneOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("clone: %v", err)
	}
	if _, err := s.Spawn(ctx, Command{Paths: []string{"/bin/true"}, Argv: []string{"true"}}); !errors.Is(err, context.Canceled) {
		t.Errorf("spawn: %v", err)
	}
	if pids := childrenOf(s.Pid()); len(pids) > 0 {
		t.Errorf("the shell has children %v", pids)
	}
}

// TestBirthInDeadPidNamespace fails with ENOMEM, see pid_namespaces(7), and the
// task goes on.
func TestBirthInDeadPidNamespace(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	ctx := bounded(t)
	u, err := s.Clone(ctx, CloneOptions{})
	must(t, err)
	p := new(Program)
	p.Call("unshare", Int(unix.CLONE_NEWUSER|unix.CLONE_NEWPID))
	if err := u.Do(ctx, p); err != nil {
		t.Skip("no user namespace: ", err)
	}
	first, err := u.Clone(ctx, CloneOptions{})
	must(t, err)
	must(t, first.Close())
	if _, err := u.Spawn(ctx, Command{Paths: []string{"/bin/true"}, Argv: []string{"true"}}); !errors.Is(err, unix.ENOMEM) {
		t.Errorf("spawn: %v", err)
	}
	if _, err := u.Clone(ctx, CloneOptions{}); !errors.Is(err, unix.ENOMEM) {
		t.Errorf("clone: %v", err)
	}
	get(t, u, "getpid")
}

// TestBlockedBirth cancels a Spawn whose child blocks before it has executed
// the program: the child is killed, which takes a second, and the task that
// waits for it in clone3 survives, as do its other children.
func TestBlockedBirth(t *testing.T) {
	t.Parallel()
	b, err := newShell(t).Clone(bounded(t), CloneOptions{})
	must(t, err)
	other, err := b.Clone(bounded(t), CloneOptions{})
	must(t, err)
	_, _ = blockedBirth(t, b)
	get(t, b, "getpid")
	get(t, other, "getpid")
	for _, pid := range childrenOf(b.Pid()) {
		if pid != other.Pid() {
			awaitDeath(t, pid)
		}
	}
}

// blockedBirth returns what such a Spawn returns.
func blockedBirth(t *testing.T, b *Task) (*Task, error) {
	t.Helper()
	r, w := bell(t)
	setup := new(Program)
	setup.Call("write", Int(9), Bytes([]byte("!")), Int(1))
	setup.Call("ppoll", Null, Int(0), Null, Null, Int(0))
	ctx, cancel := context.WithCancel(bounded(t))
	go func() {
		_, err := r.Read(make([]byte, 1))
		if err != nil {
			t.Error(err)
		}
		cancel()
	}()
	return b.Spawn(ctx, Command{Paths: []string{"/bin/true"}, Argv: []string{"true"},
		Files: map[int]int{9: w}, Setup: setup.calls})
}
