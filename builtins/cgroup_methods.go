package builtins

import (
	"strconv"
	"strings"

	"go.starlark.net/starlark"
)

// cgroupMethods are what a cgroup does. The task does it, by descriptors of
// the folders, whatever it can see.
var cgroupMethods = methods(Builtin{
	Sig:  "read(file, *, task=None)",
	Doc:  `Returns what a file of the cgroup holds, without the newline at the end.`,
	Func: cgroupRead,
}, Builtin{
	Sig:  "write(file, value, *, task=None)",
	Doc:  `Writes a string or an int to a file of the cgroup; enables the controller if need be.`,
	Func: cgroupWrite,
}, Builtin{
	Sig:  "events(file=\"cgroup.events\", *, task=None)",
	Doc:  `Returns the counters of a file such as cgroup.events, memory.events or cpu.stat as a dict.`,
	Func: cgroupEvents,
}, Builtin{
	Sig: "procs(*, task=None)",
	Doc: `Returns the pids of the processes in the cgroup, as the task sees them.

0 is one that is in none of its PID namespaces.`,
	Func: cgroupProcs,
}, Builtin{
	Sig: "join(*, task=None)",
	Doc: `Moves the task, which may be a program, into the cgroup.

The current task needs the right to do so, not the one that is moved.`,
	Func: cgroupJoin,
}, Builtin{
	Sig: "freeze(*, task=None)",
	Doc: `Stops all processes in the cgroup, and waits until they are.

A task in it does nothing that it is told before cg.thaw().`,
	Func: func(c *Call) (starlark.Value, error) { return cgroupFrozen(c, true) },
}, Builtin{
	Sig:  "thaw(*, task=None)",
	Doc:  `Lets the processes in the cgroup go on.`,
	Func: func(c *Call) (starlark.Value, error) { return cgroupFrozen(c, false) },
}, Builtin{
	Sig:  "kill(*, task=None)",
	Doc:  `Kills all processes in the cgroup and in those below it, and waits until they have ended.`,
	Func: cgroupKill,
}, Builtin{
	Sig: "delegate(uid, gid=-1, *, task=None)",
	Doc: `Gives the cgroup to a user: its folder, and the files by which it is divided and filled.

The limits stay the owner's.`,
	Func: cgroupDelegate,
}, Builtin{
	Sig:  "delete(*, task=None)",
	Doc:  `Deletes the cgroup, those below it, and kills the processes in them first.`,
	Func: cgroupDelete,
})

func cgroupRead(c *Call) (starlark.Value, error) {
	var file string
	if err := c.Args(&file); err != nil {
		return nil, err
	}
	text, err := c.Self.(*cgroupValue).readFile(c, file)
	return starlark.String(text), err
}

func (g *cgroupValue) readFile(c *Call, file string) (text string, err error) {
	err = g.find(c, file, func(d *cgroupDir, v1 bool) (err error) {
		if v1 {
			text, err = d.readV1(c, file)
		} else {
			text, err = d.read(c, file)
		}
		return err
	})
	return text, err
}

func cgroupWrite(c *Call) (starlark.Value, error) {
	var file string
	var value starlark.Value
	if err := c.Args(&file, &value); err != nil {
		return nil, err
	}
	var text string
	if n, ok := value.(starlark.Int); ok {
		text = n.String()
	} else if unpackString("value", value, &text) != nil {
		return nil, BadValue("value", "a string or an int", value)
	}
	return starlark.None, c.Self.(*cgroupValue).find(c, file, func(d *cgroupDir, v1 bool) error {
		if v1 {
			return d.writeV1(c, file, text)
		}
		return d.write(c, file, text)
	})
}

func cgroupEvents(c *Call) (starlark.Value, error) {
	var file string
	if err := c.Args(&file); err != nil {
		return nil, err
	}
	text, err := c.Self.(*cgroupValue).readFile(c, file)
	if err != nil {
		return nil, err
	}
	d := new(starlark.Dict)
	for line := range strings.Lines(text) {
		name, count, _ := strings.Cut(strings.TrimSpace(line), " ")
		n, err := strconv.ParseInt(count, 10, 64)
		if err != nil {
			return nil, BadValue("file", "one of names and numbers", starlark.String(file))
		}
		_ = d.SetKey(starlark.String(name), starlark.MakeInt64(n)) // a string can be a key
	}
	return d, nil
}

func cgroupProcs(c *Call) (starlark.Value, error) {
	if err := c.Args(); err != nil {
		return nil, err
	}
	pids, err := c.Self.(*cgroupValue).procs(c)
	var list []starlark.Value
	for _, pid := range pids {
		list = append(list, starlark.MakeInt(pid))
	}
	return starlark.NewList(list), err
}

func (g *cgroupValue) procs(c *Call) ([]int, error) {
	if err := g.alive(); err != nil {
		return nil, err
	}
	text, err := g.base.read(c, "cgroup.procs")
	return pidsIn(text), err
}

func pidsIn(text string) (pids []int) {
	for f := range strings.FieldsSeq(text) {
		if pid, err := strconv.Atoi(f); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}
