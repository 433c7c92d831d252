package task

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

var seeds = flag.Int("seeds", 2, "how many sequences TestKilledAtRandom tries")

// TestKilledAtRandom makes tasks and programs at every depth and kills some
// meanwhile. Whatever fails does so for a reason, each end is noticed, and
// nothing is left.
func TestKilledAtRandom(t *testing.T) {
	t.Parallel()
	for seed := range *seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			killedAtRandom(t, int64(seed))
		})
	}
}

// crowd is the tasks that several goroutines make and kill.
type crowd struct {
	shell *Task
	mu    sync.Mutex
	all   []*Task
}

func (c *crowd) add(t *Task) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = append(c.all, t)
}

// pick returns the shell more often than any other.
func (c *crowd) pick(r *rand.Rand) *Task {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.all) == 0 || r.Intn(3) == 0 {
		return c.shell
	}
	return c.all[r.Intn(len(c.all))]
}

func killedAtRandom(t *testing.T, seed int64) {
	const workers, turns = 4, 150
	ctx := bounded(t)
	c := &crowd{shell: newShell(t)} // which checks what is left
	var wg sync.WaitGroup
	for i := range workers {
		wg.Go(func() {
			r := rand.New(rand.NewSource(seed*workers + int64(i)))
			for turn := range turns {
				if what, err := c.turn(ctx, r); !expected(err) {
					t.Errorf("worker %d, turn %d, %s: %v", i, turn, what, err)
				}
			}
		})
	}
	wg.Wait()
	for _, x := range c.all {
		if x.zombie() {
			wait(t, x.Done())
		}
	}
	get(t, c.shell, "getpid")
	must(t, c.shell.engine.Close())
	for _, x := range c.all {
		wait(t, x.Done())
	}
}

// turn does one thing with some task.
func (c *crowd) turn(ctx context.Context, r *rand.Rand) (what string, err error) {
	me := c.pick(r)
	var made *Task
	switch n := r.Intn(12); {
	case n < 4:
		what = "clone"
		flags := []uint64{0, unix.CLONE_NEWUSER | unix.CLONE_NEWPID, unix.CLONE_NEWUSER}[r.Intn(3)]
		made, err = me.Clone(ctx, CloneOptions{Flags: flags})
	case n < 6:
		path := []string{"/bin/true", "/bin/sleep", "/nonexistent"}[r.Intn(3)]
		what = "spawn " + path
		made, err = me.Spawn(ctx, Command{Paths: []string{path}, Argv: []string{path, "1000"}})
	case n < 8 || me == c.shell:
		what = "call"
		p := new(Program)
		p.Call("getpid")
		err = me.Do(ctx, p)
	case n < 9:
		what = "exec"
		err = me.Exec(ctx, Command{Paths: []string{"/bin/sleep"}, Argv: []string{"sleep", "1000"}})
	default:
		what = "kill"
		_ = me.kill(unix.SIGKILL) // which may have ended
		_, err = me.Wait(ctx)
	}
	if err == nil && made != nil {
		c.add(made)
	}
	return fmt.Sprint(what, " by ", me.Pid()), err
}

// expected are the errors that this may lead to: of a task that was killed; of
// a program that is not there; of a PID namespace whose init has ended; of user
// namespaces that are forbidden, without a map, too deep or too many.
func expected(err error) bool {
	if err == nil || errors.As(err, new(*Dead)) {
		return true
	}
	for _, errno := range []unix.Errno{unix.ENOENT, unix.ENOMEM, unix.EPERM, unix.EACCES, unix.EUSERS, unix.ENOSPC} {
		if errors.Is(err, errno) {
			return true
		}
	}
	return false
}
