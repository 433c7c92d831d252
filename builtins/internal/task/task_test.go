package task

import (
	"context"
	"errors"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// newEngine returns an engine that must leave nothing behind.
func newEngine(t testing.TB) *Engine {
	e := New(Options{})
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
		if n := e.Live(); n != 0 {
			t.Errorf("%d tasks are left", n)
		}
	})
	return e
}

func newShell(t testing.TB) *Task {
	s, err := newEngine(t).Shell(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// get makes one call without a side effect and returns its result.
func get(t testing.TB, task *Task, name string, args ...Arg) int64 {
	t.Helper()
	p := new(Program)
	c := p.Call(name, args...)
	must(t, task.Do(context.Background(), p))
	return c.Result()
}

func TestShell(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	if got := get(t, s, "getpid"); int(got) != s.Pid() {
		t.Errorf("getpid is %d in the task, %d for the host", got, s.Pid())
	}
	if got := get(t, s, "getppid"); int(got) != os.Getpid() {
		t.Errorf("getppid is %d, not the host", got)
	}
}

func TestClone(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := newShell(t)
	c, err := s.Clone(ctx, CloneOptions{Flags: unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWUTS})
	must(t, err)
	if got := get(t, c, "getpid"); got != 1 {
		t.Errorf("getpid is %d in a new PID namespace", got)
	}
	g, err := c.Clone(ctx, CloneOptions{})
	must(t, err)
	if got := get(t, g, "getppid"); got != 1 {
		t.Errorf("getppid of a grandchild is %d", got)
	}
	if got := get(t, g, "getpid"); int(got) != g.NSPid() || g.NSPid() == g.Pid() {
		t.Errorf("grandchild: getpid %d, nspid %d, pid %d", got, g.NSPid(), g.Pid())
	}
	must(t, c.Close())
	<-g.Done()
	p := new(Program)
	p.Call("getpid")
	if err := g.Do(ctx, p); !errors.As(err, new(*Dead)) {
		t.Errorf("a dead task says %v", err)
	}
}

func TestSpawn(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := newShell(t)
	c, err := s.Spawn(ctx, Command{Paths: []string{"/nonexistent/sh", "/bin/sh"}, Argv: []string{"sh", "-c", "exit 7"}})
	must(t, err)
	st, err := c.Wait(ctx)
	must(t, err)
	if st.Code != 7 {
		t.Errorf("status %+v", st)
	}
	_, err = s.Spawn(ctx, Command{Paths: []string{"/nonexistent"}, Argv: []string{"x"}})
	if !errors.Is(err, unix.ENOENT) {
		t.Errorf("exec of a missing file: %v", err)
	}
	_, err = s.Spawn(ctx, Command{Paths: []string{"/nonexistent", "/etc/passwd"}, Argv: []string{"x"}})
	if !errors.Is(err, unix.EACCES) {
		t.Errorf("exec of a file without x: %v", err)
	}
}

func TestExec(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := newShell(t)
	must(t, s.Exec(ctx, Command{Paths: []string{"/bin/sh"}, Argv: []string{"sh", "-c", "exit 3"}}))
	st, err := s.Wait(ctx)
	must(t, err)
	if st.Code != 3 {
		t.Errorf("status %+v", st)
	}
}

func BenchmarkCall(b *testing.B) {
	s := newShell(b)
	for b.Loop() {
		get(b, s, "getpid")
	}
}

func BenchmarkClone(b *testing.B) {
	s := newShell(b)
	for b.Loop() {
		c, err := s.Clone(context.Background(), CloneOptions{})
		must(b, err)
		must(b, c.Close())
	}
}

func BenchmarkShell(b *testing.B) {
	for b.Loop() {
		e := New(Options{})
		_, err := e.Shell(context.Background())
		must(b, err)
		must(b, e.Close())
	}
}

// TestStopped stops a program and lets it go on.
func TestStopped(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := newShell(t)
	c, err := s.Spawn(ctx, Command{Paths: []string{"/bin/sh"}, Argv: []string{"sh", "-c", "kill -STOP $$; exit 5"}})
	must(t, err)
	<-c.Stopped()
	must(t, c.Signal(ctx, unix.SIGCONT))
	st, err := c.Wait(ctx)
	must(t, err)
	if st.Code != 5 {
		t.Errorf("status %+v", st)
	}
}

// TestExecFlushes has a signal wait in the stub that must not hit the program.
func TestExecFlushes(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := newShell(t)
	must(t, s.kill(unix.SIGINT))
	must(t, s.kill(unix.SIGPIPE))
	must(t, s.Exec(ctx, Command{Paths: []string{"/bin/sh"}, Argv: []string{"sh", "-c", "exit 3"}}))
	st, err := s.Wait(ctx)
	must(t, err)
	if st.Code != 3 {
		t.Errorf("status %+v", st)
	}
}

// Live returns the number of tasks and programs that have not ended.
func (e *Engine) Live() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.tasks)
}
