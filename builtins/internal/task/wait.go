package task

import (
	"context"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// Status is how a process ended.
type Status struct {
	Known  bool        // false: it has ended, but nobody could tell us how
	Code   int         // 0 to 255
	Signal unix.Signal // that killed it, or 0
	Core   bool
	Rusage unix.Rusage // of it and of its children that it waited for
}

func statusOf(ws unix.WaitStatus, ru unix.Rusage) Status {
	s := StatusOf(ws)
	s.Rusage = ru
	return s
}

// StatusOf is a status as wait(2) packs it.
func StatusOf(ws unix.WaitStatus) Status {
	s := Status{Known: true}
	if ws.Signaled() {
		s.Signal, s.Core = ws.Signal(), ws.CoreDump()
	} else {
		s.Code = ws.ExitStatus()
	}
	return s
}

// Ended is a child that has ended.
type Ended struct {
	Pid    int   // in its parent's PID namespace
	Task   *Task // nil: an orphan that fell to the parent
	Status Status

	serial int
}

const (
	// mostUnread is how many ends of children a task keeps for WaitAny.
	mostUnread = 4096

	// grace is how long the end of a process that is known to be dying is
	// waited for.
	grace = 5 * time.Second
)

// childChanged takes the report of t's stub that a child ended, stopped or
// continued.
func (t *Task) childChanged(pid int, ws unix.WaitStatus, ru unix.Rusage) {
	if !ws.Exited() && !ws.Signaled() {
		if ws.Stopped() {
			t.childStopped(pid, ws.StopSignal())
		}
		return
	}
	s := statusOf(ws, ru)
	t.mu.Lock()
	c := t.children[pid] // nil: an orphan, or one that addChild will find in unread
	delete(t.children, pid)
	t.serial++
	if c == nil || !c.hidden {
		t.unread = append(t.unread, Ended{Pid: pid, Task: c, Status: s, serial: t.serial})
	}
	if len(t.unread) > mostUnread {
		t.unread = t.unread[1:]
	}
	t.mu.Unlock()
	if c == nil && t.parent == nil {
		c = t.engine.orphan(pid)
	}
	if c != nil {
		c.finish(s)
	}
	t.announce()
}

// announce has every WaitAny look again.
func (t *Task) announce() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.news != nil {
		close(t.news)
		t.news = nil
	}
}

// orphan finds the task with that pid whose own parent is gone. Orphans in
// the host's PID namespace fall to the shell.
func (e *Engine) orphan(pid int) *Task {
	e.mu.Lock()
	defer e.mu.Unlock()
	for t := range e.tasks {
		if t.pid == pid && t.parent != nil && t.parent.isGone() {
			return t
		}
	}
	return nil
}

func (t *Task) isGone() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.hungup
}

// hangUp is called when the channel of t was closed from the other side: the
// stub is no more, or has executed a program. What it would have told of its
// children, and the host's child's own end, must be learnt from pidfds now.
func (t *Task) hangUp() {
	t.mu.Lock()
	t.hungup = true
	children := make([]*Task, 0, len(t.children))
	for _, c := range t.children {
		children = append(children, c)
	}
	t.mu.Unlock()
	close(t.gone)
	t.announce()
	if t.parent == nil && t.engine.options.Adopt {
		t.engine.startReaping() // what the shell has left falls to the host now
	}
	if t.parent == nil || t.parent.isGone() {
		t.watchPidfd()
	}
	for _, c := range children {
		c.watchPidfd()
	}
	t.releaseWhenOver()
}

// exited is called when the pidfd says that the process has ended and no
// parent will report it.
func (t *Task) exited() {
	if t.parent == nil {
		var ws unix.WaitStatus
		var ru unix.Rusage
		if pid, _ := unix.Wait4(t.pid, &ws, unix.WALL, &ru); pid == t.pid {
			t.finish(statusOf(ws, ru))
			return
		}
		t.finish(Status{})
		return
	}
	go t.askPidfd()
}

// askPidfd learns the exit status from the pidfd, which knows it (since Linux
// 6.15) when whoever inherited the process has waited for it.
func (t *Task) askPidfd() {
	for wait := time.Millisecond; wait < time.Second; wait *= 2 {
		var ws unix.WaitStatus
		known := false
		_ = t.Pidfd(func(fd int) error {
			info := unix.PidfdInfo{Mask: pidfdInfoExit}
			if err := unix.IoctlPidfdInfo(fd, &info); err != nil {
				return err
			}
			ws, known = unix.WaitStatus(info.Exit_code), info.Mask&pidfdInfoExit != 0
			return nil
		})
		if known {
			t.finish(statusOf(ws, unix.Rusage{}))
			return
		}
		select {
		case <-t.done:
			return
		case <-time.After(wait):
		}
	}
	t.finish(Status{})
}

const pidfdInfoExit = 1 << 3 // PIDFD_INFO_EXIT

// finish notes how t ended. The first to know wins.
func (t *Task) finish(s Status) {
	t.mu.Lock()
	if t.ended {
		t.mu.Unlock()
		return
	}
	t.ended, t.status = true, s
	t.mu.Unlock()
	t.engine.forget(t)
	if t.parent != nil {
		t.parent.disown(t)
	}
	t.endHidden()
	close(t.done)
	runtime.Gosched() // whoever waits for the end need not wait for the cleaning up
	t.releaseWhenOver()
}

func (t *Task) disown(c *Task) {
	t.mu.Lock()
	if t.children[c.nspid] == c {
		delete(t.children, c.nspid)
	}
	t.mu.Unlock()
}

// releaseWhenOver lets go of the descriptors and the memory as soon as the
// process has ended and the poller has seen the end of its channel.
func (t *Task) releaseWhenOver() {
	t.mu.Lock()
	over := t.ended && (t.hungup || t.sock < 0)
	t.mu.Unlock()
	if !over {
		return
	}
	select {
	case t.busy <- struct{}{}:
		t.release()
		t.unlock()
	default: // whoever is using it is about to notice
		go func() {
			t.busy <- struct{}{}
			t.release()
			t.unlock()
		}()
	}
}

// awaitStatus waits for the status of a task that is dying. Where the parent
// is in the midst of a call and cannot wait for it, that it is dead must do.
func (t *Task) awaitStatus() (dead bool) {
	timer := time.NewTimer(grace)
	defer timer.Stop()
	ticker := time.NewTicker(nudgeEvery)
	defer ticker.Stop()
	for {
		select {
		case <-t.done:
			return true
		case <-ticker.C:
			if t.parent != nil && len(t.parent.busy) > 0 && t.zombie() {
				return true
			}
		case <-timer.C:
			return false
		}
	}
}

// zombie tells whether the process has ended, waited for or not.
func (t *Task) zombie() bool { return t.awaitZombie(time.Now()) }

// Wait waits until the task has ended and takes its end from what the
// parent's WaitAny will return.
func (t *Task) Wait(ctx context.Context) (Status, error) {
	select {
	case <-t.done:
	default:
		select {
		case <-t.done:
		case <-ctx.Done():
			return Status{}, context.Cause(ctx)
		}
	}
	t.claim()
	return t.Status(), nil
}

// claim takes the end of t from what the parent's WaitAny will return.
func (t *Task) claim() {
	p := t.parent
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, u := range p.unread {
		if u.Task == t {
			p.unread = slices.Delete(p.unread, i, i+1)
			return
		}
	}
}

// WaitAny returns the end of a child of t, the earliest first, like wait(2).
// Without children it fails with ECHILD.
func (t *Task) WaitAny(ctx context.Context) (Ended, error) {
	for {
		t.mu.Lock()
		i := slices.IndexFunc(t.unread, func(u Ended) bool { return !t.withheld(&u) })
		if i >= 0 {
			u := t.unread[i]
			t.unread = slices.Delete(t.unread, i, i+1)
			t.mu.Unlock()
			return u, nil
		}
		if !t.hasChildren() && len(t.unread) == 0 || t.hungup {
			t.mu.Unlock()
			return Ended{}, &Error{Name: "wait4", Text: "wait4(-1)", Errno: unix.ECHILD, Pid: t.pid}
		}
		if t.news == nil {
			t.news = make(chan struct{})
		}
		news := t.news
		t.mu.Unlock()
		select {
		case <-news:
		case <-ctx.Done():
			return Ended{}, context.Cause(ctx)
		}
	}
}
