package builtins

import (
	"fmt"

	"go.starlark.net/starlark"

	"nstar/builtins/internal/task"
)

// mostCPUs is CPU_SETSIZE times eight: more than any kernel is built for.
const mostCPUs = 8192

var _ = def(Builtin{
	Sig:   "sched_getaffinity(pid=0, *, task=None)",
	Shelf: "process",
	Page:  "sched_getaffinity(2)",
	Like:  "taskset -cp PID",
	Doc: `Returns the CPUs that a process may run on as a list of numbers.

pid is a number, or a child of the task; 0 is the task itself.`,
	Example: `
>>> len(sched_getaffinity()) > 0
True
`,
	Func: func(c *Call) (starlark.Value, error) {
		var who starlark.Value
		if err := c.Args(&who); err != nil {
			return nil, err
		}
		pid, err := c.pidArg("pid", who)
		if err != nil {
			return nil, err
		}
		mask := make([]byte, mostCPUs/8)
		n, err := c.Syscall("sched_getaffinity", task.Int(pid), task.Int(len(mask)), task.Out(mask))
		if err != nil {
			return nil, err
		}
		var cpus []starlark.Value
		for cpu := range min(int(n), len(mask)) * 8 {
			if mask[cpu/8]&(1<<(cpu%8)) != 0 {
				cpus = append(cpus, starlark.MakeInt(cpu))
			}
		}
		return starlark.NewList(cpus), nil
	},
})

var _ = def(Builtin{
	Sig:   "sched_setaffinity(pid, mask, *, task=None)",
	Shelf: "process",
	Page:  "sched_setaffinity(2)",
	Like:  "taskset -c 0,1 …",
	Doc: `Lets a process run on some CPUs only; mask is a list of their numbers.

pid is a number, or a child of the task; 0 is the task itself. Programs inherit
it. CPUs that are not there do not count; if none is left it is EINVAL.`,
	Example: `
>>> t, cpu = clone(), sched_getaffinity()[0]
>>> sched_setaffinity(t, [cpu])
>>> sched_getaffinity(task=t) == [cpu]
True
>>> catch(sched_setaffinity, t, []).error.errno
"EINVAL"
`,
	Func: func(c *Call) (starlark.Value, error) {
		var who, list starlark.Value
		if err := c.Args(&who, &list); err != nil {
			return nil, err
		}
		pid, err := c.pidArg("pid", who)
		if err != nil {
			return nil, err
		}
		mask, err := cpuMask(list)
		if err != nil {
			return nil, err
		}
		_, err = c.Syscall("sched_setaffinity", task.Int(pid), task.Int(len(mask)), task.Bytes(mask).As(list.String()))
		return starlark.None, err
	},
})

// cpuMask is a list of CPUs as a cpu_set_t.
func cpuMask(list starlark.Value) ([]byte, error) {
	cpus, ok := list.(starlark.Iterable)
	if !ok {
		return nil, BadValue("mask", "a list of CPUs", list)
	}
	mask := make([]byte, mostCPUs/8)
	it := cpus.Iterate()
	defer it.Done()
	i := 0
	for v := starlark.Value(nil); it.Next(&v); i++ {
		var cpu int
		if unpack("mask", v, &cpu) != nil || cpu < 0 || cpu >= mostCPUs {
			return nil, BadValue(fmt.Sprintf("mask[%d]", i), fmt.Sprintf("a CPU from 0 to %d", mostCPUs-1), v)
		}
		mask[cpu/8] |= 1 << (cpu % 8)
	}
	return mask, nil
}
