package builtins

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"syscall"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"
)

// A FileValue is an open file in the language. It owns one descriptor of this
// process, close-on-exec, and lends it to the task that reads or writes: what
// a file of /proc says depends on who asks. The descriptor is closed by close,
// when the value can no longer be reached, and at the end of the session.
type FileValue struct {
	Name string // the path, or what stands for one

	host *Host
	held *descriptor

	// What lines read too much, for the next one to read. Touched with the
	// interpreter lock held.
	rest []byte
}

var (
	_ starlark.HasAttrs = (*FileValue)(nil)
	_ starlark.Iterable = (*FileValue)(nil)
)

// NewFile is a file that owns the descriptor fd.
func NewFile(h *Host, fd int, name string) *FileValue {
	f := &FileValue{Name: name, host: h, held: newDescriptor(h, fd)}
	runtime.AddCleanup(f, (*descriptor).close, f.held)
	return f
}

// Fd is the number of the descriptor in this process, good while nobody closes
// the file. What lasts longer than the interpreter lock is held belongs into
// Use.
func (f *FileValue) Fd() (int, error) {
	fd, err := f.held.hold()
	if err == nil {
		f.held.release()
	}
	return fd, err
}

// Use calls do with the descriptor, which stays open meanwhile, even if another
// thread closes the file.
func (f *FileValue) Use(do func(fd int) error) error {
	fd, err := f.held.hold()
	if err != nil {
		return err
	}
	defer runtime.KeepAlive(f)
	defer f.held.release()
	return do(fd)
}

// Close closes the file. A closed file may be closed again.
func (f *FileValue) Close() { f.held.close() }

// String is as short as a prompt wants it.
func (f *FileValue) String() string {
	if f.held.isClosed() {
		return fmt.Sprintf("<file %q, closed>", f.Name)
	}
	return fmt.Sprintf("<file %q>", f.Name)
}

// Type is "file".
func (f *FileValue) Type() string { return "file" }

// Freeze does nothing: the state of a file is the kernel's.
func (f *FileValue) Freeze() {}

// Truth is true, also of a closed file; closed asks for the other thing.
func (f *FileValue) Truth() starlark.Bool { return true }

// Hash lets files be keys of a dictionary.
func (f *FileValue) Hash() (uint32, error) { return starlark.String(f.Name).Hash() }

// AttrNames lists the attributes.
func (f *FileValue) AttrNames() []string {
	return []string{"close", "closed", "fd", "lines", "name", "read", "seek", "write"}
}

// Attr has the attributes; fd is the number in this process, -1 when closed.
func (f *FileValue) Attr(name string) (starlark.Value, error) {
	switch name {
	case "name":
		return starlark.String(f.Name), nil
	case "closed":
		return starlark.Bool(f.held.isClosed()), nil
	case "fd":
		fd, _ := f.Fd()
		return starlark.MakeInt(fd), nil
	}
	if m := fileMethods()[name]; m != nil {
		return m.bind(f), nil
	}
	return nil, nil
}

// method finds the page of a method for help.
func (f *FileValue) method(name string) *Builtin { return fileMethods()[name] }

// A descriptor is closed once, when it is to be and nobody uses it.
type descriptor struct {
	mu     sync.Mutex
	fd     int         // guarded by mu, as all that follows
	users  int         // calls of hold without release
	closed bool        // no new users
	forget func() bool // the end of the session is of no concern any more
}

// newDescriptor is fd until the end of the session.
func newDescriptor(h *Host, fd int) *descriptor {
	d := &descriptor{fd: fd}
	d.mu.Lock() // the session may be over: then close comes at once
	defer d.mu.Unlock()
	d.forget = context.AfterFunc(h.ctx, d.close)
	return d
}

func (d *descriptor) hold() (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return -1, fmt.Errorf("the file is closed: %w", unix.EBADF)
	}
	d.users++
	return d.fd, nil
}

func (d *descriptor) release() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.users--
	d.drop()
}

func (d *descriptor) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.forget()
	d.closed = true
	d.drop()
}

// drop closes the descriptor if that is due, and waits for a child of this
// process that may have it open too, until it executes something. The caller
// holds mu.
func (d *descriptor) drop() {
	if d.closed && d.users == 0 && d.fd >= 0 {
		unix.Close(d.fd) // without the lock: a file system may have close(2) wait
		syscall.ForkLock.RLock()
		d.fd = -1
		syscall.ForkLock.RUnlock()
	}
}

func (d *descriptor) isClosed() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.closed
}
