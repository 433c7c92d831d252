package task

import (
	"context"
	"fmt"

	"golang.org/x/sys/unix"
)

// WaitPid returns the end of the child of t that has this pid in t's PID
// namespace, like waitpid(2). It fails with ECHILD if there is none. Of orphans
// that fell to t nothing is known before they end.
func (t *Task) WaitPid(ctx context.Context, pid int) (Ended, error) {
	t.mu.Lock()
	c := t.children[pid]
	if c != nil && c.hidden {
		c = nil
	}
	for i, u := range t.unread {
		if u.Pid == pid && !t.withheld(&u) {
			t.unread = append(t.unread[:i], t.unread[i+1:]...)
			t.mu.Unlock()
			return u, nil
		}
	}
	t.mu.Unlock()
	if c == nil {
		return Ended{}, &Error{Name: "wait4", Text: fmt.Sprintf("wait4(%d)", pid), Errno: unix.ECHILD, Pid: t.pid}
	}
	s, err := c.Wait(ctx)
	return Ended{Pid: pid, Task: c, Status: s}, err
}
