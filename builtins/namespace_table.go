package builtins

import (
	"errors"
	"os"
	"runtime"
	"sync"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// nsKey identifies a namespace, as ioctl_ns(2) says: by the device and the
// inode of its file.
type nsKey struct{ dev, ino uint64 }

var errNoNamespace = errors.New("bad value: this is not the file of a namespace")

// heldNS is an open namespace. Its fields do not change.
type heldNS struct {
	all  *namespaceTable
	fd   int
	id   nsKey
	kind string // uts, net, … as in /proc/pid/ns

	// serial is the id of NS_GET_ID, which is never used again, unlike the
	// inode number of a namespace that is gone; 0 before Linux 6.18.
	serial uint64
}

func (h *heldNS) same(other *heldNS) bool { return h.id == other.id && h.serial == other.serial }

// namespaceTable is every namespace that a host holds open.
type namespaceTable struct {
	host *Host

	mu     sync.Mutex
	closed bool
	held   map[nsKey]*heldNS
	refs   map[*heldNS]int
	limit  int // so many before unreachable values are looked for
}

func newNamespaceTable(h *Host) *namespaceTable {
	return &namespaceTable{host: h, held: map[nsKey]*heldNS{}, refs: map[*heldNS]int{}, limit: 1024}
}

// identify tells which namespace fd is. It may come from a task, and be any
// file: one that is not where the host's own namespaces are is refused before
// anything is asked of it.
func (t *namespaceTable) identify(fd int) (nsKey, error) {
	dev, ino, err := task.Identify(fd)
	if err != nil {
		return nsKey{}, err
	}
	if own := t.host.ownUser(); own.dev != 0 && own.dev != dev {
		return nsKey{}, errNoNamespace
	}
	return nsKey{dev, ino}, nil
}

func (t *namespaceTable) hold(fd int, id nsKey, kind string) (*Namespace, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		unix.Close(fd)
		return nil, task.ErrClosed
	}
	held := t.held[id]
	if held == nil {
		held = &heldNS{all: t, fd: fd, id: id, kind: kind}
		if serial, err := unix.IoctlGetInt(fd, unix.NS_GET_ID); err == nil {
			held.serial = uint64(serial)
		}
		t.held[id] = held
		t.collect()
	} else {
		unix.Close(fd)
	}
	t.refs[held]++
	ns := &Namespace{held: held}
	ns.cleanup = runtime.AddCleanup(ns, func(h *heldNS) { h.all.release(h) }, held)
	return ns, nil
}

// collect has unreachable values found when there are many: a descriptor costs
// far more than the memory that the garbage collector goes by.
func (t *namespaceTable) collect() {
	if len(t.held) >= t.limit {
		t.limit = max(1024, 2*len(t.held))
		go runtime.GC()
	}
}

// release drops one reference.
func (t *namespaceTable) release(h *heldNS) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.refs[h]--; t.refs[h] > 0 || t.closed {
		return
	}
	delete(t.refs, h)
	delete(t.held, h.id)
	unix.Close(h.fd)
}

func (t *namespaceTable) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	for _, h := range t.held {
		unix.Close(h.fd)
	}
	t.held = nil
}

// ownNamespaces identifies the host's own namespaces, by type, as far as can be.
func ownNamespaces() map[string]nsKey {
	own := make(map[string]nsKey, len(nsFields))
	for _, f := range nsFields {
		if id := ownNamespace(f.name, f.request); id != (nsKey{}) {
			own[f.name] = id
		}
	}
	return own
}

// ownNamespace identifies one, by a pidfd or, before Linux 6.11, by /proc. It
// is zero if that cannot be done.
func ownNamespace(name string, request uint64) (id nsKey) {
	pidfd, err := unix.PidfdOpen(os.Getpid(), 0)
	if err != nil {
		return id
	}
	defer unix.Close(pidfd)
	fd, err := unix.IoctlRetInt(pidfd, uint(request))
	if err != nil {
		fd, _ = unix.Open("/proc/self/ns/"+name, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	}
	id, _ = nsKeyOf(fd)
	return id
}
