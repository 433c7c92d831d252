package builtins

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// read is a file of the folder, without the newline at its end.
func (d *cgroupDir) read(c *Call, file string) (string, error) {
	return readIn(c, d.folder, file)
}

// write is one write(2) to a file of the folder.
func (d *cgroupDir) write(c *Call, file, value string) error {
	return writeIn(c, d.folder, file, value)
}

func readIn(c *Call, folder *FileValue, file string) (text string, err error) {
	var p task.Program
	err = folder.Use(func(fd int) error {
		p.Take(p.Call("openat", p.Lend(fd).As(fdText(folder.Name)), task.Str(file), task.Flags(unix.O_RDONLY|unix.O_CLOEXEC, "O_RDONLY|O_CLOEXEC")))
		return c.Do(&p)
	})
	if err != nil {
		return "", err
	}
	f := NewFile(c.Host, p.Taken()[0], path.Join(folder.Name, file))
	defer f.Close()
	data, err := f.read(c, -1)
	return strings.TrimSuffix(string(data), "\n"), err
}

func writeIn(c *Call, folder *FileValue, file, value string) error {
	return folder.Use(func(fd int) error {
		var p task.Program
		f := p.Call("openat", p.Lend(fd).As(fdText(folder.Name)), task.Str(file), task.Flags(unix.O_WRONLY|unix.O_CLOEXEC, "O_WRONLY|O_CLOEXEC"))
		p.Drop(f)
		p.Call("write", task.Res(f).As(fdText(path.Join(folder.Name, file))), task.Bytes([]byte(value)), task.Int(len(value)))
		return c.Do(&p)
	})
}

// find calls do with the folder that has a file, and has the controller enabled
// where that is missing. v1 tells that the folder is of version 1 though the
// file's name may not be.
func (g *cgroupValue) find(c *Call, file string, do func(d *cgroupDir, v1 bool) error) error {
	if err := g.alive(); err != nil {
		return err
	}
	if file == "" || strings.ContainsAny(file, "/") {
		return BadValue("file", "the name of a file of a cgroup", starlark.String(file))
	}
	controller, _, _ := strings.Cut(file, ".")
	if g.base.hierarchy.v2() {
		err := do(g.base, false)
		if !errors.Is(err, unix.ENOENT) || controller == "cgroup" {
			return err
		}
		if on, e := g.enable(c, controller); e != nil {
			return e
		} else if on {
			return do(g.base, false)
		}
	} else if controller == "cgroup" {
		return do(g.base, true)
	}
	h := g.version1(controller)
	if h == nil {
		return g.noController(controller)
	}
	d, err := g.dir(c, h)
	if err != nil {
		return fmt.Errorf("the controller %s is one of version 1 on this machine: %w", controller, err)
	}
	return do(d, true)
}

// version1 is the hierarchy of a controller, nil if none is mounted.
func (g *cgroupValue) version1(controller string) *hierarchy {
	for _, h := range g.all {
		if slices.Contains(h.controllers, controller) {
			return h
		}
	}
	return nil
}

// enable has the parent give a controller to its children. Of the cgroups above
// only those are touched that the script has made, and the parent of the first.
func (g *cgroupValue) enable(c *Call, controller string) (bool, error) {
	have, err := readIn(c, g.base.parent, "cgroup.controllers")
	if err != nil {
		return false, err
	}
	if !slices.Contains(strings.Fields(have), controller) {
		if g.parent == nil {
			return false, nil
		}
		if on, err := g.parent.enable(c, controller); !on || err != nil {
			return false, err
		}
	}
	return true, writeIn(c, g.base.parent, "cgroup.subtree_control", "+"+controller)
}

// most is how version 1 shows that there is no limit of memory: all pages that
// can be counted.
const most = "9223372036854771712"

// version1Files are files with another name in version 1.
var version1Files = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"memory.max":     "memory.limit_in_bytes",
		"memory.current": "memory.usage_in_bytes",
		"memory.peak":    "memory.max_usage_in_bytes",
	}
})

// readV1 reads a file of version 1 by its name of version 2, or its own.
func (d *cgroupDir) readV1(c *Call, file string) (string, error) {
	if file == "cpu.max" {
		quota, err := d.read(c, "cpu.cfs_quota_us")
		if err != nil {
			return "", err
		}
		if quota == "-1" {
			quota = "max"
		}
		period, err := d.read(c, "cpu.cfs_period_us")
		return quota + " " + period, err
	}
	name := file
	if other := version1Files()[file]; other != "" {
		name = other
	}
	text, err := d.read(c, name)
	if file == "memory.max" && text == most {
		text = "max"
	}
	return text, err
}

// writeV1 writes a file of version 1 by its name of version 2, or its own.
func (d *cgroupDir) writeV1(c *Call, file, value string) error {
	switch file {
	case "cpu.max":
		f := strings.Fields(value)
		if len(f) == 0 || len(f) > 2 {
			return BadValue("value", `"MAX" or "MAX PERIOD", in microseconds, for cpu.max`, starlark.String(value))
		}
		if len(f) == 2 {
			if err := d.write(c, "cpu.cfs_period_us", f[1]); err != nil {
				return err
			}
		}
		return d.write(c, "cpu.cfs_quota_us", noLimit(f[0]))
	case "memory.max":
		return d.write(c, version1Files()[file], noLimit(value))
	}
	if other := version1Files()[file]; other != "" {
		file = other
	}
	return d.write(c, file, value)
}

func noLimit(value string) string {
	if value == "max" {
		return "-1"
	}
	return value
}
