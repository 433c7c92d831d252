package builtins

import (
	"bytes"
	"context"
	"fmt"
	"math"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"
)

// ptyMethods are what a pty does. None of it goes through the task, which has
// no hold of the pty.
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
		err := c.within(timeout, "it has not come", func(ctx context.Context) error {
			return c.Block(func() (err error) {
				text, err = v.read(ctx, until)
				return err
			})
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
		return starlark.None, c.within(timeout, "not all could be typed", func(ctx context.Context) error {
			return c.Block(func() error { return v.write(ctx, text) })
		})
	},
}, Builtin{
	Sig: "resize(rows, cols)",
	Doc: `Sets the size of the terminal, each from 0 to 65535; the program gets a SIGWINCH if that is a change.`,
	Func: func(c *Call) (starlark.Value, error) {
		values, size := [2]starlark.Value{}, [2]uint16{}
		if err := c.Args(&values[0], &values[1]); err != nil {
			return nil, err
		}
		for i, name := range []string{"rows", "cols"} {
			if err := unpackInt(name, values[i], 0, math.MaxUint16, func(n int64) { size[i] = uint16(n) }); err != nil {
				return nil, err
			}
		}
		return starlark.None, c.Self.(*ptyValue).pty.resize(size[0], size[1])
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
