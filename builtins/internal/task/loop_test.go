package task

import (
	"context"
	"flag"
	"os"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

var clones = flag.Int("clones", 50, "how many clones TestLoop makes with each set of flags")

// TestLoop makes and ends many tasks with each namespace type, and counts what
// is left: processes, descriptors, the host's memory.
func TestLoop(t *testing.T) {
	sets := map[string]uint64{
		"none": 0, "cgroup": unix.CLONE_NEWCGROUP, "ipc": unix.CLONE_NEWIPC, "mnt": unix.CLONE_NEWNS,
		"net": unix.CLONE_NEWNET, "pid": unix.CLONE_NEWPID, "time": unix.CLONE_NEWTIME, "uts": unix.CLONE_NEWUTS,
		"all but user": everyNamespace &^ unix.CLONE_NEWUSER, "all": everyNamespace,
	}
	for name, flags := range sets {
		t.Run(name, func(t *testing.T) { loop(t, flags) })
	}
}

const everyNamespace = unix.CLONE_NEWCGROUP | unix.CLONE_NEWIPC | unix.CLONE_NEWNET | unix.CLONE_NEWNS |
	unix.CLONE_NEWPID | unix.CLONE_NEWTIME | unix.CLONE_NEWUSER | unix.CLONE_NEWUTS

func loop(t *testing.T, flags uint64) {
	s := newShell(t)
	ctx := context.Background()
	if flags&unix.CLONE_NEWUSER == 0 { // a user without a map may make no other
		p := new(Program)
		p.Call("unshare", Flags(unix.CLONE_NEWUSER, "CLONE_NEWUSER"))
		if err := s.Do(ctx, p); err != nil {
			t.Skip("no user namespace: ", err)
		}
	}
	before := left(t)
	for i := range *clones {
		c, err := s.Clone(ctx, CloneOptions{Flags: flags})
		must(t, err)
		if i%10 == 0 {
			get(t, c, "getpid")
		}
		must(t, c.Close())
	}
	after := left(t)
	if n := s.engine.Live(); n != 1 {
		t.Errorf("%d tasks live", n)
	}
	if pids := childrenOf(s.Pid()); len(pids) > 0 {
		t.Errorf("the shell has children %v", pids)
	}
	if after.fds > before.fds+4 { // the last end is noticed a moment later
		t.Errorf("%d descriptors, %d before", after.fds, before.fds)
	}
	if after.heap > before.heap+1<<20 {
		t.Errorf("%d KiB of heap, %d before", after.heap>>10, before.heap>>10)
	}
	if n := get(t, s, "dup", Int(0)); n > bornSigfd+1 {
		t.Errorf("the next descriptor in the shell is %d", n)
	}
}

type leftovers struct {
	fds  int
	heap uint64
}

func left(t *testing.T) (l leftovers) {
	t.Helper()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	l.heap = m.HeapAlloc
	dir, err := os.ReadDir("/proc/self/fd")
	must(t, err)
	l.fds = len(dir)
	return l
}
