package builtins

import (
	"errors"
	"fmt"
	"sync"

	"go.starlark.net/starlark"

	"nstar/builtins/internal/layout"
	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "syscall(name, *args, task=None)",
	Shelf: "process",
	Page:  "syscall(2)",
	Like:  "perl -e 'syscall(…)'",
	Doc: `Has the task make any system call, by its name in the manual, and returns the result.

An argument is a number, a constant, a string or bytes (passed by address),
None (NULL), a buf, which the kernel may write as well, or a file, a namespace
or a task, of which the task gets the descriptor, or the pid if it is its child.
A descriptor that a call returns is a number in the task, and stays open there.
Calls that would take the task out of nstar's hands are refused.`,
	Example: `
>>> syscall("getpid") == getpid()
True
>>> b = buf(16)
>>> syscall("getrandom", b, len(b), 0)
16
>>> b.bytes == buf(16).bytes
False
>>> catch(syscall, "sethostname", "x", -1).error.errno
"EINVAL"
>>> catch(syscall, "getpidd").error
syscall: there is no system call getpidd (did you mean getpid?)
`,
	Func: func(c *Call) (starlark.Value, error) {
		var name string
		var args starlark.Tuple
		if err := c.Args(&name, &args); err != nil {
			return nil, err
		}
		if instead := notByHand()[name]; instead != "" {
			return nil, fmt.Errorf("%s would take the task out of nstar's hands: %s", name, instead)
		}
		if !task.Known(name) {
			return nil, noSyscall(name)
		}
		if len(args) > 6 {
			return nil, fmt.Errorf("a system call has at most 6 arguments, but %s got %d", name, len(args))
		}
		s := &rawCall{name: name, data: map[*bufValue][]byte{}, bufs: map[*bufValue]task.Arg{}}
		for i, v := range args {
			if err := s.add(c, i, v); err != nil {
				return nil, err
			}
		}
		if err := c.Block(func() error { return s.make(c, s.lent) }); err != nil {
			return nil, err
		}
		for b, data := range s.data {
			b.data = data
		}
		return starlark.MakeInt64(s.result), nil
	},
})

const ownMemory = "its memory is nstar's own; what a call needs is passed as a string or a buf"

// notByHand are the calls after which the engine could not drive the task, with
// what there is instead.
var notByHand = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"fork": "use clone()", "vfork": "use clone()", "clone": "use clone()", "clone3": "use clone()",
		"exit": "use exit() or kill(t, SIGKILL)", "exit_group": "use exit() or kill(t, SIGKILL)",
		"execve": "use execve()", "execveat": "use execve()",
		"wait4": "use wait()", "waitid": "use wait()",
		"mmap": ownMemory, "munmap": ownMemory, "mremap": ownMemory, "mprotect": ownMemory,
		"pkey_mprotect": ownMemory, "remap_file_pages": ownMemory, "mseal": ownMemory, "madvise": ownMemory,
		"rt_sigreturn": "it makes sense in a signal handler only", "sigaltstack": "it has no stack",
		"rt_sigaction": "it has no signal handlers", "rt_sigprocmask": "its signals stay blocked; a program gets all of them",
		"restart_syscall": "interrupted calls are made again anyway",
	}
})

func noSyscall(name string) error {
	none := "there is no system call " + layout.Clean(name)
	if task.Elsewhere(name) {
		none += " on this architecture"
	}
	if near := nearest(name, task.Names()); near != "" {
		return fmt.Errorf("%s (did you mean %s?)", none, near)
	}
	return errors.New(none)
}

// A rawCall is a system call in the making.
type rawCall struct {
	name   string
	p      task.Program
	args   []task.Arg
	lent   []lent
	bufs   map[*bufValue]task.Arg // one buf is one place, however often it is passed
	data   map[*bufValue][]byte
	result int64
}

// lent is an argument that is a descriptor of the host.
type lent struct {
	n   int
	use func(func(fd int) error) error // holds it open
}

func (s *rawCall) add(c *Call, n int, v starlark.Value) (err error) {
	var arg task.Arg
	switch v := v.(type) {
	case *FileValue:
		s.lent = append(s.lent, lent{n, v.Use})
	case *Namespace:
		s.lent = append(s.lent, lent{n, v.use})
	case *bufValue:
		if _, known := s.bufs[v]; !known {
			s.data[v], s.bufs[v] = v.arg()
		}
		arg = s.bufs[v]
	default:
		arg, err = c.rawArg(n, v)
	}
	s.args = append(s.args, arg)
	return err
}

// make makes the call when all descriptors are held.
func (s *rawCall) make(c *Call, rest []lent) error {
	if len(rest) > 0 {
		return rest[0].use(func(fd int) error {
			s.args[rest[0].n] = s.p.Lend(fd)
			return s.make(c, rest[1:])
		})
	}
	r := s.p.Call(s.name, s.args...)
	err := c.Task.Do(c.ctx, &s.p)
	s.result = r.Result()
	return err
}

// rawArg is v as the nth argument, if it is no descriptor and no buf.
func (c *Call) rawArg(n int, v starlark.Value) (task.Arg, error) {
	name := fmt.Sprintf("args[%d]", n)
	switch v := v.(type) {
	case starlark.NoneType:
		return task.Null, nil
	case starlark.Bool:
		if v {
			return task.Int(1), nil
		}
		return task.Int(0), nil
	case Flags:
		return v.Arg(), nil
	case starlark.String:
		var s string
		err := unpackString(name, v, &s)
		return task.Str(s), err
	case starlark.Bytes:
		return task.Bytes([]byte(v)), nil
	case *TaskValue:
		pid, err := c.pidArg(name, v)
		return task.Int(pid), err
	case starlark.Int:
		if i, ok := v.Int64(); ok {
			return task.Int(int(i)), nil
		}
		if u, ok := v.Uint64(); ok {
			return task.Uint(u), nil
		}
	}
	return task.Null, BadValue(name, "a number, a constant, a string, bytes, None, a buf, a file, a namespace or a task", v)
}
