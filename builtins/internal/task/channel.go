package task

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// patience is how long a goroutine waits for an answer in the kernel,
	// where it is woken soonest, before it waits in a way that can be
	// interrupted.
	patience = 2 * time.Millisecond

	// A blocked call is interrupted by a signal, which is lost when it comes
	// just before the call: so it is sent again until the task answers.
	nudgeEvery = 10 * time.Millisecond

	// A stub that is told one thing after the other does not see that a child
	// has ended before it waits for a message: so this many take none.
	mostTold = 100

	// Of a task that does not answer after so many, the child that it is making
	// is killed; after twice as many, the task.
	mostNudges = 100
)

// errHungUp says that the channel was closed from the other side.
var errHungUp = errors.New("hung up")

// perform has the task run p. The caller holds busy.
func (t *Task) perform(ctx context.Context, p *Program) error {
	return t.performAnd(ctx, p, func() {})
}

// performAnd has the host do something meanwhile.
func (t *Task) performAnd(ctx context.Context, p *Program, meanwhile func()) error {
	l, err := t.begin(ctx, p)
	if err != nil {
		return err
	}
	meanwhile()
	return t.complete(ctx, p, l)
}

// begin sends p to the task.
func (t *Task) begin(ctx context.Context, p *Program) (*layout, error) {
	if p.err != nil {
		return nil, p.err
	}
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	if t.arena.mem == nil || !t.Parked() {
		return nil, t.dead()
	}
	if err := t.settle(ctx); err != nil {
		return nil, err
	}
	l := &layout{arena: t.arena, sock: t.sockNum}
	if !l.program(p) {
		l.collect(p)
		big := p.calls[0]
		if n := len(p.child); n > 0 {
			big = p.child[n-1] // execve
		}
		t.trim(l.cur)
		return nil, &Error{Name: big.name, Text: big.String(), Errno: unix.E2BIG, Pid: t.pid}
	}
	t.moved = t.moved || p.moves
	if p.alters {
		t.altered.Store(true)
	}
	t.expect(p.comes())
	t.arena.begin()
	t.near = t.arena.near()
	t.arena.setLinger(t.linger(p))
	t.seq++
	if t.arena.tell(t.seq, len(p.lent) > 0 || t.told == mostTold) {
		t.told++
		return l, nil
	}
	t.told = 0
	if err := t.send(p.lent); err != nil {
		l.collect(p)
		t.trim(l.cur)
		if err == unix.EPIPE || err == unix.ECONNRESET {
			return nil, t.dead()
		}
		return nil, &Error{Name: "sendmsg", Text: "sendmsg(SCM_RIGHTS)", Errno: errno(err), Pid: t.pid}
	}
	return l, nil
}

// manyCalls are more than single words make: it is a batch, and the script goes on after it.
const manyCalls = 8

// linger is how often the stub is to look for what comes after p.
func (t *Task) linger(p *Program) int64 {
	again := t.engine.last.Swap(t) == t
	switch {
	case t.near:
		return notAtAll
	case p.followed:
		return patiently
	case len(p.calls) > manyCalls:
		return longer
	case again:
		return awhile
	}
	return notAtAll
}

// complete waits until the task has run what begin has sent.
func (t *Task) complete(ctx context.Context, p *Program, l *layout) error {
	defer t.trim(l.cur)
	err := t.await(ctx, !p.replaces)
	if p.comes() > 0 {
		t.read(newInbox()) // what was sent before the answer is there, if the poller has not got it
	}
	if err == errHungUp && !p.replaces {
		err = t.dead()
	}
	l.collect(p)
	p.taken = t.collectTaken(p.comes())
	t.traceProgram(p)
	if err == nil {
		err = t.failure(p)
	}
	if errors.Is(err, unix.EINTR) && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		closeAll(p.taken)
		p.taken = nil
	}
	return err
}

// failure is the error of the call that stopped the program.
func (t *Task) failure(p *Program) error {
	if n := len(p.calls); n > 0 && !p.calls[0].Ran() {
		return fmt.Errorf("task %d answered without doing what it was told", t.pid)
	}
	for _, c := range p.calls {
		if c.Errno() != 0 && !c.may {
			return t.failed(c)
		}
	}
	for i, k := range p.takes {
		if p.taken[i] >= 0 || k.call != nil && k.call.Errno() != 0 {
			continue
		}
		if p.taken[i] == noRoom {
			return &Error{Name: "recvmsg", Text: "recvmsg(SCM_RIGHTS)", Errno: unix.EMFILE, Pid: os.Getpid()}
		}
		return &Error{Name: "sendmsg", Text: "sendmsg(SCM_RIGHTS)", Errno: unix.EBADF, Pid: t.pid}
	}
	return nil
}

func (t *Task) failed(c *Call) error {
	return &Error{Name: c.name, Text: c.String(), Errno: c.Errno(), Pid: t.pid}
}

// settle waits for the program that the task was born with.
func (t *Task) settle(ctx context.Context) error {
	if t.first == nil {
		return nil
	}
	switch err := t.await(ctx, true); err {
	case nil:
	case errHungUp:
		return t.dead()
	default:
		return err
	}
	l, p := t.firstLayout, t.first
	t.firstLayout, t.first = nil, nil
	l.collect(p)
	return t.failure(p)
}

// send wakes the task, with the descriptors that it is lent.
func (t *Task) send(fds []int) error {
	var oob []byte
	if len(fds) > 0 {
		oob = unix.UnixRights(fds...)
	}
	for {
		_, err := unix.SendmsgN(t.sock, uint64Bytes(t.seq), oob, nil, unix.MSG_NOSIGNAL)
		if err != unix.EINTR {
			return err
		}
	}
}

// await waits until the program that was sent last is over.
// quick is whether an answer is expected at all: a task that executes a program
// gives none.
func (t *Task) await(ctx context.Context, quick bool) error {
	if quick && t.look() || t.arena.wantMail() {
		return nil
	}
	stop := ctx.Done()
	var nudge <-chan time.Time
	for nudges := 0; ; {
		select {
		case <-t.answer:
			if t.hasAnswered() {
				return nil
			}
		case <-t.gone:
			return errHungUp
		case <-t.done: // though somebody else holds the other end of the channel
			return errHungUp
		case <-stop:
			stop = nil
			ticker := time.NewTicker(nudgeEvery)
			defer ticker.Stop()
			nudge = ticker.C
			t.nudge()
		case <-nudge:
			switch nudges++; nudges {
			case mostNudges:
				t.killUnborn()
			case 2 * mostNudges:
				_ = t.kill(unix.SIGKILL)
			}
			t.nudge()
		}
	}
}

// look waits for the answer where it is seen soonest, as long as patience lasts.
func (t *Task) look() bool {
	return !t.near && t.arena.lookDone() || t.arena.futexWaitDone(unix.NsecToTimespec(int64(patience)))
}

// killUnborn kills a child that blocks before it has executed its program: the
// task cannot go on before that, see CLONE_VFORK in clone(2).
func (t *Task) killUnborn() {
	t.mu.Lock()
	known := make(map[int]bool, len(t.children))
	for _, c := range t.children {
		known[c.pid] = true
	}
	bearing := t.bearing
	t.mu.Unlock()
	if !bearing {
		return
	}
	for _, pid := range childrenOf(t.pid) {
		if !known[pid] {
			killPid(pid)
		}
	}
}

func (t *Task) hasAnswered() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.answered == t.seq
}

func (t *Task) nudge() { _ = t.kill(wakeSignal) }

// trim gives memory back that a large program used.
func (t *Task) trim(used int) {
	const keep = 64 << 10
	if used > keep && t.arena.mem != nil {
		_ = unix.Madvise(t.arena.mem[keep:], unix.MADV_REMOVE)
	}
}

// expect makes room for n descriptors.
func (t *Task) expect(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.taken = nil
	for range n {
		t.taken = append(t.taken, -1)
	}
}

// collectTaken returns the descriptors that came in.
func (t *Task) collectTaken(n int) []int {
	t.mu.Lock()
	defer t.mu.Unlock()
	taken := t.taken
	t.taken = nil
	return taken[:min(n, len(taken))]
}

func closeAll(fds []int) {
	for _, fd := range fds {
		if fd >= 0 {
			unix.Close(fd)
		}
	}
}
