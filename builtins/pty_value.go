package builtins

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// A ptyValue is the terminal of a program that spawn has started: what stands
// for its screen and keyboard. It is closed by close, at the end of the
// session, and, once the program has ended, when it can no longer be reached.
type ptyValue struct {
	pty    *pty
	output *handover

	reading, writing chan struct{} // full while somebody does
	rest             []byte        // guarded by reading: has come, not yet been read
}

var _ starlark.HasAttrs = (*ptyValue)(nil)

// newPtyValue takes over p, the terminal of t.
func newPtyValue(p *pty, t *task.Task) *ptyValue {
	v := &ptyValue{
		pty: p, output: &handover{parts: make(chan []byte), gone: p.gone},
		reading: make(chan struct{}, 1), writing: make(chan struct{}, 1),
	}
	go p.pump(v.output, t.Done())
	runtime.AddCleanup(v, (*pty).hangUp, p)
	go func() { // a program must not lose its terminal because the script has lost sight of it
		<-t.Done()
		runtime.KeepAlive(v)
	}()
	return v
}

// String is as short as a prompt wants it.
func (v *ptyValue) String() string {
	if v.closed() {
		return fmt.Sprintf("<pty %d, closed>", v.pty.number)
	}
	return fmt.Sprintf("<pty %d>", v.pty.number)
}

// Type is "pty".
func (v *ptyValue) Type() string { return "pty" }

// Freeze does nothing: the state of a terminal is the kernel's.
func (v *ptyValue) Freeze() {}

// Truth is true, also of a closed pty.
func (v *ptyValue) Truth() starlark.Bool { return true }

// Hash refuses: nobody looks for a pty in a dictionary.
func (v *ptyValue) Hash() (uint32, error) { return 0, errors.New("unhashable: pty") }

// closed tells whether the terminal can no longer be used: it was closed, or
// nobody else has it.
func (v *ptyValue) closed() bool { return is(v.pty.gone) || is(v.pty.over) }

// is tells whether what the channel stands for has happened.
func is(event <-chan struct{}) bool {
	select {
	case <-event:
		return true
	default:
		return false
	}
}

// AttrNames lists the attributes.
func (v *ptyValue) AttrNames() []string {
	return []string{"close", "closed", "read", "resize", "size", "write"}
}

// Attr has the attributes; size is (rows, cols).
func (v *ptyValue) Attr(name string) (starlark.Value, error) {
	switch name {
	case "closed":
		return starlark.Bool(v.closed()), nil
	case "size":
		ws, err := v.pty.size()
		if err != nil {
			return nil, err
		}
		return starlark.Tuple{starlark.MakeInt(int(ws.Row)), starlark.MakeInt(int(ws.Col))}, nil
	}
	if m := ptyMethods[name]; m != nil {
		return m.bind(v), nil
	}
	return nil, nil
}

// method finds the page of a method for help.
func (v *ptyValue) method(name string) *Builtin { return ptyMethods[name] }

var ptyMethods = methods(Builtin{
	Sig: "read(until=None, timeout=None)",
	Doc: `Returns what the program has written to the terminal: as soon as there is something, all of it.

With until it returns all up to and with that text, and leaves what follows for
the next read. "" is the end: the program has ended, and nobody else has the
terminal open. After timeout seconds it fails with ETIMEDOUT, and what has come
is left for the next read.`,
	Func: func(c *Call) (starlark.Value, error) {
		var until []byte
		timeout := -1.0
		if err := c.Args(&until, &timeout); err != nil {
			return nil, err
		}
		var text []byte
		v := c.Self.(*ptyValue)
		err := c.within(timeout, func(ctx context.Context) (err error) {
			text, err = v.read(ctx, until)
			return err
		})
		return starlark.String(text), err
	},
}, Builtin{
	Sig: "write(text, timeout=None)",
	Doc: `Types text, a string or bytes: "\n" or "\r" is Enter, "\x03" is Ctrl-C, "\x04" is Ctrl-D.

It waits while the program does not read what was typed before; after timeout
seconds it fails with ETIMEDOUT, and part of the text may have been typed.`,
	Func: func(c *Call) (starlark.Value, error) {
		var text []byte
		timeout := -1.0
		if err := c.Args(&text, &timeout); err != nil {
			return nil, err
		}
		v := c.Self.(*ptyValue)
		return starlark.None, c.within(timeout, func(ctx context.Context) error { return v.write(ctx, text) })
	},
}, Builtin{
	Sig: "resize(rows, cols)",
	Doc: `Sets the size of the terminal, each from 0 to 65535; the program gets a SIGWINCH if that is a change.`,
	Func: func(c *Call) (starlark.Value, error) {
		var rows, cols int
		if err := c.Args(&rows, &cols); err != nil {
			return nil, err
		}
		for name, n := range map[string]int{"rows": rows, "cols": cols} {
			if n < 0 || n > math.MaxUint16 {
				return nil, BadValue(name, "from 0 to 65535", c.Arg(name))
			}
		}
		return starlark.None, c.Self.(*ptyValue).pty.resize(uint16(rows), uint16(cols))
	},
}, Builtin{
	Sig: "close()",
	Doc: `Takes the terminal away: the program gets a SIGHUP, as if the window were closed.`,
	Func: func(c *Call) (starlark.Value, error) {
		if err := c.Args(); err != nil {
			return nil, err
		}
		return starlark.None, c.Block(func() error {
			c.Self.(*ptyValue).pty.hangUp()
			return nil
		})
	},
})

// within calls f without the interpreter lock, with a context that ends after
// timeout seconds; None, which the caller has as -1, is no limit.
func (c *Call) within(timeout float64, f func(context.Context) error) error {
	if c.Arg("timeout") != starlark.None && !(timeout >= 0) {
		return BadValue("timeout", "a number of seconds", c.Arg("timeout"))
	}
	ctx := c.ctx
	if timeout >= 0 {
		limited, cancel := context.WithTimeoutCause(ctx, seconds(timeout), errTimeout)
		defer cancel()
		ctx = limited
	}
	err := c.Block(func() error { return f(ctx) })
	if errors.Is(err, errTimeout) {
		err = fmt.Errorf("not within %v s: %w", timeout, unix.ETIMEDOUT)
	}
	return err
}

// mostUnmatched is how much read keeps while it looks for the text.
const mostUnmatched = 1 << 20

// read waits for until, or for anything if that is empty.
func (v *ptyValue) read(ctx context.Context, until []byte) ([]byte, error) {
	if err := enter(ctx, v.reading); err != nil {
		return nil, err
	}
	defer func() { <-v.reading }()
	for from := 0; ; {
		n := len(v.rest)
		if len(until) > 0 {
			n = bytes.Index(v.rest[from:], until) + from + len(until)
			if n < from+len(until) {
				n = 0
			}
			from = max(0, len(v.rest)-len(until)+1)
		}
		if n > 0 {
			text := v.rest[:n:n]
			v.rest = v.rest[n:]
			return text, nil
		}
		if len(v.rest) > mostUnmatched {
			return nil, fmt.Errorf("%q is not in the %d bytes that have come, which are left for the next read: %w", until, len(v.rest), unix.ENOBUFS)
		}
		part, err := v.next(ctx)
		if err == nil && part == nil && len(until) > 0 {
			err = fmt.Errorf("the terminal has ended before %q came; what did come is left for the next read: %w", until, unix.EIO)
		}
		if err != nil || part == nil {
			return nil, err
		}
		v.rest = append(v.rest, part...)
	}
}

// next is what comes next, nil at the end. What is there counts more than that
// the time is over.
func (v *ptyValue) next(ctx context.Context) ([]byte, error) {
	if is(v.pty.gone) {
		return nil, errPtyClosed
	}
	select {
	case part := <-v.output.parts:
		return part, nil
	case <-v.pty.over:
		return nil, nil
	case <-v.pty.gone:
		return nil, errPtyClosed
	case <-ctx.Done():
	}
	select {
	case part := <-v.output.parts:
		return part, nil
	case <-v.pty.over:
		return nil, nil
	default:
		return nil, context.Cause(ctx)
	}
}

// write types text. One that is given up must not hold up its caller, whatever
// the master does.
func (v *ptyValue) write(ctx context.Context, text []byte) error {
	if err := enter(ctx, v.writing); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() {
		err := v.pty.write(ctx, text)
		<-v.writing
		done <- err
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// enter waits until nobody else does what busy stands for.
func enter(ctx context.Context, busy chan struct{}) error {
	select {
	case busy <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
