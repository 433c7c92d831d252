package builtins

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

func cgroupKill(c *Call) (starlark.Value, error) {
	if err := c.Args(); err != nil {
		return nil, err
	}
	g := c.Self.(*cgroupValue)
	if err := g.notMember(c, "kill"); err != nil {
		return nil, err
	}
	return starlark.None, g.kill(c)
}

func (g *cgroupValue) kill(c *Call) error {
	if g.base.hierarchy.v2() {
		err := g.base.write(c, "cgroup.kill", "1")
		if err == nil {
			return g.await(c, "populated 0")
		}
		if !errors.Is(err, unix.ENOENT) { // before Linux 5.14
			return err
		}
	}
	for {
		pids, err := g.procsBelow(c)
		if err != nil || len(pids) == 0 {
			return err
		}
		var p task.Program
		for _, pid := range pids {
			if pid == 0 {
				return errors.New("there are processes in the cgroup that the task cannot see, and so cannot kill")
			}
			p.Call("kill", task.Int(pid), Flags{SignalFamily, uint64(unix.SIGKILL)}.Arg()).May()
		}
		if err := c.Do(&p); err != nil {
			return err
		}
		if err := c.Block(func() error { return pause(c.ctx) }); err != nil {
			return err
		}
	}
}

// procsBelow are the processes in the cgroup and in those below it.
func (g *cgroupValue) procsBelow(c *Call) ([]int, error) {
	all, err := g.procs(c)
	for _, folder := range tree(g.base.folder.Name) {
		rel, isBelow := strings.CutPrefix(folder, g.base.folder.Name+"/")
		if err != nil || !isBelow {
			continue
		}
		text, err := g.base.read(c, path.Join(rel, "cgroup.procs"))
		if err != nil && !errors.Is(err, unix.ENOENT) && !errors.Is(err, unix.ENODEV) { // it is gone
			return nil, err
		}
		all = append(all, pidsIn(text)...)
	}
	return all, err
}

func cgroupDelete(c *Call) (starlark.Value, error) {
	if err := c.Args(); err != nil {
		return nil, err
	}
	g := c.Self.(*cgroupValue)
	if g.deleted {
		return starlark.None, nil
	}
	if err := g.notMember(c, "delete"); err != nil {
		return nil, err
	}
	if _, err := os.Stat(g.base.folder.Name); err == nil {
		if err := g.kill(c); err != nil {
			return nil, err
		}
	}
	for _, d := range slices.Backward(g.dirs) {
		if err := d.remove(c); err != nil {
			return nil, err
		}
		g.host.cgroups.forget(d.folder.Name)
	}
	g.deleted = true
	return starlark.None, nil
}

// remove has the task delete the folder, and first those below it. A process
// that has just ended may keep it for a moment.
func (d *cgroupDir) remove(c *Call) error {
	for tries := 0; ; tries++ {
		err := d.parent.Use(func(fd int) error {
			var p task.Program
			at := p.Lend(fd).As(fdText(d.parent.Name))
			for _, below := range tree(d.folder.Name) {
				rel := strings.TrimPrefix(below, d.parent.Name+"/")
				p.Call("unlinkat", at, task.Str(rel), task.Flags(unix.AT_REMOVEDIR, "AT_REMOVEDIR"))
			}
			return c.Do(&p)
		})
		if !errors.Is(err, unix.EBUSY) || tries == 500 {
			return err
		}
		if err := c.Block(func() error { return pause(c.ctx) }); err != nil {
			return err
		}
	}
}

// tree are the folders from one on, the deepest first; none if it is gone.
func tree(folder string) []string {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil
	}
	var all []string
	for _, e := range entries {
		if e.IsDir() {
			all = append(all, tree(path.Join(folder, e.Name()))...)
		}
	}
	return append(all, folder)
}

// killMembers kills who is in a cgroup, and where the kernel cannot, one by
// one: what the session has left there after its tasks have ended.
func killMembers(folder string) {
	if os.WriteFile(path.Join(folder, "cgroup.kill"), []byte("1"), 0) == nil {
		return
	}
	procs := path.Join(folder, "cgroup.procs")
	text, _ := os.ReadFile(procs)
	for _, f := range bytes.Fields(text) {
		var pid int
		if _, err := fmt.Sscan(string(f), &pid); err != nil || pid <= 0 {
			continue
		}
		fd, err := unix.PidfdOpen(pid, 0)
		if err != nil {
			continue
		}
		now, _ := os.ReadFile(procs) // the pid may have become another's before the pidfd
		if slices.ContainsFunc(bytes.Fields(now), func(g []byte) bool { return bytes.Equal(f, g) }) {
			_ = unix.PidfdSendSignal(fd, unix.SIGKILL, nil, 0)
		}
		unix.Close(fd)
	}
}
