package task

import (
	"slices"

	"golang.org/x/sys/unix"
)

// beginBirth notes that t is making a child. Until endBirth, the ends that are
// reported of unknown processes are withheld from WaitAny: one of them may be
// the child's. The caller holds busy.
func (t *Task) beginBirth() {
	t.mu.Lock()
	t.bearing, t.since = true, t.serial
	t.mu.Unlock()
}

func (t *Task) endBirth() {
	t.mu.Lock()
	t.bearing, t.born = false, nil
	t.mu.Unlock()
	t.announce()
}

// addChild registers c, which t has just made. The end of c may have been
// reported by now; a report with a serial up to since is of another process
// that had the same pid.
func (t *Task) addChild(c *Task) {
	t.mu.Lock()
	t.born = c
	for i := range t.unread {
		if u := &t.unread[i]; u.Pid == c.nspid && u.Task == nil && u.serial > t.since {
			u.Task = c
			s := u.Status
			if c.hidden {
				t.unread = slices.Delete(t.unread, i, i+1)
			}
			t.mu.Unlock()
			c.finish(s)
			return
		}
	}
	if t.children == nil {
		t.children = make(map[int]*Task)
	}
	t.children[c.nspid] = c
	if t.earlyStop.pid == c.nspid && t.earlyStop.serial > t.since {
		c.noteStop(t.earlyStop.sig)
	}
	orphaned := t.hungup
	t.mu.Unlock()
	if orphaned {
		c.watchPidfd()
	}
}

// withheld tells whether u must not be returned yet. The caller holds mu.
func (t *Task) withheld(u *Ended) bool {
	return t.bearing && u.serial > t.since && (u.Task == nil || u.Task == t.born)
}

// reported tells whether the end of the child being made has been reported.
func (t *Task) reported(pid int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.unread {
		if u := &t.unread[i]; u.Pid == pid && u.serial > t.since {
			return true
		}
	}
	return false
}

// childStopped tells whoever looks at Stopped.
func (t *Task) childStopped(pid int, sig unix.Signal) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.serial++
	if c := t.children[pid]; c != nil {
		c.noteStop(sig)
		return
	}
	t.earlyStop = earlyStop{pid, t.serial, sig} // addChild may ask for it
}

func (t *Task) noteStop(sig unix.Signal) {
	select {
	case t.stopped <- sig:
	default:
	}
}

// earlyStop is a stop of a process that was no known child yet. There is only
// one at a time that can be about to become one.
type earlyStop struct {
	pid, serial int
	sig         unix.Signal
}

// Stopped yields the signal that has stopped the process.
func (t *Task) Stopped() <-chan unix.Signal { return t.stopped }
