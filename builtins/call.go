package builtins

import (
	"context"
	"fmt"
	"runtime/debug"

	"go.starlark.net/starlark"

	"nstar/builtins/internal/task"
)

// A Call is one use of a word. It lives as long as the word's Func runs, in
// one goroutine, which holds the interpreter lock but within Block.
type Call struct {
	Host   *Host
	Thread *starlark.Thread
	Word   *Builtin
	Self   starlark.Value // the receiver, if the word is a method
	Task   *task.Task     // whom the call acts on; nil if the word has no parameter task

	name   string // of the word, with its type before it if it is a method
	ctx    context.Context
	params []Param
	values []starlark.Value
	given  []bool
	probe  func(ptrs []any) error // nil but where a test asks a Func what it unpacks
}

// call is what the interpreter calls: it binds the arguments, runs Func, and
// gives an error its final form. A panic of a word ends that word only.
func (b *Builtin) call(thread *starlark.Thread, fn *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (v starlark.Value, err error) {
	s := stateOf(thread)
	if s == nil {
		return nil, fmt.Errorf("%s: this thread belongs to no host", fn.Name())
	}
	c := &Call{Host: s.host, Thread: thread, Word: b, Self: fn.Receiver(), name: fn.Name(), ctx: s.ctx}
	defer func() {
		if r := recover(); r != nil {
			if s.host.debug {
				s.host.report(fmt.Errorf("%v\n%s", r, debug.Stack()))
			}
			v, err = nil, &Error{Word: c.name, Text: fmt.Sprintf("internal error in %s: %v", c.name, r)}
		}
	}()
	if err := c.bind(args, kwargs); err != nil {
		return nil, c.failed(err)
	}
	if !b.Early {
		s.host.ready()
	}
	if v, err = b.Func(c); err != nil {
		return nil, c.failed(err)
	}
	if v == nil {
		v = starlark.None
	}
	return v, nil
}

// bind resolves the arguments, and task before all others.
func (c *Call) bind(args starlark.Tuple, kwargs []starlark.Tuple) (err error) {
	if c.params, err = c.Word.sig.parse(); err != nil {
		return err
	}
	if c.values, c.given, err = bind(c.params, args, kwargs); err != nil {
		return err
	}
	i := find(c.params, "task")
	if i < 0 {
		return nil
	}
	switch v := c.values[i].(type) {
	case *TaskValue:
		c.Task = v.Task
	case starlark.NoneType:
		c.Task, err = c.Current()
	default:
		err = BadValue("task", "a task", v)
	}
	return err
}

// Context ends when the call is to be given up: Ctrl-C, a signal, the end of
// the task whose function this is.
func (c *Call) Context() context.Context { return c.ctx }

// Current is the current task; the first use starts the shell task.
func (c *Call) Current() (*task.Task, error) { return c.Host.Current(c.Thread) }

// Block runs f without the interpreter lock: all that may take long belongs
// into it. f must not touch Starlark values that others can reach. What was put
// off goes first.
func (c *Call) Block(f func() error) error {
	if err := c.catchUp(); err != nil {
		return err
	}
	return c.unlocked(f)
}

// catchUp makes the calls that a batch has put off. A word that depends on them
// and begins with neither Block nor Do needs it.
func (c *Call) catchUp() error { return stateOf(c.Thread).flush() }

// unlocked is Block for the batch itself.
func (c *Call) unlocked(f func() error) error {
	c.Host.turn.release()
	defer c.Host.resume(c.Thread)
	return f()
}

// note says something to who reads standard error, though the call has not failed.
func (c *Call) note(text string) {
	_ = c.unlocked(func() error {
		_, err := fmt.Fprintf(c.Host.notes, "%s: note: %s\n", c.name, text)
		return err
	})
}

// Do has c.Task make the calls of p.
func (c *Call) Do(p *task.Program) error { return c.DoAs(c.Task, p) }

// DoAs has t make the calls of p.
func (c *Call) DoAs(t *task.Task, p *task.Program) error {
	return c.Block(func() error { return t.Do(c.ctx, p) })
}

// Syscall has c.Task make one system call, named as in the manual.
func (c *Call) Syscall(name string, args ...task.Arg) (int64, error) {
	var p task.Program
	r := p.Call(name, args...)
	if err := c.Do(&p); err != nil {
		return -1, err
	}
	return r.Result(), nil
}

// As calls fn with t as the current task.
func (c *Call) As(t *task.Task, fn starlark.Callable, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	s := stateOf(c.Thread)
	before := s.current
	s.current = &current{base: t}
	defer func() { s.current = before }()
	return starlark.Call(c.Thread, fn, args, kwargs)
}
