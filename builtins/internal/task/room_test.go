package task

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// alone runs the test once more in a process of its own, and returns true
// there. For tests that count or change what belongs to the whole process, and
// for those that would bring it down.
func alone(t *testing.T) bool {
	t.Helper()
	const variable = "TASK_TEST_ALONE"
	if os.Getenv(variable) != "" {
		return true
	}
	t.Parallel()
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v", "-test.timeout=2m")
	cmd.WaitDelay = time.Minute                                                  // what outlives it has its output open, too
	cmd.Env = append(os.Environ(), variable+"=1", "GODEBUG=containermaxprocs=0") // which keeps no descriptors
	out, err := cmd.CombinedOutput()
	switch {
	case err != nil:
		t.Errorf("%v\n%s", err, out)
	case strings.Contains(string(out), "--- SKIP"):
		t.Skipf("%s", out)
	}
	return false
}

// TestNoRoomForDescriptors leaves the host room for some descriptors only:
// what needs more fails with EMFILE and leaves no process behind.
func TestNoRoomForDescriptors(t *testing.T) {
	if !alone(t) {
		return
	}
	s := newShell(t)
	limit := new(unix.Rlimit)
	must(t, unix.Getrlimit(unix.RLIMIT_NOFILE, limit))
	free, err := unix.Dup(0)
	must(t, err)
	unix.Close(free)
	const most = 16
	for room := range most {
		less := unix.Rlimit{Cur: uint64(free + room), Max: limit.Max}
		must(t, unix.Setrlimit(unix.RLIMIT_NOFILE, &less))
		made, errs := makeEverything(s)
		must(t, unix.Setrlimit(unix.RLIMIT_NOFILE, limit))
		for _, c := range made {
			must(t, c.Close())
		}
		for _, pid := range childrenOf(s.Pid()) {
			awaitDeath(t, pid)
		}
		if n := s.engine.Live(); n != 1 {
			t.Errorf("with room for %d descriptors, %d tasks are left", room, n)
		}
		get(t, s, "getpid")
		if len(errs) == 0 {
			return
		}
		for _, err := range errs {
			if !errors.Is(err, unix.EMFILE) {
				t.Errorf("with room for %d descriptors: %v", room, err)
			}
		}
	}
	t.Errorf("room for %d descriptors is not enough", most)
}

// makeEverything does whatever needs descriptors in the host.
func makeEverything(s *Task) (made []*Task, errs []error) {
	ctx := context.Background()
	note := func(c *Task, err error) {
		if err != nil {
			errs = append(errs, err)
			return
		}
		made = append(made, c)
	}
	note(s.Spawn(ctx, Command{Paths: []string{"/bin/sleep"}, Argv: []string{"sleep", "1000"}}))
	note(s.Clone(ctx, CloneOptions{}))
	p := new(Program)
	p.Take(p.Call("openat", Int(unix.AT_FDCWD), Str("/dev/null"), Int(unix.O_RDONLY), Int(0)))
	if err := s.Do(ctx, p); err != nil {
		errs = append(errs, err)
	}
	closeAll(p.Taken())
	return made, errs
}
