package task

import (
	"context"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestTaskOutlivesItsParent has the parent die: the child goes on, as a child
// of the shell, and how it ends is known.
func TestTaskOutlivesItsParent(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := newShell(t)
	for _, flags := range []uint64{0, unix.CLONE_NEWUSER | unix.CLONE_NEWPID} {
		top, err := s.Clone(ctx, CloneOptions{Flags: flags})
		must(t, err)
		middle, err := top.Clone(ctx, CloneOptions{})
		must(t, err)
		leaf, err := middle.Clone(ctx, CloneOptions{})
		must(t, err)
		p := new(Program)
		p.Call("ppoll", Null, Int(0), Null, Null, Int(0)) // to be interrupted by the parent's death, and begun again
		done := make(chan error)
		go func() { done <- leaf.Do(ctx, p) }()
		must(t, middle.Close())
		must(t, leaf.Signal(ctx, unix.SIGUSR1))
		<-done
		st, err := leaf.Wait(ctx)
		must(t, err)
		if st.Known && st.Signal != unix.SIGUSR1 {
			t.Errorf("flags %#x: status %+v", flags, st)
		}
		if flags == 0 && !st.Known {
			t.Error("the shell has not told how an orphan ended")
		}
		must(t, top.Close())
	}
}

// TestOrphanIsAdopted asks an orphan who its parent is.
func TestOrphanIsAdopted(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := newShell(t)
	top, err := s.Clone(ctx, CloneOptions{Flags: unix.CLONE_NEWUSER | unix.CLONE_NEWPID})
	must(t, err)
	middle, err := top.Clone(ctx, CloneOptions{})
	must(t, err)
	leaf, err := middle.Clone(ctx, CloneOptions{})
	must(t, err)
	if got := get(t, leaf, "getppid"); int(got) != middle.NSPid() {
		t.Errorf("the parent is %d", got)
	}
	must(t, middle.Close())
	if got := get(t, leaf, "getppid"); got != 1 {
		t.Errorf("the parent of an orphan in a PID namespace is %d", got)
	}
}

// TestOrphanedShellIsPatient takes the host from a shell one of whose children
// ends slowly: until somebody else has waited for it, who traces it.
func TestOrphanedShellIsPatient(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	c, err := s.Spawn(bounded(t), Command{Paths: []string{"/bin/sleep"}, Argv: []string{"sleep", "1000"}})
	must(t, err)
	runtime.LockOSThread() // a tracer is a thread
	defer runtime.UnlockOSThread()
	if err := unix.PtraceSeize(c.Pid()); err != nil {
		t.Skip("nothing can be traced: ", err)
	}
	must(t, unix.Shutdown(s.sock, unix.SHUT_RDWR))
	time.Sleep(time.Second) // of five
	if s.zombie() {
		t.Error("the shell has ended before its child")
	}
	if _, err := unix.Wait4(c.Pid(), nil, unix.WALL, nil); err != nil {
		t.Error(err)
	}
	wait(t, s.Done())
}
