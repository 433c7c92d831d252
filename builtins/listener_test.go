package builtins

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// TestStolenRequest has a task that has kept the listener take a request before
// nstar does: who waits for one can be interrupted, and the next is not lost.
func TestStolenRequest(t *testing.T) {
	h, _ := session(t)
	var env starlark.StringDict
	err := h.Run(t.Context(), "test", func(thread *starlark.Thread) (err error) {
		env, err = starlark.ExecFileOptions(dialect, thread, "test.star", `
asked = seccomp_filter({SECCOMP_RET_USER_NOTIF: ["mkdir", "mkdirat"]})
listener = spawn("mkdir", "/", "/", stderr=open("/dev/null", O_WRONLY), seccomp=asked).listener
`, h.Predeclared())
		return err
	})
	if err != nil {
		t.Skipf("no program can be put under a filter here: %v", err)
	}
	l := env["listener"].(*listenerValue)
	recv := func(patience time.Duration) (r *requestValue, err error) {
		ctx, stop := context.WithTimeoutCause(t.Context(), patience, errTimeout)
		defer stop()
		_ = h.Run(t.Context(), "test", func(thread *starlark.Thread) error {
			r, err = l.recv(&Call{Host: h, Thread: thread, ctx: ctx}, ctx)
			return nil
		})
		return r, err
	}
	answer := func(fd int, id uint64) {
		t.Helper()
		if err := task.NotifSend(fd, id, 0, unix.EPERM, 0); err != nil {
			t.Error(err)
		}
	}
	_ = l.use(func(fd int) error {
		if _, err := awaitReadable(t.Context(), fd); err != nil {
			t.Fatal(err)
		}
		stolen, err := task.NotifRecv(fd)
		if err != nil {
			t.Fatal(err)
		}
		l.coming = make(chan received, 1) // as if poll(2) had been first
		go l.receive(l.coming)
		if _, err := recv(50 * time.Millisecond); !errors.Is(err, errTimeout) {
			t.Errorf("recv: %v", err)
		}
		answer(fd, stolen.ID)
		next, err := recv(5 * time.Second)
		if err != nil || next == nil {
			t.Fatalf("recv: %v, %v", next, err)
		}
		answer(fd, next.notif.ID)
		return nil
	})
}
