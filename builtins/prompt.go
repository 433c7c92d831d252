package builtins

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// Prompt describes the current task of the session in a few characters: its
// hostname and, in brackets, the types of its namespaces that are not the
// host's. It starts no task. The caller must not hold the interpreter lock.
func (h *Host) Prompt(ctx context.Context) string {
	h.turn.acquire()
	t := h.session.used
	h.turn.release()
	if t == nil {
		t = h.engine.Started()
	}
	if t == nil {
		name, _ := os.Hostname()
		return shortHostname(name)
	}
	name, differ, err := h.describeTask(ctx, t)
	switch {
	case err != nil:
		return fmt.Sprintf("task %d (ended)", t.Pid())
	case len(differ) > 0:
		return fmt.Sprintf("%s [%s]", name, strings.Join(differ, " "))
	}
	return name
}

// Leave makes the shell task the session's current task again, and tells whether
// another one was. The caller must not hold the interpreter lock.
func (h *Host) Leave() bool {
	h.turn.acquire()
	defer h.turn.release()
	used := h.session.used != nil
	h.session.used = nil
	return used
}

func shortHostname(name string) string {
	name, _, _ = strings.Cut(name, ".")
	if name == "" {
		return "nstar"
	}
	return name
}

// describeTask asks a parked task for its hostname and its namespaces.
func (h *Host) describeTask(ctx context.Context, t *task.Task) (name string, differ []string, err error) {
	var p task.Program
	uts := make([]byte, 6*65)
	p.Call("uname", task.Out(uts))
	pidfd := p.Call("pidfd_open", task.Res(p.Call("getpid")), task.Int(0))
	p.Drop(pidfd)
	var kinds []string
	for _, f := range nsFields {
		if !strings.HasSuffix(f.name, "_for_children") {
			kinds = append(kinds, f.name)
			p.Take(p.Call("ioctl", task.Res(pidfd), task.Uint(f.request), task.Int(0)).May())
		}
	}
	p.Quiet()
	if err := t.Do(ctx, &p); err != nil {
		return "", nil, err
	}
	node, _, _ := bytes.Cut(uts[65:2*65], []byte{0})
	own := h.hostNamespaces()
	for i, fd := range p.Taken() {
		if id, ok := nsKeyOf(fd); ok && id != own[kinds[i]] {
			differ = append(differ, kinds[i])
		}
	}
	return shortHostname(string(node)), differ, nil
}

// nsKeyOf identifies the namespace that fd refers to, and closes it.
func nsKeyOf(fd int) (nsKey, bool) {
	if fd < 0 {
		return nsKey{}, false
	}
	defer unix.Close(fd)
	dev, ino, err := task.Identify(fd)
	return nsKey{dev, ino}, err == nil
}
