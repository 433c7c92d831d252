package builtins

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"nstar/builtins/internal/task"
)

// TestPromptEnding has the current task end where its parent cannot tell yet how.
func TestPromptEnding(t *testing.T) {
	h, _ := session(t)
	evalIn(t, h, `use(clone())`)
	var current *task.Task
	h.Look(t.Context(), func() { current = h.session.used })
	parent := h.engine.Started().Pid()
	if err := syscall.Kill(parent, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	defer syscall.Kill(parent, syscall.SIGCONT)
	syscall.Kill(current.Pid(), syscall.SIGKILL)
	for current.Parked() {
		time.Sleep(time.Millisecond)
	}
	time.AfterFunc(100*time.Millisecond, func() { syscall.Kill(parent, syscall.SIGCONT) })
	if got, want := h.Prompt(t.Context()), fmt.Sprintf("task %d (ended)", current.Pid()); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
