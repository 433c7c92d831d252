package builtins

import (
	"context"
	"fmt"
	"os"
	"strings"

	"nstar/builtins/internal/task"
)

// Prompt describes the current task of the session in a few characters: its
// hostname, its pid if use has chosen it, and in brackets the types of its
// namespaces that are not the host's. It starts no task. The caller must not
// hold the interpreter lock.
func (h *Host) Prompt(ctx context.Context) string {
	h.turn.acquire()
	used := h.session.used
	h.turn.release()
	t := used
	if t == nil {
		t = h.engine.Started()
	}
	if t == nil {
		name, _ := os.Hostname()
		return shortHostname(name)
	}
	l := h.lookAt(ctx, []*task.Task{t})[0]
	if l.ended {
		return fmt.Sprintf("task %d (ended)", l.pid)
	}
	text := shortHostname(l.hostname)
	if l.hostname == "" {
		text = fmt.Sprintf("task %d (%s)", l.pid, l.state)
	} else if used != nil {
		text = fmt.Sprintf("%s %d", text, l.pid)
	}
	if len(l.own) > 0 {
		text += " [" + strings.Join(l.own, " ") + "]"
	}
	return text
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

// UsedDone returns a channel that is closed when the task that use has chosen
// for the session has ended; nil if it has chosen none. The caller must not hold
// the interpreter lock.
func (h *Host) UsedDone() <-chan struct{} {
	h.turn.acquire()
	defer h.turn.release()
	if h.session.used == nil {
		return nil
	}
	return h.session.used.Done()
}

// LeaveEnded does what Leave does if the current task of the session has ended,
// and says so; "" if it has not. The caller must not hold the interpreter lock.
func (h *Host) LeaveEnded() string {
	h.turn.acquire()
	defer h.turn.release()
	t := h.session.used
	if t == nil || !ended(t) {
		return ""
	}
	h.session.used = nil
	return fmt.Sprintf("task %d has ended (%s); words act on the shell task again", t.Pid(), &StatusValue{Status: t.Status()})
}

func shortHostname(name string) string {
	name, _, _ = strings.Cut(name, ".")
	if name == "" {
		return "nstar"
	}
	return name
}
