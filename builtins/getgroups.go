package builtins

import (
	"encoding/binary"
	"fmt"
	"strings"

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

Names of the task's /etc/group may stand for IDs. Instead of a list "deny" or
"allow" is written to /proc/PID/setgroups of the task: the first must be, by
whoever lacks CAP_SETGID outside, before gid_map(…).

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
		if _, ok := list.(starlark.Iterable); !ok {
			return nil, BadValue("groups", `a list of group IDs, "deny" or "allow"`, list)
		}
		list, err := c.idNamed(groupIDs, "groups", list)
		if err != nil {
			return nil, err
		}
		groups, err := groupList("groups", list)
		if err != nil {
			return nil, err
		}
		var p task.Program
		setgroupsCall(&p, groups)
		return starlark.None, c.MakeAll(&p, nil)
	},
})

// groupList is a list of group IDs.
func groupList(name string, v starlark.Value) ([]uint32, error) {
	list, ok := v.(starlark.Iterable)
	if !ok {
		return nil, BadValue(name, "a list of group IDs", v)
	}
	groups := []uint32{}
	for v := range starlark.Elements(list) {
		id, err := idArg(fmt.Sprintf("%s[%d]", name, len(groups)), v)
		if err != nil {
			return nil, err
		}
		groups = append(groups, uint32(id))
	}
	return groups, nil
}

// setgroupsCall appends a setgroups(2).
func setgroupsCall(p *task.Program, groups []uint32) *task.Call {
	var buf []byte
	parts := make([]string, len(groups))
	for i, g := range groups {
		buf = binary.NativeEndian.AppendUint32(buf, g)
		if parts[i] = fmt.Sprint(g); int32(g) == -1 { // which is none
			parts[i] = "-1"
		}
	}
	return p.Call("setgroups", task.Int(len(groups)), task.Bytes(buf).As("["+strings.Join(parts, ", ")+"]"))
}
