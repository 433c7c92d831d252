package builtins

import (
	"fmt"

	"go.starlark.net/starlark"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "clone(flags=0, fn=None, *args, set_tid=None, cgroup=None, task=None)",
	Shelf: "process",
	Page:  "clone(2)",
	Like:  "unshare -f",
	Doc: `Creates a child of the task, in new namespaces as flags tell, and returns it.

Without fn the child is parked: it does what it is told with task=. With fn it
runs fn(*args) concurrently, as its current task; what fn returns is the exit
status, and None is 0. An error in fn is printed and makes the status 1.
set_tid chooses the pids of the child, in the innermost PID namespace first.
cgroup, or a file that open has made of a folder of cgroup v2, has it start there.`,
	Example: `
>>> t = clone(CLONE_NEWUTS)
>>> sethostname("inner", task=t)
>>> gethostname(task=t), gethostname() == "inner"
("inner", False)
>>> def init():
...     return 0 if getpid() == 1 else 1
...
>>> wait(clone(CLONE_NEWPID, init)).code
0
`,
	Early: true,
	Func: func(c *Call) (starlark.Value, error) {
		flags := Flags{Family: CloneFamily}
		var fn starlark.Callable
		var args starlark.Tuple
		var setTid starlark.Value
		var cgroup starlark.Value
		if err := c.Args(&flags, &fn, &args, &setTid, &cgroup); err != nil {
			return nil, err
		}
		tids, err := pidList("set_tid", setTid)
		if err != nil {
			return nil, err
		}
		child, err := c.clone(task.CloneOptions{Flags: flags.Value, Text: flags.Text(), SetTid: tids}, cgroup)
		if err != nil {
			return nil, err
		}
		if fn != nil {
			c.Host.Go(c, child, fn, args)
			c.begun(child, fn.Name())
		}
		return c.Host.TaskValue(child), nil
	},
})

// clone makes the child, in a cgroup if one is given.
func (c *Call) clone(o task.CloneOptions, cgroup starlark.Value) (child *task.Task, err error) {
	make := func() error {
		return c.Block(func() (err error) {
			child, err = c.Task.Clone(c.ctx, o)
			return err
		})
	}
	switch g := cgroup.(type) {
	case starlark.NoneType:
		err = make()
	case *FileValue:
		err = g.Use(func(fd int) error {
			o.Cgroup = fd
			return make()
		})
	case *cgroupValue:
		child, err = g.clone(c, func(fd int) (*task.Task, error) {
			o.Cgroup = fd
			err := make()
			return child, err
		})
	default:
		err = BadValue("cgroup", "a cgroup or a file", cgroup)
	}
	return child, err
}

// pidList is an int, or a list of them.
func pidList(name string, v starlark.Value) ([]int, error) {
	switch v := v.(type) {
	case starlark.NoneType:
		return nil, nil
	case starlark.Int:
		var pid int
		err := unpack(name, v, &pid)
		return []int{pid}, err
	case starlark.Indexable:
		pids := make([]int, v.Len())
		for i := range pids {
			if err := unpack(fmt.Sprintf("%s[%d]", name, i), v.Index(i), &pids[i]); err != nil {
				return nil, err
			}
		}
		return pids, nil
	}
	return nil, BadValue(name, "a pid or a list of pids", v)
}
