package builtins

import (
	"fmt"

	"go.starlark.net/starlark"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "setsid(*, task=None)",
	Shelf: "process",
	Page:  "setsid(2)",
	Like:  "setsid",
	Doc: `Creates a session and a process group whose leader is the task, and returns its id.

The task has no controlling terminal then. A leader of a process group cannot do
it (EPERM).`,
	Example: `
>>> t = clone()
>>> setsid(task=t) == t.nspid
True
>>> catch(setsid, task=t).error.errno
"EPERM"
`,
	Func: simple("setsid"),
})

// ofPid is a word that is one system call with a pid, or a task, and returns
// its result.
func ofPid(name string) func(*Call) (starlark.Value, error) {
	return func(c *Call) (starlark.Value, error) {
		var who starlark.Value
		if err := c.Args(&who); err != nil {
			return nil, err
		}
		pid, err := c.pidArg("pid", who)
		if err != nil {
			return nil, err
		}
		n, err := c.Syscall(name, task.Int(pid))
		return starlark.MakeInt64(n), err
	}
}

// pidArg is a pid as a system call of c.Task takes it: a number, or a task that
// is c.Task itself or its child. Of other tasks c.Task's view is not known.
func (c *Call) pidArg(name string, v starlark.Value) (pid int, err error) {
	t, ok := v.(*TaskValue)
	switch {
	case !ok:
		if unpack(name, v, &pid) != nil || pid < 0 || pid != int(int32(pid)) {
			return 0, BadValue(name, "a task or the number of a process", v)
		}
		return pid, nil
	case t.Task == c.Task:
		return 0, nil
	case t.Task.Parent() == c.Task:
		return t.Task.NSPid(), nil
	}
	return 0, fmt.Errorf("bad value: %s must be task %d or a child of it, but is %v", name, c.Task.Pid(), t)
}

var _ = def(Builtin{
	Sig:   "getsid(pid=0, *, task=None)",
	Shelf: "process",
	Page:  "getsid(2)",
	Like:  "ps -o sid= -p PID",
	Doc: `Returns the session of a process: a number, or a child of the task.

0 is the task itself.`,
	Example: `
>>> t = clone()
>>> setsid(task=t) == getsid(t)
True
>>> getsid() == getsid(t)
False
`,
	Func: ofPid("getsid"),
})

var _ = def(Builtin{
	Sig:   "getpgid(pid=0, *, task=None)",
	Shelf: "process",
	Page:  "getpgid(2)",
	Like:  "ps -o pgid= -p PID",
	Doc: `Returns the process group of a process: a number, or a child of the task.

0 is the task itself.`,
	Example: `
>>> t = clone()
>>> getpgid(t) == getpgid()
True
>>> setpgid(0, 0, task=t)
>>> getpgid(t) == t.nspid
True
`,
	Func: ofPid("getpgid"),
})

var _ = def(Builtin{
	Sig:   "setpgid(pid=0, pgid=0, *, task=None)",
	Shelf: "process",
	Page:  "setpgid(2)",
	Like:  "set -m",
	Doc: `Puts a process into a process group: the task itself (pid 0), or a child of it.

With pgid 0 it becomes the leader of a new group.`,
	Example: `
>>> a, b = clone(), clone()
>>> setpgid(a)
>>> setpgid(b, a)
>>> getpgid(b) == a.nspid
True
>>> catch(setpgid, 0, 999999999).error.errno
"EPERM"
`,
	Func: func(c *Call) (starlark.Value, error) {
		var who, group starlark.Value
		if err := c.Args(&who, &group); err != nil {
			return nil, err
		}
		pid, err := c.pidArg("pid", who)
		if err != nil {
			return nil, err
		}
		pgid, err := c.pidArg("pgid", group)
		if err != nil {
			return nil, err
		}
		_, err = c.Syscall("setpgid", task.Int(pid), task.Int(pgid))
		return starlark.None, err
	},
})
