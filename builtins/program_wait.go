package builtins

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"time"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// signaled is the cause of the end of a context that a signal ended, as
// context.Cause tells it.
type signaled interface {
	error
	Caught() os.Signal
}

// mercy is how long an interrupted program has to end by itself.
const mercy = 2 * time.Second

// seconds is a timeout of a script; more than 30 years are not told apart.
func seconds(n float64) time.Duration { return time.Duration(min(n, 1e9) * float64(time.Second)) }

// finish waits for the end of the program and for what it wrote.
func (p *program) finish(c *Call, t *task.Task) error {
	defer t.Release()
	err := p.await(c.ctx, t.Done(), t)
	for _, o := range p.outputs {
		if p.capture && err == nil {
			err = p.await(c.ctx, o.done, t)
		}
	}
	if errors.Is(err, unix.ETIMEDOUT) {
		err = killedTree(t, err)
	} else if err != nil && !ended(t) {
		p.interrupt(c, t)
	}
	if ended(t) { // a setuid program may not let us kill it
		_, _ = t.Wait(context.WithoutCancel(c.ctx)) // takes it from what wait() returns
	}
	for _, o := range p.outputs {
		if !p.capture {
			o.flush(c.ctx)
		} else {
			o.stop()
			<-o.done
		}
	}
	return err
}

// killedTree kills a program with all that it has forked, for the reason err.
func killedTree(t *task.Task, err error) error {
	if e := t.KillTree(); e != nil {
		return fmt.Errorf("%w; %v", err, e)
	}
	return err
}

// await waits for done, the end of the call, or the program's time limit.
func (p *program) await(ctx context.Context, done <-chan struct{}, t *task.Task) error {
	select {
	case <-done:
		return nil
	default:
	}
	for {
		select {
		case <-done:
			return nil
		case sig := <-t.Stopped():
			if p.terminal != nil {
				p.terminal.stopped(t)
			} else if p.cmd.Group {
				p.host.tellStopped(t, p.name, sig, otherClone)
			}
		case <-p.limit:
			return fmt.Errorf("%q has not ended within %v s: %w", p.name, p.timeout, unix.ETIMEDOUT)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// interrupt ends the program of a call that is to end. One that is in the
// foreground with us has got the SIGINT as well and decides for itself; the next
// signal kills it.
func (p *program) interrupt(c *Call, t *task.Task) {
	ask, limit := unix.SIGTERM, time.After(mercy)
	var cause signaled
	if errors.As(context.Cause(c.ctx), &cause) {
		if sig, ok := cause.Caught().(unix.Signal); ok {
			ask = sig
		}
	}
	again := make(chan os.Signal, 1)
	if ask == unix.SIGINT && foreground(t) {
		limit = nil
		signal.Notify(again, unix.SIGINT, unix.SIGTERM, unix.SIGHUP, unix.SIGQUIT)
		defer signal.Stop(again)
	} else if t.Signal(context.WithoutCancel(c.ctx), ask) != nil {
		return
	}
	select {
	case <-t.Done():
		return
	case <-limit:
	case <-again:
	case <-c.Host.ctx.Done():
	}
	_ = t.KillTree()
}

// foreground tells whether standard input is a terminal whose Ctrl-C goes to
// this process and to that of t.
func foreground(t *task.Task) bool {
	group, err := unix.IoctlGetInt(keyboard, unix.TIOCGPGRP)
	theirs, gone := unix.Getpgid(t.Pid())
	return err == nil && gone == nil && group == unix.Getpgrp() && group == theirs
}
