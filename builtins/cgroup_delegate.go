package builtins

import (
	"os"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// delegated are the files that a user needs who is to run a cgroup, as the
// kernel lists them.
func (d *cgroupDir) delegated() []string {
	if !d.hierarchy.v2() {
		return []string{"", "cgroup.procs", "tasks"}
	}
	text, err := os.ReadFile("/sys/kernel/cgroup/delegate")
	if err != nil {
		text = []byte("cgroup.procs cgroup.threads cgroup.subtree_control")
	}
	return append([]string{""}, strings.Fields(string(text))...)
}

func cgroupDelegate(c *Call) (starlark.Value, error) {
	var uid, gid starlark.Value
	if err := c.Args(&uid, &gid); err != nil {
		return nil, err
	}
	owner, err := c.idArg(userIDs, "uid", uid)
	if err != nil {
		return nil, err
	}
	group, err := c.idArg(groupIDs, "gid", gid)
	if err != nil {
		return nil, err
	}
	g := c.Self.(*cgroupValue)
	if err := g.alive(); err != nil {
		return nil, err
	}
	return starlark.None, useFolders(g.dirs, nil, func(fds []int) error {
		var p task.Program
		var calls []*task.Call
		for i, d := range g.dirs {
			at := p.Lend(fds[i]).As(fdText(d.folder.Name))
			for _, file := range d.delegated() {
				calls = append(calls, p.Call("fchownat", at, task.Str(file), task.Int(owner), task.Int(group),
					task.Flags(unix.AT_EMPTY_PATH, "AT_EMPTY_PATH")).May())
			}
		}
		if err := c.Do(&p); err != nil {
			return err
		}
		for _, call := range calls {
			if e := call.Errno(); e != 0 && e != unix.ENOENT { // not every cgroup has every file
				return &task.Error{Name: "fchownat", Text: call.String(), Errno: e, Pid: c.Task.Pid()}
			}
		}
		return nil
	})
}
