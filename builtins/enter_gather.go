package builtins

import (
	"errors"
	"fmt"
	"path"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// gather opens and reads all that the steps need. What is read of /proc/PID is
// the target's, for it has not been waited for at the end.
func (e *entry) gather() (err error) {
	if e.pidfd, err = e.c.pidfd("target", e.target); err != nil {
		return err
	}
	if err := unreaped(e.pidfd); err != nil {
		return err
	}
	if e.pid, _ = task.PidOf(e.pidfd); e.pid == 0 {
		return e.orGone(errors.New("the target is in no PID namespace that nstar sees"))
	}
	if err := e.namespaces(); err != nil {
		return err
	}
	if err := e.directories(); err != nil {
		return err
	}
	if e.cgroup {
		if err := e.cgroups(); err != nil {
			return err
		}
	}
	if e.label {
		if err := e.labels(); err != nil {
			return err
		}
	}
	return e.orGone(e.who.find(e))
}

// orGone is the error that the target has been waited for, if it has, or else
// err.
func (e *entry) orGone(err error) error {
	if gone := unreaped(e.pidfd); gone != nil {
		return gone
	}
	return err
}

// namespaces finds out which there are, and which to join. To look at those of
// the target takes a right that is not needed where none are joined.
func (e *entry) namespaces() error {
	own, err := e.c.namespacesOfTask(e.c.Task)
	if err != nil {
		return err
	}
	e.own = own
	if !e.all && e.flags.Value == 0 {
		return nil
	}
	theirs, err := e.c.namespacesOfPidfd(e.c.Task, e.pidfd)
	if err != nil {
		return e.explained(err)
	}
	e.theirs = theirs
	if e.all {
		e.flags.Value = e.differing()
	}
	return nil
}

const (
	pathFlags = unix.O_PATH | unix.O_DIRECTORY | unix.O_CLOEXEC
	pathText  = "O_PATH|O_DIRECTORY|O_CLOEXEC"

	// mostRetries is how often a path is walked again that somebody renames
	// parts of meanwhile.
	mostRetries = 1000
)

// inRoot appends the opening of a directory that no link and no rename can lead
// out of root, whoever owns what is there.
func inRoot(p *task.Program, root task.Arg, dir string) *task.Call {
	return openHow{flags: pathFlags, resolve: unix.RESOLVE_IN_ROOT}.call(p, root, dir)
}

// directories opens those that the task is to go to.
func (e *entry) directories() error {
	if !e.root.asked && !e.cwd.asked {
		return nil
	}
	proc, err := openProc()
	if err != nil {
		return err
	}
	defer unix.Close(proc)
	var p task.Program
	for range mostRetries {
		p = task.Program{}
		at := p.Lend(proc).As("/proc")
		link := func(name string) *task.Call {
			return p.Call("openat", at, task.Str(fmt.Sprintf("%d/%s", e.pid, name)), task.Flags(pathFlags, pathText))
		}
		if e.root.asked {
			root := link("root")
			if e.root.path != "" {
				p.Drop(root)
				root = inRoot(&p, task.Res(root).As(fdText(fmt.Sprintf("/proc/%d/root", e.pid))), e.root.path)
			}
			p.Take(root)
		}
		if e.cwd.path != "" {
			p.Take(p.Call("openat", cwd(), task.Str(e.cwd.path), task.Flags(pathFlags, pathText)))
		} else if e.cwd.asked {
			p.Take(link("cwd"))
		}
		err = e.c.Do(&p)
		for _, fd := range p.Taken() {
			if fd >= 0 {
				e.fds = append(e.fds, fd)
			}
		}
		if !errors.Is(err, unix.EAGAIN) {
			break
		}
	}
	if err != nil {
		return e.explained(err)
	}
	taken := p.Taken()
	if e.root.asked {
		e.rootFd, taken = taken[0], taken[1:]
	}
	if e.cwd.asked {
		e.cwdFd = taken[0]
	}
	return nil
}

// A procsFile is an open cgroup.procs that moves whoever writes 0.
type procsFile struct {
	fd     int
	name   string
	cgroup string
}

// cgroups opens the target's cgroup in every hierarchy where the task is in
// another, with the rights of the task.
func (e *entry) cgroups() error {
	all, err := cgroupHierarchies()
	if err != nil {
		return err
	}
	theirs, own := procText(e.pid, "cgroup"), procText(e.c.Task.Pid(), "cgroup")
	if theirs == "" {
		return e.orGone(fmt.Errorf("/proc/%d/cgroup cannot be read", e.pid))
	}
	for _, h := range all {
		controller := ""
		if !h.v2() {
			controller = h.controllers[0]
		}
		cgroup := ownCgroup(theirs, controller)
		if cgroup == ownCgroup(own, controller) {
			continue
		}
		if err := e.openProcs(h.folder(cgroup), cgroup); err != nil {
			return err
		}
	}
	return nil
}

func (e *entry) openProcs(folder, cgroup string) error {
	dir, err := unix.Open(folder, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return hostError("open", err, "open(%q, O_PATH|O_DIRECTORY)", folder)
	}
	defer unix.Close(dir)
	var p task.Program
	p.Take(p.Call("openat", p.Lend(dir).As(fdText(folder)), task.Str("cgroup.procs"),
		task.Flags(unix.O_WRONLY|unix.O_CLOEXEC, "O_WRONLY|O_CLOEXEC")))
	if err := e.c.Do(&p); err != nil {
		return err
	}
	fd := p.Taken()[0]
	e.fds = append(e.fds, fd)
	e.procs = append(e.procs, procsFile{fd, path.Join(folder, "cgroup.procs"), cgroup})
	return nil
}

// unreaped fails with ESRCH if the process has been waited for: then its pid may
// be another's, and what was read from its /proc/PID before proves nothing.
func unreaped(pidfd int) error {
	err := unix.PidfdSendSignal(pidfd, 0, nil, 0)
	if err != unix.ESRCH {
		return nil // EPERM tells of a live one as well
	}
	return hostError("pidfd_send_signal", err, "pidfd_send_signal(pidfd, 0)")
}
