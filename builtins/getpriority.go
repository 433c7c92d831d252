package builtins

import (
	"go.starlark.net/starlark"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "getpriority(which=PRIO_PROCESS, who=0, *, task=None)",
	Shelf: "process",
	Page:  "getpriority(2)",
	Like:  "nice",
	Doc: `Returns the nice value, from -20 to 19, of a process, a process group or a user.

Of several the one that is favoured most counts. who is a number, or a child of
the task; 0 is the task itself.`,
	Example: `
>>> t = clone()
>>> setpriority(PRIO_PROCESS, 0, 19, task=t)
>>> getpriority(PRIO_PROCESS, t)
19
`,
	Func: func(c *Call) (starlark.Value, error) {
		which := Flags{Family: PrioFamily}
		var who starlark.Value
		if err := c.Args(&which, &who); err != nil {
			return nil, err
		}
		id, err := c.pidArg("who", who)
		if err != nil {
			return nil, err
		}
		n, err := c.Syscall("getpriority", which.Arg(), task.Int(id))
		return starlark.MakeInt64(20 - n), err // the kernel avoids negative results
	},
})

var _ = def(Builtin{
	Sig:   "setpriority(which, who, prio, *, task=None)",
	Shelf: "process",
	Page:  "setpriority(2)",
	Like:  "renice -n 10 PID",
	Doc: `Sets the nice value of processes; 19 is the nicest, and -20 favours them most.

To lower it needs CAP_SYS_NICE, in the user namespace that the machine began
with, or RLIMIT_NICE.`,
	Example: `
>>> t = clone()
>>> setpriority(PRIO_PROCESS, t, 19)
>>> getpriority(task=t)
19
>>> setpriority(CLONE_NEWUTS, t, 19)
setpriority: bad value: which must be a PRIO_ target, but is CLONE_NEWUTS, a CLONE_ flag
`,
	Func: func(c *Call) (starlark.Value, error) {
		which := Flags{Family: PrioFamily}
		var who starlark.Value
		var prio int
		if err := c.Args(&which, &who, &prio); err != nil {
			return nil, err
		}
		id, err := c.pidArg("who", who)
		if err != nil {
			return nil, err
		}
		_, err = c.Syscall("setpriority", which.Arg(), task.Int(id), task.Int(prio))
		return starlark.None, err
	},
})
