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
// namespaces that are not the host's, if not all. It starts no task. The caller must not
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
	switch len(l.own) {
	case 0:
	case len(nsFields) - 2: // but those for children
		text += " [all]" // they would take most of a row
	default:
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

// CurrentDone returns a channel that is closed when the session's current task
// has ended; nil if there is none yet. The caller must not hold the interpreter
// lock.
func (h *Host) CurrentDone() <-chan struct{} {
	h.turn.acquire()
	defer h.turn.release()
	t := h.session.used
	if t == nil {
		t = h.engine.Started()
	}
	if t == nil {
		return nil
	}
	return t.Done()
}

// LeaveEnded makes the shell task current again if the session's current task
// has ended, and says so; another shell task, if that was the one. Left tells
// whether use had chosen the task that was left. The caller must not hold the
// interpreter lock.
func (h *Host) LeaveEnded() (said string, left bool) {
	h.turn.acquire()
	defer h.turn.release()
	if t := h.session.used; t != nil {
		if !ended(t) {
			return "", false
		}
		h.session.used, left = nil, true
		said = fmt.Sprintf("task %d has ended (%s); words act on the shell task again", t.Pid(), &StatusValue{Status: t.Status()})
	}
	if t := h.engine.Renew(); t != nil {
		if left {
			said += "\n"
		}
		said += fmt.Sprintf("task %d, the shell task, has ended (%s); the next word starts another in the host's namespaces: "+
			"what this one had unshared, mounted or set is gone with it", t.Pid(), &StatusValue{Status: t.Status()})
	}
	return said, left
}

func shortHostname(name string) string {
	name, _, _ = strings.Cut(name, ".")
	if name == "" {
		return "nstar"
	}
	return name
}
