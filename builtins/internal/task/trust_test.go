package task

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"
)

// TestArenaCannotBeShrunk has a task try it with a descriptor of an arena.
func TestArenaCannotBeShrunk(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	spare, far, err := s.engine.newTask(s)
	must(t, err)
	defer spare.abandon()
	defer far.close()
	for _, size := range []int{0, arenaSize / 2, 2 * arenaSize} {
		p := new(Program)
		p.Call("ftruncate", p.Lend(far.mem), Int(size))
		if err := s.Do(bounded(t), p); !errors.Is(err, unix.EPERM) {
			t.Errorf("an arena of %d bytes: %v", size, err)
		}
	}
	p := new(Program)
	p.Call("fcntl", p.Lend(far.mem), Int(unix.F_ADD_SEALS), Int(unix.F_SEAL_WRITE))
	if err := s.Do(bounded(t), p); !errors.Is(err, unix.EPERM) {
		t.Errorf("another seal: %v", err)
	}
}

// TestOwnArenaCannotBeShrunk has a task open the arena that it runs in: if it
// could shrink it, the host would die of SIGBUS.
func TestOwnArenaCannotBeShrunk(t *testing.T) {
	if !alone(t) {
		return
	}
	s := newShell(t)
	p := new(Program)
	path := fmt.Sprintf("/proc/self/map_files/%x-%x", slot0, slot0+arenaSize)
	fd := p.Call("openat", Int(unix.AT_FDCWD), Str(path), Int(unix.O_RDWR), Int(0))
	shrink := p.Call("ftruncate", Res(fd), Int(0))
	p.Drop(fd)
	err := s.Do(bounded(t), p)
	if fd.Errno() != 0 {
		t.Skip("opening it needs CAP_CHECKPOINT_RESTORE: ", err)
	}
	if shrink.Errno() != unix.EPERM {
		t.Errorf("shrinking it: %v", err)
	}
	get(t, s, "getpid")
}

// TestForgedPidfd has a task pass off what is no child of its own as the child
// that it was told to make: the host would kill it one day.
func TestForgedPidfd(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	cmd := exec.Command("/bin/sleep", "1000")
	must(t, cmd.Start())
	defer func() {
		if err := cmd.Process.Kill(); err != nil {
			t.Error("the stranger was killed")
		}
		_ = cmd.Wait()
	}()
	stranger, err := unix.PidfdOpen(cmd.Process.Pid, 0)
	must(t, err)
	if err := unix.IoctlPidfdInfo(stranger, &unix.PidfdInfo{Mask: 1}); err != nil {
		unix.Close(stranger)
		t.Skip("a pidfd does not tell the parent (before Linux 6.13): ", err)
	}
	file, err := unix.Open("/dev/null", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	must(t, err)
	for name, fd := range map[string]int{"a stranger": stranger, "a file": file} {
		c := s.engine.blankTask(s)
		c.program, c.hungup = true, true
		close(c.gone)
		if err := s.adoptChild(c, &Call{result: 4711}, []int{fd}); err == nil {
			t.Errorf("%s was adopted as child %d", name, c.Pid())
			c.finish(Status{})
		}
	}
	if n := s.engine.Live(); n != 1 {
		t.Errorf("%d tasks live", n)
	}
	get(t, s, "getpid")
}

// TestTaskWithoutChannel is made to close all its descriptors, which nobody
// but a script would have it do. It ends.
func TestTaskWithoutChannel(t *testing.T) {
	t.Parallel()
	p := new(Program)
	p.Call("close_range", Int(3), Uint(1<<32-1), Int(0))
	endsOf(t, p)
}

// TestTaskWithoutSignalfd cannot tell of its children's ends. It ends, too.
func TestTaskWithoutSignalfd(t *testing.T) {
	t.Parallel()
	p := new(Program)
	p.Call("close", Int(bornSigfd))
	endsOf(t, p)
}

// endsOf has a task run p, of which it ends, be it after its answer.
func endsOf(t *testing.T, p *Program) {
	t.Helper()
	s := newShell(t)
	ctx := bounded(t)
	c, err := s.Clone(ctx, CloneOptions{})
	must(t, err)
	if err := c.Do(ctx, p); err != nil && !errors.As(err, new(*Dead)) {
		t.Error(err)
	}
	wait(t, c.Done())
	if st := c.Status(); !st.Known {
		t.Errorf("status %+v", st)
	}
	p = new(Program)
	p.Call("getpid")
	if err := c.Do(ctx, p); !errors.As(err, new(*Dead)) {
		t.Errorf("a task that is no more: %v", err)
	}
}

// TestLentDescriptorThatCannotBeSent is an error of the program, not the end
// of the task.
func TestLentDescriptorThatCannotBeSent(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	p := new(Program)
	p.Call("fstat", p.Lend(1<<30), Out(make([]byte, 144)))
	if err := s.Do(bounded(t), p); !errors.Is(err, unix.EBADF) {
		t.Errorf("a descriptor that is not open: %v", err)
	}
	get(t, s, "getpid")
}

// TestNestedBuffers has a buffer that points to another, which is completed
// with results while the program runs.
func TestNestedBuffers(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	p := new(Program)
	pid := p.Call("getpid")
	const many = 200
	inner := NewBuf(make([]byte, 4*many))
	for i := range many {
		inner.Put(4*i, Res(pid))
	}
	iovec := NewBuf(append(uint64Bytes(0), uint64Bytes(4*many)...))
	iovec.Put(0, inner.Arg())
	socks, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	must(t, err)
	defer closeAll(socks[:])
	p.Call("fstat", Int(0), Out(make([]byte, 144)))
	p.Call("writev", p.Lend(socks[1]), iovec.Arg(), Int(1))
	must(t, s.Do(context.Background(), p))
	got := make([]byte, 4*many+1)
	n, err := unix.Read(socks[0], got)
	must(t, err)
	if n != 4*many {
		t.Fatalf("%d bytes were written", n)
	}
	for i := 0; i < n; i += 4 {
		if v := int(got[i]) | int(got[i+1])<<8 | int(got[i+2])<<16; v != s.Pid() {
			t.Fatalf("at %d is %d instead of the pid %d", i, v, s.Pid())
		}
	}
	get(t, s, "getpid")
}
