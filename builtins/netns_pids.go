package builtins

import (
	"bytes"
	"errors"
	"slices"
	"strconv"

	"go.starlark.net/starlark"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "netns.identify(pid=None, *, task=None)",
	Shelf: "network",
	Page:  "ip-netns(8)",
	Like:  "ip netns identify PID",
	Doc:   `Returns the names of the network namespace that a pid or a task, or the task itself, is in.`,
	Example: `
>>> mount("tmpfs", "/run", "tmpfs")
>>> netns.add("blue")
>>> t = clone()
>>> setns(netns.get("blue"), task=t)
>>> netns.identify(t), netns.identify()
(["blue"], [])
`,
	Func: func(c *Call) (starlark.Value, error) {
		var pid starlark.Value
		if err := c.Args(&pid); err != nil {
			return nil, err
		}
		ns, err := c.netnsOf(pid)
		if err != nil {
			return nil, err
		}
		defer ns.close()
		names, all, err := c.netnsList()
		if err != nil {
			return nil, err
		}
		var same []string
		for i, named := range all {
			if named != nil {
				if named.held.same(ns.held) {
					same = append(same, names[i])
				}
				named.close()
			}
		}
		return stringList(same), nil
	},
})

var _ = def(Builtin{
	Sig:   "netns.pids(name, *, task=None)",
	Shelf: "network",
	Page:  "ip-netns(8)",
	Like:  "ip netns pids NAME",
	Doc: `Returns the pids of the processes that are in a named network namespace.

They are those that the task sees in its /proc, which must be of its own PID
namespace, and may look at as ptrace(2) has it.`,
	Example: `
>>> mount("tmpfs", "/run", "tmpfs")
>>> netns.add("blue")
>>> t = clone()
>>> setns(netns.get("blue"), task=t)
>>> netns.pids("blue") == [t.pid]
True
>>> t.close()
>>> netns.pids("blue")
[]
`,
	Func: func(c *Call) (starlark.Value, error) {
		var name string
		if err := c.Args(&name); err != nil {
			return nil, err
		}
		ns, err := c.netnsGet(name)
		if err != nil {
			return nil, err
		}
		defer ns.close()
		pids, err := c.members(ns)
		if err != nil {
			return nil, err
		}
		list := make([]starlark.Value, len(pids))
		for i, pid := range pids {
			list[i] = starlark.MakeInt(pid)
		}
		return starlark.NewList(list), nil
	},
})

// members are the processes in the task's /proc that are in a namespace.
func (c *Call) members(ns *Namespace) ([]int, error) {
	const batch, size = 256, 64
	entries, err := c.listdir(c.Task, "/proc")
	if err != nil {
		return nil, err
	}
	var pids, found []int
	for _, entry := range entries {
		if pid, err := strconv.Atoi(entry); err == nil {
			pids = append(pids, pid)
		}
	}
	slices.Sort(pids)
	if len(pids) == 0 {
		return nil, errors.New("no /proc is mounted where the task is")
	}
	if err := c.ownProc(); err != nil {
		return nil, err
	}
	want := []byte(ns.String())
	for part := range slices.Chunk(pids, batch) {
		var p task.Program
		calls, bufs := make([]*task.Call, len(part)), make([][]byte, len(part))
		for i, pid := range part {
			bufs[i] = make([]byte, size)
			path := "/proc/" + strconv.Itoa(pid) + "/ns/" + ns.held.kind
			calls[i] = p.Call("readlinkat", cwd(), task.Str(path), task.Out(bufs[i]), task.Int(size)).May()
		}
		if err := c.Do(&p); err != nil {
			return nil, err
		}
		for i, pid := range part {
			if n := calls[i].Result(); n >= 0 && n <= size && bytes.Equal(bufs[i][:n], want) {
				found = append(found, pid)
			}
		}
	}
	return found, nil
}
