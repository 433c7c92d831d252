package task

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestInterrupt ends the context of a call that blocks for ever.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	ctx, cancel := context.WithCancel(context.Background())
	p := new(Program)
	p.Call("ppoll", Null, Int(0), Null, Null, Int(0))
	done := make(chan error)
	go func() { done <- s.Do(ctx, p) }()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("an interrupted call returned %v", err)
	}
	get(t, s, "getpid") // and the task goes on
}

// TestDeathInMidCall kills a stub that blocks.
func TestDeathInMidCall(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	c, err := s.Clone(context.Background(), CloneOptions{})
	must(t, err)
	p := new(Program)
	p.Call("ppoll", Null, Int(0), Null, Null, Int(0))
	done := make(chan error)
	go func() { done <- c.Do(context.Background(), p) }()
	must(t, c.kill(unix.SIGKILL))
	err = <-done
	var dead *Dead
	if !errors.As(err, &dead) || dead.Status.Signal != unix.SIGKILL {
		t.Errorf("the call returned %v", err)
	}
	if want := "was killed by SIGKILL"; !strings.Contains(err.Error(), want) {
		t.Errorf("%q does not say %q", err, want)
	}
}

// TestSignal sends signals that a parked task takes like any process.
func TestSignal(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	ctx := context.Background()
	c, err := s.Clone(ctx, CloneOptions{})
	must(t, err)
	must(t, c.Signal(ctx, unix.SIGWINCH))
	get(t, c, "getpid")
	must(t, c.Signal(ctx, unix.SIGTERM))
	st, err := c.Wait(ctx)
	must(t, err)
	if st.Signal != unix.SIGTERM {
		t.Errorf("status %+v", st)
	}
	if err := c.Signal(ctx, unix.SIGTERM); !errors.Is(err, unix.ESRCH) {
		t.Errorf("a signal to a dead task: %v", err)
	}
}

// TestSignalInterrupts sends a signal to a task that blocks in a call.
func TestSignalInterrupts(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	ctx := context.Background()
	c, err := s.Clone(ctx, CloneOptions{})
	must(t, err)
	p := new(Program)
	p.Call("ppoll", Null, Int(0), Null, Null, Int(0))
	done := make(chan error)
	go func() { done <- c.Do(ctx, p) }()
	must(t, c.Signal(ctx, unix.SIGTERM))
	if err := <-done; !errors.As(err, new(*Dead)) {
		t.Errorf("the call returned %v", err)
	}
}

// forger is a task whose other side is the test.
func forger(t *testing.T) (*Task, int) {
	socks, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	must(t, err)
	e := New(Options{})
	task := e.blankTask(nil)
	task.sock = socks[0]
	t.Cleanup(func() {
		unix.Close(socks[1])
		task.release()
	})
	return task, socks[1]
}

// TestForgedMessages sends what no stub would send.
func TestForgedMessages(t *testing.T) {
	t.Parallel()
	task, sock := forger(t)
	task.expect(1)
	memfd, err := unix.MemfdCreate("forged", unix.MFD_CLOEXEC)
	must(t, err)
	defer unix.Close(memfd)
	send := func(data []byte, fds ...int) {
		t.Helper()
		var oob []byte
		if len(fds) > 0 {
			oob = unix.UnixRights(fds...)
		}
		must(t, unix.Sendmsg(sock, data, oob, nil, 0))
	}
	before := openFiles(t)
	send([]byte{1, 2, 3})
	send(make([]byte, 4096))
	send([]byte{7, 0, 0, 0}, memfd)                      // a descriptor nobody asked for
	send([]byte{0xff, 0xff, 0xff, 0xff}, memfd)          // with an absurd number
	send([]byte{0, 0, 0, 0}, memfd, memfd, memfd, memfd) // too many
	send(make([]byte, 8), memfd)                         // one with an answer
	send(make([]byte, eventSize))                        // the end of a child that never was
	in := newInbox()
	if task.read(in) {
		t.Fatal("the channel counts as closed")
	}
	if n := openFiles(t); n != before {
		t.Errorf("%d descriptors are left of forged messages", n-before)
	}
	send([]byte{0, 0, 0, 0}, memfd)
	send([]byte{0, 0, 0, 0}, memfd) // the same once more
	task.read(in)
	if n := openFiles(t); n != before+1 {
		t.Errorf("%d descriptors instead of one", n-before)
	}
}

// openFiles counts the descriptors of the memfd "forged", which parallel tests
// do not open.
func openFiles(t *testing.T) (n int) {
	t.Helper()
	dir, err := os.ReadDir("/proc/self/fd")
	must(t, err)
	for _, e := range dir {
		if l, _ := os.Readlink("/proc/self/fd/" + e.Name()); strings.HasPrefix(l, "/memfd:forged") {
			n++
		}
	}
	return n
}

// TestForgedResults answers without doing anything, and with nonsense.
func TestForgedResults(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	must(t, s.lock(context.Background()))
	s.arena.header().done = 1
	p := new(Program)
	out := make([]byte, 16)
	p.Call("read", Int(0), Out(out), Int(16))
	l := &layout{arena: s.arena, sock: s.sockNum}
	if !l.program(p) {
		t.Fatal("it does not fit")
	}
	l.collect(p)
	if err := s.failure(p); err == nil {
		t.Error("a call that was not made succeeded")
	}
	s.unlock()
}

// TestTooBig does not fit into an arena.
func TestTooBig(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	argv := make([]string, 600_000)
	for i := range argv {
		argv[i] = "argument"
	}
	_, err := s.Spawn(context.Background(), Command{Paths: []string{"/bin/true"}, Argv: argv})
	if !errors.Is(err, unix.E2BIG) {
		t.Errorf("an enormous argv: %v", err)
	}
	c, err := s.Spawn(context.Background(), Command{Paths: []string{"/bin/true"}, Argv: argv[:10_000]})
	must(t, err)
	st, err := c.Wait(context.Background())
	must(t, err)
	if st.Code != 0 {
		t.Errorf("10,000 arguments: %+v", st)
	}
}

// TestNUL refuses a string that the kernel would see only a part of.
func TestNUL(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	p := new(Program)
	p.Call("chdir", Str("/\x00etc"))
	if err := s.Do(context.Background(), p); err == nil || !strings.Contains(err.Error(), "NUL") {
		t.Errorf("a NUL in a path: %v", err)
	}
}

// TestLeaks makes and ends many tasks in one session and counts what is left.
func TestLeaks(t *testing.T) {
	s := newShell(t) // not parallel: it counts descriptors
	ctx := context.Background()
	count := func() int {
		dir, err := os.ReadDir("/proc/self/fd")
		must(t, err)
		return len(dir)
	}
	s.engine.spare.fill() // as the start of the shell and each clone do
	before := count()
	for range 200 {
		c, err := s.Clone(ctx, CloneOptions{})
		must(t, err)
		p, err := c.Spawn(ctx, Command{Paths: []string{"/bin/true"}, Argv: []string{"true"}})
		must(t, err)
		_, err = p.Wait(ctx)
		must(t, err)
		must(t, c.Close())
	}
	if n := s.engine.Live(); n != 1 {
		t.Errorf("%d tasks live", n)
	}
	const slack = 3
	for range 1000 { // ends are noticed a moment later
		if count() <= before+slack {
			break
		}
		get(t, s, "getpid")
	}
	if n := count(); n > before+slack {
		t.Errorf("%d descriptors, %d before", n, before)
	}
	if pids := childrenOf(s.Pid()); len(pids) > 0 {
		t.Errorf("the shell has children %v", pids)
	}
	if n := get(t, s, "dup", Int(0)); n > bornSock+3 {
		t.Errorf("the next descriptor in the shell is %d", n)
	}
}

// TestOrphans leaves a daemon behind, which Close must find.
func TestOrphans(t *testing.T) {
	t.Parallel()
	e := New(Options{})
	s, err := e.Shell(context.Background())
	must(t, err)
	r, w, err := os.Pipe()
	must(t, err)
	defer r.Close()
	_, err = s.Spawn(context.Background(), Command{Paths: []string{"/bin/sh"},
		Argv: []string{"sh", "-c", "setsid sleep 1000 & echo $!"}, Files: map[int]int{1: int(w.Fd())}})
	must(t, err)
	w.Close()
	buf := make([]byte, 32)
	n, err := r.Read(buf)
	must(t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(string(buf[:n])))
	must(t, err)
	must(t, e.Close())
	if err := unix.Kill(pid, 0); err != unix.ESRCH {
		t.Errorf("the daemon %d is alive: %v", pid, err)
	}
}

// TestHostKilled kills a host in the midst of things: nothing may be left.
func TestHostKilled(t *testing.T) {
	if os.Getenv("TASK_TEST_HOST") != "" {
		hostToBeKilled(t)
		return
	}
	t.Parallel()
	cmd := exec.Command(os.Args[0], "-test.run=^TestHostKilled$")
	cmd.Env = append(os.Environ(), "TASK_TEST_HOST=1")
	r, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	buf := make([]byte, 256)
	n, err := r.Read(buf)
	must(t, err)
	must(t, cmd.Process.Kill())
	_ = cmd.Wait()
	for _, f := range strings.Fields(string(buf[:n])) {
		pid, err := strconv.Atoi(f)
		must(t, err)
		awaitDeath(t, pid)
	}
}

func hostToBeKilled(t *testing.T) {
	ctx := context.Background()
	s := newShell(t)
	idle, err := s.Clone(ctx, CloneOptions{})
	must(t, err)
	blocked, err := idle.Clone(ctx, CloneOptions{})
	must(t, err)
	program, err := s.Spawn(ctx, Command{Paths: []string{"/bin/sleep"}, Argv: []string{"sleep", "1000"}})
	must(t, err)
	r, w, err := os.Pipe()
	must(t, err)
	_, err = idle.Spawn(ctx, Command{Paths: []string{"/bin/sh"}, Files: map[int]int{1: int(w.Fd())},
		Argv: []string{"sh", "-c", "setsid sleep 1000 >/dev/null & sleep 1000 >/dev/null & echo $! $(pgrep -P $$); wait"}})
	must(t, err)
	w.Close()
	grandchildren := make([]byte, 64)
	n, err := r.Read(grandchildren)
	must(t, err)
	p := new(Program)
	p.Call("ppoll", Null, Int(0), Null, Null, Int(0))
	go func() { _ = blocked.Do(ctx, p) }()
	os.Stdout.WriteString(strings.Join([]string{
		strconv.Itoa(s.Pid()), strconv.Itoa(idle.Pid()), strconv.Itoa(blocked.Pid()), strconv.Itoa(program.Pid()),
		strings.TrimSpace(string(grandchildren[:n])), "\n",
	}, " "))
	select {}
}

// awaitDeath waits for a process that is about to end.
func awaitDeath(t *testing.T, pid int) {
	t.Helper()
	fd, err := unix.PidfdOpen(pid, 0)
	if err == unix.ESRCH {
		return
	}
	must(t, err)
	defer unix.Close(fd)
	n, err := 0, error(unix.EINTR)
	for err == unix.EINTR {
		n, err = unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, int(10*time.Second/time.Millisecond))
	}
	must(t, err)
	if n == 0 {
		t.Errorf("process %d outlives the host", pid)
	}
}
