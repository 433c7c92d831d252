package builtins

import (
	"fmt"
	"os"
	"path"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "cgroup(name, *, parent=None, task=None)",
	Shelf: "cgroup",
	Page:  "cgroups(7)",
	Like:  "mkdir /sys/fs/cgroup/NAME",
	Doc: `Creates a cgroup and returns it. It is deleted with all in it at the end of the session.

It is made below nstar's own cgroup, or below parent: a cgroup, or a path as
/proc/PID/cgroup has it. Its files have the names of version 2:
cg["memory.max"] = "64M", or cg.write(file, value), and cg["memory.current"], or
cg.read(file); a controller that this needs is enabled in the parent. Where the
machine has a controller in version 1 only, memory.max, pids.max and cpu.max are
translated.

cg.join(task=t) moves a task, clone(cgroup=cg) makes one there; cg.procs() are
the pids, cg.events() is what happened. cg.freeze(), cg.thaw() and cg.kill() are
about all processes in it, cg.delegate(uid, gid) gives it to a user, and
cg.delete() deletes it now, the processes first.`,
	Example: `
>>> cgroup("a/b")
cgroup: bad value: name must be one name, without a slash, but is string "a/b"
>>> cgroup("a", parent="b")
cgroup: bad value: parent must be a cgroup or a path from the root, as /proc/PID/cgroup has it, but is string "b"
>>> def limited():
...     cg = cgroup("small")
...     cg["memory.max"], cg["pids.max"] = "64M", 20
...     run("make", task=clone(cgroup=cg))
...     return cg.events("memory.events")
...
`,
	Func: func(c *Call) (starlark.Value, error) {
		var name string
		var parent starlark.Value
		if err := c.Args(&name, &parent); err != nil {
			return nil, err
		}
		if name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\n") {
			return nil, BadValue("name", "one name, without a slash", starlark.String(name))
		}
		g := &cgroupValue{host: c.Host, name: name}
		switch v := parent.(type) {
		case starlark.NoneType:
		case *cgroupValue:
			g.parent, g.all = v, v.all
		default:
			if err := unpackString("parent", v, &g.below); err != nil || !strings.HasPrefix(g.below, "/") {
				return nil, BadValue("parent", "a cgroup or a path from the root, as /proc/PID/cgroup has it", v)
			}
		}
		if g.all == nil {
			all, err := cgroupHierarchies()
			if err != nil {
				return nil, err
			}
			g.all = all
		}
		var err error
		g.base, err = g.make(c, g.home())
		return g, err
	},
})

// home is the hierarchy that the cgroup is in from the start: version 2, or
// else one that can freeze.
func (g *cgroupValue) home() *hierarchy {
	if g.all[0].v2() {
		return g.all[0]
	}
	if h := g.version1("freezer"); h != nil {
		return h
	}
	return g.all[0]
}

// make has the task create the folder of the cgroup in one hierarchy.
func (g *cgroupValue) make(c *Call, h *hierarchy) (*cgroupDir, error) {
	parent, err := g.parentDir(c, h)
	if err != nil {
		return nil, err
	}
	where := path.Join(parent.Name, g.name)
	var p task.Program
	var made *task.Call
	err = parent.Use(func(fd int) error {
		at := p.Lend(fd).As(fdText(parent.Name))
		made = p.Call("mkdirat", at, task.Str(g.name), modeArg(0o755))
		p.Take(p.Call("openat", at, task.Str(g.name),
			task.Flags(unix.O_PATH|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, "O_PATH|O_DIRECTORY|O_NOFOLLOW|O_CLOEXEC")))
		return c.Do(&p)
	})
	if made != nil && made.Result() == 0 {
		g.host.cgroups.add(where)
	}
	if err != nil {
		return nil, err
	}
	d := &cgroupDir{hierarchy: h, parent: parent, folder: NewFile(g.host, p.Taken()[0], where)}
	g.dirs = append(g.dirs, d)
	return d, nil
}

// parentDir opens the folder that the cgroup belongs into.
func (g *cgroupValue) parentDir(c *Call, h *hierarchy) (*FileValue, error) {
	if g.parent != nil {
		d, err := g.parent.dir(c, h)
		if err != nil {
			return nil, err
		}
		return d.folder, nil
	}
	where := h.folder(h.own)
	if g.below != "" {
		where = h.folder(g.below)
		if _, err := os.Stat(where); err != nil && g.base != nil {
			where = h.folder(h.own) // the path is of version 2
		}
	}
	fd, err := unix.Open(where, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, hostError("open", err, "open(%q, O_PATH|O_DIRECTORY)", where)
	}
	return NewFile(g.host, fd, where), nil
}

// dir is the folder of the cgroup in one hierarchy, which is created if need
// be: whoever is in the cgroup then goes there too.
func (g *cgroupValue) dir(c *Call, h *hierarchy) (*cgroupDir, error) {
	for _, d := range g.dirs {
		if d.hierarchy == h {
			return d, nil
		}
	}
	d, err := g.make(c, h)
	if err != nil {
		return nil, err
	}
	return d, g.follow(c, d)
}

// noController says why a file cannot be had.
func (g *cgroupValue) noController(controller string) error {
	if !g.base.hierarchy.v2() {
		return fmt.Errorf("no hierarchy of the controller %s is mounted where nstar runs: %w", controller, unix.ENOENT)
	}
	have, _ := os.ReadFile(path.Join(g.base.hierarchy.mount, "cgroup.controllers"))
	text := strings.Join(strings.Fields(string(have)), ", ")
	if text == "" {
		text = "none"
	}
	return fmt.Errorf("there is no controller %s in %s: of version 2, %s has %s, and no hierarchy of it is mounted of version 1: %w",
		controller, g.base.parent.Name, g.base.hierarchy.mount, text, unix.ENOENT)
}
