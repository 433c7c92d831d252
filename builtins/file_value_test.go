package builtins

import (
	"errors"
	"os"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// pipeFile is a file that owns the writing end of a pipe, and the other end: to
// read from it returns when the descriptor has been closed.
func pipeFile(t *testing.T, h *Host) (*FileValue, *os.File) {
	t.Helper()
	var fds [2]int
	if err := unix.Pipe2(fds[:], unix.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	r := os.NewFile(uintptr(fds[0]), "pipe")
	t.Cleanup(func() { r.Close() })
	return NewFile(h, fds[1], "pipe"), r
}

// wantEnd reads until the descriptor at the other end is closed.
func wantEnd(t *testing.T, r *os.File) {
	t.Helper()
	if n, _ := r.Read(make([]byte, 1)); n != 0 {
		t.Errorf("%d bytes came out of the pipe, want its end", n)
	}
}

// TestFileInUse holds that a descriptor is not closed while it is used.
func TestFileInUse(t *testing.T) {
	t.Parallel()
	h, _ := session(t)
	f, r := pipeFile(t, h)
	err := f.Use(func(fd int) error {
		f.Close()
		f.Close()
		if _, err := f.Fd(); !errors.Is(err, unix.EBADF) {
			t.Errorf("the number of a closed file: %v, want EBADF", err)
		}
		_, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
		return err
	})
	if err != nil {
		t.Error(err)
	}
	wantEnd(t, r)
	if f.String() != `<file "pipe", closed>` {
		t.Error(f)
	}
}

// TestFileNotCopied holds that a file which was closed is closed, though this process forks meanwhile: the child has
// all descriptors until it has executed something.
func TestFileNotCopied(t *testing.T) {
	t.Parallel()
	h, _ := session(t)
	forks := make(chan error)
	go func() {
		defer close(forks)
		for range 40 {
			other := NewHost(Options{})
			_, err := other.engine.Shell(t.Context())
			forks <- errors.Join(err, other.Close())
		}
	}()
	for {
		select {
		case err, more := <-forks:
			if err != nil {
				t.Error(err)
			}
			if !more {
				return
			}
		default:
		}
		var fds [2]int
		if err := unix.Pipe2(fds[:], unix.O_CLOEXEC); err != nil {
			t.Fatal(err)
		}
		NewFile(h, fds[0], "pipe").Close()
		if _, err := unix.Write(fds[1], []byte("x")); err != unix.EPIPE {
			t.Fatalf("write to a pipe that nobody can read: %v, want EPIPE", err)
		}
		unix.Close(fds[1])
	}
}

// TestFileForgotten holds that a file which nobody can reach is closed.
func TestFileForgotten(t *testing.T) {
	t.Parallel()
	h, _ := session(t)
	f, r := pipeFile(t, h)
	_ = f.String() // the last use
	runtime.GC()
	wantEnd(t, r)
}

// TestFileSessionOver holds that the end of the session closes files, also
// those that come later.
func TestFileSessionOver(t *testing.T) {
	t.Parallel()
	h := NewHost(Options{})
	before, r := pipeFile(t, h)
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	wantEnd(t, r)
	after, r := pipeFile(t, h)
	wantEnd(t, r)
	runtime.KeepAlive(before)
	runtime.KeepAlive(after)
}
