package builtins

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"nstar/builtins/internal/task"
)

// A TaskValue is a task in the language. Several may stand for one task; they
// are equal. The engine owns the task: it lives until it ends, is closed, or
// the session is.
type TaskValue struct {
	Task *task.Task
	host *Host
	tty  *ptyValue // of a program that spawn gave one; else nil

	listener *listenerValue // of the filter that spawn has started the program under, or nil
}

// TaskValue is t in the language.
func (h *Host) TaskValue(t *task.Task) *TaskValue { return &TaskValue{Task: t, host: h} }

var (
	_ starlark.HasAttrs   = (*TaskValue)(nil)
	_ starlark.Comparable = (*TaskValue)(nil)
)

// taskAttrs are the attributes of a task that are read, not called.
var taskAttrs = sync.OnceValue(func() map[string]func(*TaskValue) starlark.Value {
	return map[string]func(*TaskValue) starlark.Value{
		"pid":    func(t *TaskValue) starlark.Value { return starlark.MakeInt(t.Task.Pid()) },
		"nspid":  func(t *TaskValue) starlark.Value { return starlark.MakeInt(t.Task.NSPid()) },
		"alive":  func(t *TaskValue) starlark.Value { return starlark.Bool(!ended(t.Task)) },
		"parent": taskParent,
		"status": taskStatus,
		"tty":    taskTTY,

		"listener": taskListener,
	}
})

// taskWords are the words that a task has as methods, each with the parameter
// that is the task itself. Words that do not exist are no attributes.
var taskWords = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"run": "task", "spawn": "task", "sh": "task",
		"wait": "", "kill": "", // "": the first one
	}
})

// taskMethods are the methods that are no words.
var taskMethods = methods(Builtin{
	Sig: "call(fn, *args, **kwargs)",
	Doc: `Calls fn(*args, **kwargs) with the task as the current task and returns what it returns.`,
	Func: func(c *Call) (starlark.Value, error) {
		var fn starlark.Callable
		var args starlark.Tuple
		var kwargs []starlark.Tuple
		if err := c.Args(&fn, &args, &kwargs); err != nil {
			return nil, err
		}
		return c.As(c.Self.(*TaskValue).Task, fn, args, kwargs)
	},
}, Builtin{
	Sig: "close()",
	Doc: `Kills the task, if it is alive, and lets go of it.

A program is killed with all that it has forked and that has not lost its parent
yet, a task with the programs that it runs.`,
	Func: func(c *Call) (starlark.Value, error) {
		t := c.Self.(*TaskValue).Task
		c.Host.jobs.take(t)
		return starlark.None, c.Block(t.KillTree)
	},
})

func taskParent(t *TaskValue) starlark.Value {
	if p := t.Task.Parent(); p != nil {
		return t.host.TaskValue(p)
	}
	return starlark.None
}

func taskTTY(t *TaskValue) starlark.Value {
	if t.tty == nil {
		return starlark.None
	}
	return t.tty
}

func taskListener(t *TaskValue) starlark.Value {
	if t.listener != nil {
		return t.listener
	}
	return starlark.None
}

func taskStatus(t *TaskValue) starlark.Value {
	if !ended(t.Task) {
		return starlark.None
	}
	return &StatusValue{Pid: t.Task.Pid(), Status: t.Task.Status()}
}

// String is as short as a prompt wants it.
func (t *TaskValue) String() string { return fmt.Sprintf("<task %d>", t.Task.Pid()) }

// Type is "task".
func (t *TaskValue) Type() string { return "task" }

// Freeze does nothing: the state of a task is the kernel's.
func (t *TaskValue) Freeze() {}

// Truth is true, also of a dead task; alive asks for the other thing.
func (t *TaskValue) Truth() starlark.Bool { return true }

// Hash lets tasks be keys of a dictionary.
func (t *TaskValue) Hash() (uint32, error) { return uint32(t.Task.Pid()), nil }

// CompareSameType has two values equal if they stand for one task.
func (t *TaskValue) CompareSameType(op syntax.Token, other starlark.Value, _ int) (bool, error) {
	same := t.Task == other.(*TaskValue).Task
	switch op {
	case syntax.EQL:
		return same, nil
	case syntax.NEQ:
		return !same, nil
	}
	return false, errors.New("there is no order among tasks")
}

// AttrNames lists the attributes.
func (t *TaskValue) AttrNames() []string {
	names := make([]string, 0, len(taskAttrs())+len(taskMethods())+len(taskWords())+1)
	for name := range taskAttrs() {
		names = append(names, name)
	}
	for name := range taskMethods() {
		names = append(names, name)
	}
	for name := range taskWords() {
		if Lookup(name) != nil {
			names = append(names, name)
		}
	}
	if Lookup("ns_of") != nil {
		names = append(names, "ns")
	}
	slices.Sort(names)
	return names
}

// Attr has the attributes; ns is ns_of(t).
func (t *TaskValue) Attr(name string) (starlark.Value, error) {
	if f := taskAttrs()[name]; f != nil {
		return f(t), nil
	}
	if m := taskMethods()[name]; m != nil {
		return m.bind(t), nil
	}
	if w := Lookup("ns_of"); name == "ns" && w != nil {
		return t.namespaces(w)
	}
	if _, ok := taskWords()[name]; ok && Lookup(name) != nil {
		return t.word(name), nil
	}
	if w := Lookup(name); w != nil && w.Acts() {
		return nil, starlark.NoSuchAttrError(fmt.Sprintf("task has no .%s; the word takes the task as an argument: %s(…, task=t)", name, name))
	}
	return nil, nil
}

// method finds the page of a method for help.
func (t *TaskValue) method(name string) *Builtin {
	if m := taskMethods()[name]; m != nil {
		return m
	}
	return Lookup(name)
}

// namespaces is ns_of(t). An attribute is read without a thread, so it has one
// of its own, which only the session's end interrupts.
func (t *TaskValue) namespaces(nsOf *Builtin) (starlark.Value, error) {
	before := t.host.running
	if err := stateOf(before).flush(); err != nil {
		return nil, err
	}
	thread := t.host.NewThread(t.host.ctx, "ns", nil)
	defer func() { t.host.running = before; EndThread(thread) }()
	v, err := starlark.Call(thread, nsOf.value(), starlark.Tuple{t}, nil)
	var eval *starlark.EvalError
	if errors.As(err, &eval) {
		err = errors.Unwrap(eval) // the backtrace is to be that of the thread that asked
	}
	return v, err
}

// word is a word with the task as the argument that taskWords says.
func (t *TaskValue) word(name string) starlark.Value {
	fn, param := Lookup(name).value(), taskWords()[name]
	call := func(thread *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		if param == "" {
			args = append(starlark.Tuple{t}, args...)
		} else {
			kwargs = append(slices.Clone(kwargs), starlark.Tuple{starlark.String(param), t})
		}
		return starlark.Call(thread, fn, args, kwargs)
	}
	return starlark.NewBuiltin("task."+name, call).BindReceiver(t)
}
