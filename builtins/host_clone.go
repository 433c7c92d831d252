package builtins

import (
	"context"
	"errors"
	"fmt"

	"go.starlark.net/starlark"

	"nstar/builtins/internal/task"
)

// Go runs fn with t as its current task, in a goroutine and a thread of its
// own. What fn returns is the exit status of t; an error is reported, and makes
// it 1. The end of t, however it comes, ends fn.
func (h *Host) Go(c *Call, t *task.Task, fn starlark.Callable, args starlark.Tuple) {
	ctx, cancel := context.WithCancel(h.ctx) // not c's: the line that made the clone may be over before it
	line := h.lineOf(c.Thread)
	h.clones.Add(2)
	go func() {
		defer h.clones.Done()
		select {
		case <-t.Done():
			cancel()
		case <-ctx.Done():
		}
	}()
	go func() {
		defer h.clones.Done()
		defer cancel()
		h.runClone(ctx, line, fmt.Sprintf("%s in task %d", fn.Name(), t.Pid()), t, fn, args)
	}()
}

func (h *Host) runClone(ctx context.Context, line int64, name string, t *task.Task, fn starlark.Callable, args starlark.Tuple) {
	v, err := h.callAs(ctx, line, name, t, fn, args)
	var replaced *Replaced
	var dead *task.Dead
	if errors.As(err, &dead) && dead.Pid == t.Pid() {
		return // its own end is no error of fn
	}
	if errors.As(err, &replaced) || ended(t) || h.ctx.Err() != nil {
		return
	}
	code, err := cloneStatus(fn.Name(), v, err)
	if err != nil {
		h.report(err)
	}
	var p task.Program
	p.Call("exit_group", task.Int(code))
	if err := t.Do(ctx, &p); err != nil && ctx.Err() == nil && !errors.As(err, &dead) {
		h.report(err)
	}
}

func (h *Host) callAs(ctx context.Context, line int64, name string, t *task.Task, fn starlark.Callable, args starlark.Tuple) (starlark.Value, error) {
	h.turn.acquire()
	defer h.turn.release()
	thread := h.NewThread(ctx, name, t)
	s := stateOf(thread)
	s.ofClone, s.line = true, line
	defer EndThread(thread)
	return starlark.Call(thread, fn, args, nil)
}

// ended tells whether t has died, and its function with it.
func ended(t *task.Task) bool {
	select {
	case <-t.Done():
		return true
	default:
		return false
	}
}

// cloneStatus is the exit status of a clone whose function returned v or err.
// err is returned unless it is an exit.
func cloneStatus(name string, v starlark.Value, err error) (int, error) {
	var exit *ExitError
	switch {
	case errors.As(err, &exit):
		return exit.Code, nil
	case err != nil:
		return 1, err
	}
	switch v := v.(type) {
	case starlark.NoneType:
		return 0, nil
	case interface{ exitStatus() int }:
		return v.exitStatus(), nil
	case starlark.Int:
		if n, ok := v.Int64(); ok && n >= 0 && n <= 255 {
			return int(n), nil
		}
	}
	return 1, BadValue("what "+name+" returns", "an exit status from 0 to 255, or None", v)
}

// backtrace is err with the call stack of the script, if it has one.
func backtrace(err error) string {
	var eval *starlark.EvalError
	if errors.As(err, &eval) {
		return eval.Backtrace()
	}
	return err.Error()
}
