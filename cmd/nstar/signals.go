package main

import (
	"context"
	"os"

	"nstar/interp"
)

// interruptible returns a context for what a verb has a session do: the first signal ends it, and those
// that follow until stop change nothing. Stop returns the signal, also one that came too late to end anything.
func (c Command) interruptible() (ctx context.Context, stop func() *interp.Signaled) {
	ctx, cancel := context.WithCancelCause(context.Background())
	var got *interp.Signaled
	over := make(chan struct{})
	signals := c.Signals()
	go func() {
		defer close(over)
		for {
			select {
			case sig := <-signals:
				got = &interp.Signaled{Signal: sig}
				cancel(got)
			case <-ctx.Done():
				return
			}
		}
	}()
	return ctx, func() *interp.Signaled {
		cancel(nil)
		<-over
		return got
	}
}

// readFile reads a file, until a signal comes: a FIFO or a terminal may keep one waiting.
func (c Command) readFile(file string) ([]byte, error) {
	return c.await(func() ([]byte, error) { return os.ReadFile(file) })
}

// await reads, until a signal comes. What is read after that is nobody's.
func (c Command) await(read func() ([]byte, error)) ([]byte, error) {
	type answer struct {
		text []byte
		err  error
	}
	got := make(chan answer, 1)
	go func() {
		text, err := read()
		got <- answer{text, err}
	}()
	select {
	case a := <-got:
		return a.text, a.err
	case sig := <-c.Signals():
		return nil, &interp.Signaled{Signal: sig}
	}
}
