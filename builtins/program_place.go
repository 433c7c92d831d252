package builtins

import (
	"slices"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// place unpacks where a program is to be: its working directory, its cgroup,
// its session, and who is process 1 there.
func (p *program) place(o common) error {
	switch dir := o.cwd.(type) {
	case nil, starlark.NoneType:
	case *FileValue:
		p.dir = dir
	case starlark.String:
		if err := unpackString("cwd", dir, &p.cmd.Dir); err != nil {
			return err
		}
	default:
		return BadValue("cwd", "a path or a file", dir)
	}
	switch o.cgroup.(type) {
	case nil, starlark.NoneType, *FileValue, *cgroupValue:
		p.cgroup = o.cgroup
	default:
		return BadValue("cgroup", "a cgroup or a file", o.cgroup)
	}
	p.cmd.Session, p.cmd.Init = o.session, o.init
	return nil
}

// withPlace calls do when cmd names the descriptors of cgroup and working
// directory.
func (p *program) withPlace(c *Call, cmd *task.Command, do func() error) error {
	inDir := do
	if p.dir != nil {
		inDir = func() error {
			return p.dir.Use(func(fd int) error {
				cmd.DirFd = &fd
				return do()
			})
		}
	}
	switch g := p.cgroup.(type) {
	case *FileValue:
		return g.Use(func(fd int) error {
			cmd.Cgroup = fd
			return inDir()
		})
	case *cgroupValue:
		return g.forProgram(c, cmd, inDir)
	}
	return inDir()
}

// forProgram has cmd start in the cgroup: clone3(2) puts it into that of version
// 2, and those of version 1 it joins before it executes the program. The kernel
// goes by the rights of the current task, which opens the files.
func (g *cgroupValue) forProgram(c *Call, cmd *task.Command, do func() error) error {
	if err := g.alive(); err != nil {
		return err
	}
	dirs, into := g.dirs, do
	if g.base.hierarchy.v2() {
		dirs = slices.DeleteFunc(slices.Clone(dirs), func(d *cgroupDir) bool { return d == g.base })
		into = func() error {
			return g.base.folder.Use(func(fd int) error {
				cmd.Cgroup = fd
				return do()
			})
		}
	}
	if len(dirs) == 0 {
		return into()
	}
	opener, err := c.Current()
	if err != nil {
		return err
	}
	files, err := openProcs(c, opener, dirs)
	if err != nil {
		return err
	}
	defer closeFiles(files)
	held := map[int]*FileValue{}
	for i, f := range files {
		held[i] = f
	}
	fds := map[int]int{}
	return useAll(held, fds, func() error {
		for i := range files {
			cmd.Procs = append(cmd.Procs, fds[i])
		}
		return into()
	})
}

// deathSignal is what pdeathsig says, as task.Command has it.
func deathSignal(v starlark.Value) (unix.Signal, error) {
	f := Flags{Family: SignalFamily}
	if v != starlark.None {
		if err := f.unpack("pdeathsig", v); err != nil {
			return 0, err
		}
	}
	switch {
	case f.Value > 64:
		return 0, BadValue("pdeathsig", "a signal from 1 to 64, or None", v)
	case f.Value == 0:
		return -1, nil
	}
	return unix.Signal(f.Value), nil
}
