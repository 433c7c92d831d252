package task

import (
	"context"
	"math/rand/v2"
	"os"
	"testing"
	"time"
)

// TestTurn tells a task something at all times around the one when it gives up
// looking and sleeps: by a word, by a message, by a message with a descriptor.
func TestTurn(t *testing.T) {
	t.Parallel()
	const calls = 5000
	shell := newShell(t)
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	told := 0
	for range calls {
		for until := time.Now().Add(time.Duration(rand.IntN(100)) * time.Microsecond / 2); time.Now().Before(until); {
		}
		var p Program
		if rand.IntN(4) == 0 {
			p.Call("fcntl", p.Lend(int(null.Fd())), Int(1)) // F_GETFD
		}
		pid := p.Call("getpid")
		if err := shell.Do(context.Background(), &p); err != nil {
			t.Fatal(err)
		}
		if got := int(pid.Result()); got != shell.Pid() {
			t.Fatalf("getpid returned %d to task %d", got, shell.Pid())
		}
		if shell.arena.header().next == shell.seq {
			told++
		}
	}
	t.Logf("%d of %d programs took no message", told, calls)
}

// TestTurnLeavesTimeForChildren keeps a task busy, which is told one thing after
// the other without a pause: it waits for a child that has ended all the same.
func TestTurnLeavesTimeForChildren(t *testing.T) {
	t.Parallel()
	const calls = 200
	s := newShell(t)
	for range 20 {
		c, err := s.Spawn(context.Background(), Command{Paths: []string{"/bin/sleep"}, Argv: []string{"sleep", "0.01"}})
		must(t, err)
		for ended := false; !ended; {
			ended = c.zombie()
			for range calls {
				get(t, s, "getpid")
			}
		}
		if parentOf(c.pid) == s.pid {
			t.Errorf("the child has not been waited for after %d calls", calls)
		}
	}
}
