package builtins

import (
	"encoding/binary"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "getrlimit(resource, *, task=None)",
	Shelf: "process",
	Page:  "getrlimit(2)",
	Like:  "ulimit -n",
	Doc: `Returns the limit of a resource of the task as a struct: rlim_cur (soft) and rlim_max (hard).

Each is a number or RLIM_INFINITY.`,
	Example: `
>>> t = clone()
>>> setrlimit(RLIMIT_CORE, 0, 0, task=t)
>>> getrlimit(RLIMIT_CORE, task=t)
struct(rlim_cur = 0, rlim_max = 0)
`,
	Func: func(c *Call) (starlark.Value, error) {
		resource := Flags{Family: LimitFamily}
		if err := c.Args(&resource); err != nil {
			return nil, err
		}
		buf := make([]byte, 16)
		if _, err := c.Syscall("prlimit64", task.Int(0), resource.Arg(), task.Null, task.Out(buf)); err != nil {
			return nil, err
		}
		return starlarkstruct.FromStringDict(starlarkstruct.Default, starlark.StringDict{
			"rlim_cur": limit(buf), "rlim_max": limit(buf[8:]),
		}), nil
	},
})

// limit is an rlim_t, of which the highest has a name.
func limit(buf []byte) starlark.Value {
	n := binary.NativeEndian.Uint64(buf)
	if n == infinity {
		return Flags{RlimFamily, n}
	}
	return starlark.MakeUint64(n)
}

var _ = def(Builtin{
	Sig:   "setrlimit(resource, rlim_cur, rlim_max=None, *, task=None)",
	Shelf: "process",
	Page:  "setrlimit(2)",
	Like:  "ulimit -Sn 64",
	Doc: `Sets the soft limit of a resource of the task and, if rlim_max is given, the hard one.

Programs inherit limits. To raise the hard one again needs CAP_SYS_RESOURCE in
the user namespace that the machine began with.`,
	Example: `
>>> t = clone()
>>> setrlimit(RLIMIT_CORE, 0, task=t)
>>> getrlimit(RLIMIT_CORE, task=t).rlim_cur
0
>>> catch(setrlimit, RLIMIT_CORE, 2, 1, task=t).error.errno
"EINVAL"
`,
	Func: func(c *Call) (starlark.Value, error) {
		resource, soft, hard := Flags{Family: LimitFamily}, Flags{Family: RlimFamily}, Flags{Family: RlimFamily}
		if err := c.Args(&resource, &soft, &hard); err != nil {
			return nil, err
		}
		limits := make([]byte, 16)
		text := soft.Text()
		if !c.Given("rlim_max") || c.Arg("rlim_max") == starlark.None {
			if _, err := c.Syscall("prlimit64", task.Int(0), resource.Arg(), task.Null, task.Out(limits)); err != nil {
				return nil, err
			}
		} else {
			binary.NativeEndian.PutUint64(limits[8:], hard.Value)
			text += ", " + hard.Text()
		}
		binary.NativeEndian.PutUint64(limits, soft.Value)
		return c.Make("prlimit64", task.Int(0), resource.Arg(), task.Bytes(limits).As("{"+text+"}"), task.Null)
	},
})
