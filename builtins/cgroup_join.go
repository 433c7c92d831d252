package builtins

import (
	"errors"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

func cgroupJoin(c *Call) (starlark.Value, error) {
	if err := c.Args(); err != nil {
		return nil, err
	}
	g := c.Self.(*cgroupValue)
	if err := g.alive(); err != nil {
		return nil, err
	}
	return starlark.None, g.join(c, c.Task, g.dirs)
}

// join moves t into some folders of the cgroup. The kernel goes by the rights
// of whoever has opened the file: the current task. A task then moves itself,
// which takes no pid; a program is moved by the host.
func (g *cgroupValue) join(c *Call, t *task.Task, dirs []*cgroupDir) error {
	opener, err := c.Current()
	if err != nil {
		return err
	}
	files, err := openProcs(c, opener, dirs)
	if err != nil {
		return err
	}
	defer closeFiles(files)
	for _, f := range files {
		if ended(t) {
			return &task.Dead{Pid: t.Pid(), Status: t.Status()} // the pid may be another's by now
		}
		if !t.Parked() {
			err = hostWritePid(f, strconv.Itoa(t.Pid()))
		} else {
			err = f.Use(func(fd int) error {
				var p task.Program
				p.Call("write", p.Lend(fd).As(fdText(f.Name)), task.Str("0"), task.Int(1))
				return c.DoAs(t, &p)
			})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// clone has a child made in the cgroup: at once in version 2, before it has done
// anything in version 1.
func (g *cgroupValue) clone(c *Call, make func(cgroup int) (*task.Task, error)) (child *task.Task, err error) {
	if err := g.alive(); err != nil {
		return nil, err
	}
	rest := g.dirs
	if g.base.hierarchy.v2() {
		rest = slices.DeleteFunc(slices.Clone(g.dirs), func(d *cgroupDir) bool { return d == g.base })
		err = g.base.folder.Use(func(fd int) (err error) {
			child, err = make(fd)
			return err
		})
	} else {
		child, err = make(0)
	}
	if err != nil || len(rest) == 0 {
		return child, err
	}
	if err := g.join(c, child, rest); err != nil {
		return nil, errors.Join(err, c.Block(child.Close))
	}
	return child, nil
}

// follow moves the processes of the cgroup into another of its folders. The
// task opens the file, and so its rights count; the host tells the pids, of
// which the task may not see all.
func (g *cgroupValue) follow(c *Call, d *cgroupDir) error {
	pids, err := os.ReadFile(path.Join(g.base.folder.Name, "cgroup.procs"))
	if err != nil || len(pids) == 0 {
		return err
	}
	files, err := openProcs(c, c.Task, []*cgroupDir{d})
	if err != nil {
		return err
	}
	defer closeFiles(files)
	for pid := range strings.FieldsSeq(string(pids)) {
		if err := hostWritePid(files[0], pid); err != nil && !errors.Is(err, unix.ESRCH) {
			return err
		}
	}
	return nil
}

// hostWritePid moves the process that the host knows by that pid.
func hostWritePid(procs *FileValue, pid string) error {
	return procs.Use(func(fd int) error {
		_, err := unix.Write(fd, []byte(pid))
		if err == nil {
			return nil
		}
		return hostError("write", err, "write(%s, %q)", fdText(procs.Name), pid)
	})
}

// openProcs has t open the cgroup.procs of some folders.
func openProcs(c *Call, t *task.Task, dirs []*cgroupDir) ([]*FileValue, error) {
	var p task.Program
	err := useFolders(dirs, nil, func(fds []int) error {
		for i, fd := range fds {
			p.Take(p.Call("openat", p.Lend(fd).As(fdText(dirs[i].folder.Name)), task.Str("cgroup.procs"),
				task.Flags(unix.O_WRONLY|unix.O_CLOEXEC, "O_WRONLY|O_CLOEXEC")))
		}
		return c.DoAs(t, &p)
	})
	if err != nil {
		for _, fd := range p.Taken() {
			if fd >= 0 {
				unix.Close(fd)
			}
		}
		return nil, err
	}
	var files []*FileValue
	for i, fd := range p.Taken() {
		files = append(files, NewFile(c.Host, fd, path.Join(dirs[i].folder.Name, "cgroup.procs")))
	}
	return files, nil
}

// useFolders calls do with the descriptors of all dirs.
func useFolders(dirs []*cgroupDir, fds []int, do func(fds []int) error) error {
	if len(fds) == len(dirs) {
		return do(fds)
	}
	return dirs[len(fds)].folder.Use(func(fd int) error { return useFolders(dirs, append(fds, fd), do) })
}

func closeFiles(files []*FileValue) {
	for _, f := range files {
		f.Close()
	}
}
