package builtins

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/layout"
	"nstar/builtins/internal/task"
)

// A taskLook is what people want to know of a task.
type taskLook struct {
	pid, nspid int      // as the host and as the task itself has it; nspid 0 if not known
	state      string   // parked, busy, program NAME, or how it ended
	ended      bool     // nothing below is known
	own        []string // the types of its namespaces that are not the host's
	hostname   string   // "" if not known, as of a program
}

// patience is how long a task may keep the prompt waiting that does something
// else meanwhile.
const patience = 100 * time.Millisecond

// lookAt asks tasks, at once, without waiting for one that is busy. The caller
// must not hold the interpreter lock.
func (h *Host) lookAt(ctx context.Context, tasks []*task.Task) []taskLook {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	looks := make([]taskLook, len(tasks))
	var wg sync.WaitGroup
	for i, t := range tasks {
		switch {
		case ended(t) || t.Replaced():
			looks[i] = h.lookOutside(t)
		case t.Parked():
			wg.Go(func() { looks[i] = h.lookInside(ctx, t) })
		default:
			wg.Go(func() { looks[i] = h.lookEnding(t) })
		}
	}
	wg.Wait()
	return looks
}

// lookInside asks a parked task about itself.
func (h *Host) lookInside(ctx context.Context, t *task.Task) taskLook {
	if underFilter(t.Pid()) {
		l := h.lookOutside(t)
		if !l.ended {
			l.state = "parked, under a filter"
		}
		return l
	}
	l := taskLook{pid: t.Pid(), state: "parked"}
	var p task.Program
	uts := make([]byte, 6*utsLength)
	p.Call("uname", task.Out(uts))
	self := p.Call("getpid")
	pidfd := p.Call("pidfd_open", task.Res(self), task.Int(0))
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
		var dead *task.Dead
		switch {
		case errors.As(err, &dead):
			return h.lookOutside(t)
		case ctx.Err() != nil:
			l.state = "busy"
		default:
			l.state = "parked, but refuses to tell"
		}
		return l
	}
	l.nspid = int(self.Result())
	node, _, _ := bytes.Cut(uts[utsLength:2*utsLength], []byte{0})
	l.hostname = layout.Clean(string(node))
	for i, fd := range p.Taken() {
		l.compare(h, kinds[i], fd)
	}
	return l
}

// lookEnding waits for the status of a task that takes no calls any more. That
// follows within microseconds of a free processor, unless the task means harm.
func (h *Host) lookEnding(t *task.Task) taskLook {
	late := time.NewTimer(20 * patience)
	defer late.Stop()
	select {
	case <-t.Done():
	case <-late.C:
	case <-h.ctx.Done():
	}
	return h.lookOutside(t)
}

// underFilter tells whether a process has a seccomp filter: just to ask it
// something might kill it.
func underFilter(pid int) bool {
	text, _ := os.ReadFile(task.ProcPath(pid, "status"))
	return bytes.Contains(text, []byte("\nSeccomp:\t2\n"))
}

const utsLength = 65 // of each name in struct utsname

// compare notes a namespace of the task, which it closes, if it is not the host's. Before Linux 6.11 pidfds open
// none: then fd is negative, and /proc tells, if it may.
func (l *taskLook) compare(h *Host, kind string, fd int) {
	id, ok := nsKeyOf(fd)
	if fd < 0 {
		var st unix.Stat_t
		ok = unix.Stat(task.ProcPath(l.pid, "ns/"+kind), &st) == nil
		id = nsKey{st.Dev, st.Ino}
	}
	if ok && id != h.hostNamespaces()[kind] {
		l.own = append(l.own, kind)
	}
}

// lookOutside is what can be seen of a program, or of a task that has ended.
func (h *Host) lookOutside(t *task.Task) taskLook {
	l := taskLook{pid: t.Pid()}
	name := commOf(t.Pid())
	_ = t.Pidfd(func(pidfd int) error {
		for _, f := range nsFields {
			if !strings.HasSuffix(f.name, "_for_children") {
				fd, err := unix.IoctlRetInt(pidfd, uint(f.request))
				if err != nil {
					fd = -1
				}
				l.compare(h, f.name, fd)
			}
		}
		return nil
	})
	if ended(t) { // also if it has just done so, and the pid was another's
		s := &StatusValue{Status: t.Status()}
		return taskLook{pid: l.pid, state: s.String(), ended: true}
	}
	if l.state = "program"; name != "" {
		l.state += " " + name
	}
	return l
}

// taskComm is the name of a task as a process.
const taskComm = "nstar-task"

// commOf is the name of a process, "" if it cannot be read. In a program that
// has just been executed, execve(2) may not have changed the task's name yet.
func commOf(pid int) string {
	for range 10 {
		text, _ := os.ReadFile(task.ProcPath(pid, "comm"))
		name := strings.TrimSuffix(string(text), "\n")
		if name != taskComm {
			return layout.Clean(name)
		}
		time.Sleep(time.Millisecond)
	}
	return ""
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
