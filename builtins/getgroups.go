package builtins

import (
	"encoding/binary"
	"fmt"

	"go.starlark.net/starlark"

	"nstar/builtins/internal/task"
)

// mostGroups is NGROUPS_MAX.
const mostGroups = 65536

var _ = def(Builtin{
	Sig:   "getgroups(*, task=None)",
	Shelf: "process",
	Page:  "getgroups(2)",
	Like:  "id -G",
	Doc:   `Returns the supplementary group IDs of the task as a list.`,
	Example: `
>>> type(getgroups())
"list"
>>> getgroups() == getgroups(task=clone())
True
`,
	Func: func(c *Call) (starlark.Value, error) {
		if err := c.Args(); err != nil {
			return nil, err
		}
		buf := make([]byte, 4*mostGroups)
		n, err := c.Syscall("getgroups", task.Int(mostGroups), task.Out(buf))
		if err != nil {
			return nil, err
		}
		groups := make([]starlark.Value, min(n, mostGroups))
		for i := range groups {
			groups[i] = starlark.MakeUint64(uint64(binary.NativeEndian.Uint32(buf[4*i:])))
		}
		return starlark.NewList(groups), nil
	},
})

var _ = def(Builtin{
	Sig:   "setgroups(groups, *, task=None)",
	Shelf: "process",
	Page:  "setgroups(2)",
	Like:  "setpriv --groups 1,2 …",
	Doc: `Sets the supplementary group IDs of the task.

"deny" and "allow" are written to /proc/PID/setgroups of the task instead: the
first must be, by whoever lacks CAP_SETGID outside, before gid_map(…).

The call needs CAP_SETGID. In a user namespace it is forbidden (EPERM) before the
gid_map is written, and for good where /proc/PID/setgroups says deny, as it does
in those that an ordinary user has mapped.`,
	Example: `
>>> t = clone(CLONE_NEWUSER)
>>> catch(setgroups, [], task=t).error.errno
"EPERM"
`,
	Func: func(c *Call) (starlark.Value, error) {
		var list starlark.Value
		if err := c.Args(&list); err != nil {
			return nil, err
		}
		if word, ok := list.(starlark.String); ok && (word == "deny" || word == "allow") {
			return starlark.None, c.writeSetgroups(string(word))
		}
		groups, ok := list.(starlark.Iterable)
		if !ok {
			return nil, BadValue("groups", `a list of group IDs, "deny" or "allow"`, list)
		}
		var buf []byte
		it := groups.Iterate()
		defer it.Done()
		for v := starlark.Value(nil); it.Next(&v); {
			id, err := idArg(fmt.Sprintf("groups[%d]", len(buf)/4), v)
			if err != nil {
				return nil, err
			}
			buf = binary.NativeEndian.AppendUint32(buf, uint32(id))
		}
		_, err := c.Syscall("setgroups", task.Int(len(buf)/4), task.Bytes(buf).As(list.String()))
		return starlark.None, err
	},
})
