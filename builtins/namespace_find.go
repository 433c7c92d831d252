package builtins

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// A nsNumber names a namespace among those that there are: by its inode number,
// which lsns(8) shows, or by its id of NS_GET_ID. The two cannot be confused:
// inode numbers end where 32 bits do, and ids count from 1.
type nsNumber uint64

func (n nsNumber) isIno() bool { return n >= 0xeffffff0 && n <= 0xffffffff }

// matches tells whether this is the number of what fd refers to.
func (n nsNumber) matches(fd int) bool {
	if n.isIno() {
		_, ino, err := task.Identify(fd)
		return err == nil && ino == uint64(n)
	}
	id, err := unix.IoctlGetInt(fd, unix.NS_GET_ID)
	return err == nil && uint64(id) == uint64(n)
}

// findNamespace looks where a namespace can be found by its number: where the
// kernel does it, among those that the session holds, among those of processes
// and of mounts.
func (c *Call) findNamespace(number uint64) (*Namespace, error) {
	n := nsNumber(number)
	if !n.isIno() {
		raw := binary.NativeEndian.AppendUint64(nil, number)
		ns, err := c.openHandle(append(raw, make([]byte, leastHandle-len(raw))...), fmt.Sprintf("{ns_id=%d}", number))
		if err == nil || !errors.Is(err, unix.ESTALE) && !errors.Is(err, unix.EBADF) { // before Linux 6.19
			return ns, err
		}
	}
	if fd := c.Host.namespaces.find(n); fd >= 0 {
		return c.Host.namespace(fd)
	}
	fd := -1
	err := c.Block(func() (err error) {
		fd, err = n.findProcess(c.ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	if fd >= 0 {
		return c.Host.namespace(fd)
	}
	return c.findMount(n)
}

// find is a copy of a descriptor that the session holds, or -1.
func (t *namespaceTable) find(n nsNumber) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, h := range t.held {
		if n.matches(h.fd) {
			if fd, err := unix.FcntlInt(uintptr(h.fd), unix.F_DUPFD_CLOEXEC, 3); err == nil {
				return fd
			}
		}
	}
	return -1
}

// findProcess opens the namespace in /proc/PID/ns of a process that the host
// may look at; -1 if there is none.
func (n nsNumber) findProcess(ctx context.Context) (int, error) {
	root, err := task.ProcRoot()
	if err != nil {
		return -1, err
	}
	proc, err := os.ReadDir(root)
	if err != nil {
		return -1, err
	}
	seen := map[string]bool{}
	for _, entry := range proc {
		if err := ctx.Err(); err != nil {
			return -1, err
		}
		if _, err := strconv.Atoi(entry.Name()); err != nil {
			continue
		}
		for _, f := range nsFields {
			path := root + "/" + entry.Name() + "/ns/" + f.name
			name, err := os.Readlink(path)
			if err != nil || seen[name] {
				continue
			}
			seen[name] = true
			if n.isIno() && !n.in(name) {
				continue
			}
			if fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0); err == nil {
				if n.matches(fd) {
					return fd, nil
				}
				unix.Close(fd)
			}
		}
	}
	return -1, nil
}

// in tells whether the number is in the name of a namespace: uts:[4026531838].
func (n nsNumber) in(name string) bool {
	for _, k := range nsKinds {
		if name == fmt.Sprintf("%s:[%d]", k.kind, uint64(n)) {
			return true
		}
	}
	return false
}

// findMount has the task open the namespace where it is pinned.
func (c *Call) findMount(n nsNumber) (*Namespace, error) {
	for _, m := range readMounts(procText(c.Task.Pid(), "mountinfo")) {
		if m.fstype != "nsfs" || n.isIno() && !n.in(m.root) {
			continue
		}
		ns, err := c.openNamespace(m.point)
		if err != nil {
			continue // what is mounted over it
		}
		found := false
		_ = ns.use(func(fd int) error {
			found = n.matches(fd)
			return nil
		})
		if found {
			return ns, nil
		}
		ns.close()
	}
	return nil, n.missing()
}

func (n nsNumber) missing() error {
	what := "id"
	if n.isIno() {
		what = "inode number"
	}
	return fmt.Errorf("there is no namespace with the %s %d among the processes that nstar may look at, nor among the mounts that the task sees: %w",
		what, uint64(n), unix.ENOENT)
}

var _ = hint("namespace", unix.ENOENT, func(c *Call, e *Error) string {
	if name, _ := failing(e); name != "" {
		return ""
	}
	return "one that only an open file keeps can be opened by its path or its handle; by its id alone it takes Linux 6.19"
})
