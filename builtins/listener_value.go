package builtins

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// A listenerValue receives the system calls that a seccomp filter leaves to
// somebody else. It owns one descriptor; when that is closed, such calls fail
// with ENOSYS, those that wait for an answer as well.
type listenerValue struct {
	host   *Host
	held   *descriptor
	turn   chan struct{} // capacity 1: held by who receives, as two would steal from each other
	coming chan received // guarded by turn: of a receiving that is under way
	closed context.Context
	close  context.CancelFunc
}

var (
	_ starlark.HasAttrs = (*listenerValue)(nil)
	_ starlark.Iterable = (*listenerValue)(nil)
)

// newListener takes over a descriptor that a task has sent.
func newListener(h *Host, fd int) (*listenerValue, error) {
	if !task.IsListener(fd) {
		unix.Close(fd)
		return nil, errors.New("the task has sent a descriptor that is no listener")
	}
	l := &listenerValue{host: h, held: newDescriptor(h, fd), turn: make(chan struct{}, 1)}
	l.closed, l.close = context.WithCancel(h.ctx)
	held, cancel := l.held, l.close
	runtime.AddCleanup(l, func(held *descriptor) {
		cancel()
		held.close()
	}, held)
	return l, nil
}

// use calls do with the descriptor, which stays open meanwhile.
func (l *listenerValue) use(do func(fd int) error) error {
	fd, err := l.held.hold()
	if err != nil {
		return fmt.Errorf("the listener is closed: %w", unix.EBADF)
	}
	defer runtime.KeepAlive(l)
	defer l.held.release()
	return do(fd)
}

// String is as short as a prompt wants it.
func (l *listenerValue) String() string {
	if l.held.isClosed() {
		return "<listener, closed>"
	}
	return "<listener>"
}

// Type is "listener".
func (l *listenerValue) Type() string { return "listener" }

// Freeze does nothing: the state of a listener is the kernel's.
func (l *listenerValue) Freeze() {}

// Truth is true, also of a closed one.
func (l *listenerValue) Truth() starlark.Bool { return true }

// Hash is refused: nobody needs listeners as keys.
func (l *listenerValue) Hash() (uint32, error) { return 0, errors.New("unhashable type: listener") }

// AttrNames lists the attributes.
func (l *listenerValue) AttrNames() []string { return []string{"close", "closed", "recv"} }

// Attr has the attributes.
func (l *listenerValue) Attr(name string) (starlark.Value, error) {
	if name == "closed" {
		return starlark.Bool(l.held.isClosed()), nil
	}
	if m := listenerMethods()[name]; m != nil {
		return m.bind(l), nil
	}
	return nil, nil
}

// method finds the page of a method for help.
func (l *listenerValue) method(name string) *Builtin { return listenerMethods()[name] }

var listenerMethods = methods(Builtin{
	Sig: "recv(timeout=None)",
	Doc: `Returns the next system call that waits for an answer, or None when no process is left under the filter.

After timeout seconds it fails with ETIMEDOUT. A loop over the listener receives
one call after the other. A call that is never answered blocks the process until
the listener is closed.`,
	Func: func(c *Call) (starlark.Value, error) {
		timeout := -1.0
		if err := c.Args(&timeout); err != nil {
			return nil, err
		}
		if c.Arg("timeout") != starlark.None && !(timeout >= 0) {
			return nil, BadValue("timeout", "a number of seconds", c.Arg("timeout"))
		}
		ctx := c.ctx
		if timeout >= 0 {
			limited, cancel := context.WithTimeoutCause(ctx, seconds(timeout), errTimeout)
			defer cancel()
			ctx = limited
		}
		r, err := c.Self.(*listenerValue).recv(c, ctx)
		if errors.Is(err, errTimeout) {
			err = fmt.Errorf("no call has come within %v s: %w", timeout, unix.ETIMEDOUT)
		}
		if r == nil || err != nil {
			return starlark.None, err
		}
		return r, nil
	},
}, Builtin{
	Sig: "close()",
	Doc: `Closes the listener. Calls that the filter leaves to it fail with ENOSYS from then on.`,
	Func: func(c *Call) (starlark.Value, error) {
		l := c.Self.(*listenerValue)
		l.close()
		l.held.close()
		return starlark.None, nil
	},
})

// recv waits for a request; nil means that there will be none.
func (l *listenerValue) recv(c *Call, ctx context.Context) (r *requestValue, err error) {
	err = c.Block(func() error {
		select {
		case l.turn <- struct{}{}:
			defer func() { <-l.turn }()
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		n, err := l.next(ctx)
		if n != nil {
			r = &requestValue{l, *n}
		}
		return err
	})
	return r, err
}

func (l *listenerValue) next(ctx context.Context) (*task.Notif, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stop := context.AfterFunc(l.closed, func() { cancel(fmt.Errorf("the listener is closed: %w", unix.EBADF)) })
	defer stop()
	for {
		if l.coming == nil {
			var events int16
			err := l.use(func(fd int) (err error) {
				events, err = awaitReadable(ctx, fd)
				return err
			})
			switch {
			case err != nil:
				return nil, err
			case events&unix.POLLIN == 0: // POLLHUP: nobody is under the filter
				return nil, nil
			}
			l.coming = make(chan received, 1)
			go l.receive(l.coming)
		}
		select {
		case r := <-l.coming:
			l.coming = nil
			if r.err == unix.ENOENT { // the process has been killed meanwhile
				continue
			}
			return &r.notif, r.err
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

type received struct {
	notif task.Notif
	err   error
}

// receive takes what can be read. A task that has kept the listener may have
// been faster: then it waits, and whoever wanted it need not.
func (l *listenerValue) receive(coming chan<- received) {
	var r received
	err := l.use(func(fd int) error {
		r.notif, r.err = task.NotifRecv(fd)
		return nil
	})
	if err != nil {
		r.err = err
	}
	coming <- r
}

// Iterate receives until no process is left.
func (l *listenerValue) Iterate() starlark.Iterator {
	thread := l.host.running
	return &listenerIterator{l, &Call{
		Host: l.host, Thread: thread, Word: listenerMethods()["recv"], Self: l, name: "listener.recv", ctx: stateOf(thread).ctx,
	}}
}

type listenerIterator struct {
	listener *listenerValue
	call     *Call
}

// Next cancels the thread after an error, which an iterator cannot return.
func (i *listenerIterator) Next(p *starlark.Value) bool {
	r, err := i.listener.recv(i.call, i.call.ctx)
	if err != nil {
		i.call.Thread.Cancel(strings.TrimSpace(i.call.failed(err).Error()))
		return false
	}
	if r == nil {
		return false
	}
	*p = r
	return true
}

// Done does nothing.
func (i *listenerIterator) Done() {}
