package builtins

import (
	"errors"
	"slices"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "batch(fn, *args, **kwargs)",
	Shelf: "language",
	Page:  "io_uring(7)",
	Like:  "sh -c 'mkdir … && mount … && …'",
	Doc: `Calls fn(*args, **kwargs) and has its system calls made many at a time, which is several times faster.

A word that returns nothing, such as mkdir or mount, returns before its call was
made. Calls are made in their order, by the task that they are for, at the latest
when a word is to return something, acts on another task or waits, and before
catch and batch return. After one that fails, those that were put off are not
made; its error shows where the word was called.`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs")
>>> def root(names):
...     for name in names:
...         mkdir("/tmp/" + name)
...     return listdir("/tmp")
...
>>> batch(root, ["bin", "etc", "usr"])
["bin", "etc", "usr"]
>>> batch(root, ["lib", "no/lib", "opt"])
Traceback (most recent call last):
  <prompt>:9:6: in <expr>
  <prompt>:5:14: in root
    mkdir("/tmp/" + name)
         ^
mkdir: ENOENT (no such file or directory): mkdirat(AT_FDCWD, "/tmp/no/lib", 0777)
hint: /tmp/no does not exist
>>> listdir("/tmp")
["bin", "etc", "lib", "usr"]
`,
	Func: func(c *Call) (starlark.Value, error) {
		var fn starlark.Callable
		var args starlark.Tuple
		var kwargs []starlark.Tuple
		if err := c.Args(&fn, &args, &kwargs); err != nil {
			return nil, err
		}
		s := stateOf(c.Thread)
		outer := s.batch
		if outer == nil {
			s.batch = &batch{}
			defer s.abandon()
		}
		v, err := starlark.Call(c.Thread, fn, args, kwargs)
		if e := s.flush(); e != nil {
			return nil, e
		}
		return v, err
	},
})

// A batch gathers calls of one task, which makes some while the script goes on
// to the next. It belongs to a thread.
type batch struct {
	task    *task.Task
	program task.Program
	put     []putOff // whose calls are in program

	pending *task.Pending // nil: the task is doing nothing for the batch
	sent    []putOff      // whose calls it is making
}

// A putOff is a word whose calls are in a batch.
type putOff struct {
	call    *Call
	program *task.Program
	check   func() error // of what its calls returned; nil: none
	stack   starlark.CallStack
}

const (
	fewPutOff  = 4 // worth waking a task that has nothing to do
	mostPutOff = 48
	mostBytes  = 32 << 10 // of the arena
)

// Make has c.Task make one system call of which the word returns nothing: at
// once, or later with others in a batch.
func (c *Call) Make(name string, args ...task.Arg) (starlark.Value, error) {
	var p task.Program
	p.Call(name, args...)
	return starlark.None, c.MakeAll(&p, nil)
}

// MakeAll does so with all calls of a program, and then has check look at what
// they returned, also if one has failed: its error, if any, is the one that counts.
func (c *Call) MakeAll(p *task.Program, check func() error) error {
	s := stateOf(c.Thread)
	if s.batch != nil && p.Alone() && p.Size() <= mostBytes {
		return s.add(putOff{c, p, check, c.Thread.CallStack()})
	}
	return checked(check, c.Do(p))
}

// checked is the error of check or else err, with which the calls ended.
func checked(check func() error, err error) error {
	if check != nil {
		if e := check(); e != nil {
			return e
		}
	}
	return err
}

// add puts w off.
func (s *state) add(w putOff) error {
	b := s.batch
	if b.task != w.call.Task {
		if err := s.flush(); err != nil {
			return err
		}
		b.task = w.call.Task
	}
	n, size := len(b.put), b.program.Size()+w.program.Size()
	idle := b.pending == nil || b.pending.Over()
	if n >= mostPutOff || size > mostBytes || n >= fewPutOff && idle {
		b.program.Followed()
		if err := s.send(); err != nil {
			return err
		}
	}
	b.put = append(b.put, w)
	b.program.Append(w.program)
	return nil
}

// send has the task begin with what was put off, when it is through with what
// it was sent before.
func (s *state) send() error {
	b := s.batch
	if err := s.await(); err != nil || len(b.put) == 0 {
		return err
	}
	c := b.put[0].call
	put, p := b.put, b.program
	b.put, b.program = nil, task.Program{}
	err := c.unlocked(func() (err error) {
		b.pending, err = b.task.Start(c.ctx, &p)
		return err
	})
	if err != nil {
		return blame(put, err)
	}
	b.sent = put
	return nil
}

// await waits for what the task was sent. An error is that of the word whose
// call failed, and those that were put off after it are dropped.
func (s *state) await() error {
	b := s.batch
	if b.pending == nil {
		return nil
	}
	pending, sent, put, p := b.pending, b.sent, b.put, b.program
	b.pending, b.sent = nil, nil
	b.put, b.program = nil, task.Program{} // to find the reason of an error must not make them
	c := sent[0].call
	err := c.unlocked(func() error {
		err, rest := pending.Wait(c.ctx), sent
		for toResume(rest, err) && c.ctx.Err() == nil {
			rest = rest[stoppedAt(rest):]
			err = b.task.Do(c.ctx, joined(rest))
		}
		return err
	})
	if err = blame(sent, err); err == nil {
		b.put, b.program = put, p
	}
	return err
}

// toResume tells whether a program with which put was made has ended at the
// first call of a word because a signal was to be delivered: as Task.Do has it,
// the task then goes on there.
func toResume(put []putOff, err error) bool {
	return errors.Is(err, unix.EINTR) && put[stoppedAt(put)].program.Calls()[0].Errno() == unix.EINTR
}

// joined is one program of all that was put off.
func joined(put []putOff) *task.Program {
	p := new(task.Program)
	for _, w := range put {
		p.Append(w.program)
	}
	return p
}

// abandon ends the batch, also where a panic has kept it from being flushed.
func (s *state) abandon() {
	_ = s.await()
	s.batch = nil
}

// flush makes all calls that were put off.
func (s *state) flush() error {
	if s.batch == nil {
		return nil
	}
	s.batch.program.Followed()
	if err := s.send(); err != nil {
		return err
	}
	return s.await()
}

// blame gives err, with which a program ended, to the word whose call was the
// last that was tried.
func blame(put []putOff, err error) error {
	last := len(put) - 1
	if err != nil {
		last = stoppedAt(put)
	}
	for i, w := range put[:last+1] {
		e := error(nil)
		if i == last {
			e = err
		}
		if e = checked(w.check, e); e != nil {
			return &late{w.call.failed(e), w.stack}
		}
	}
	return nil
}

// stoppedAt is the word at whose calls the program has ended.
func stoppedAt(put []putOff) int {
	return max(0, slices.IndexFunc(put, func(w putOff) bool { return slices.ContainsFunc(w.program.Calls(), stopped) }))
}

// stopped tells whether the program went no further than c.
func stopped(c *task.Call) bool { return c.Failed() || !c.Ran() }

// late is an error of a word that was put off, with where it was called.
type late struct {
	error
	stack starlark.CallStack
}

func (e *late) Unwrap() error { return e.error }

// CallStack is the way to the call that failed, which is not where the error
// came up.
func (e *late) CallStack() starlark.CallStack { return e.stack }
