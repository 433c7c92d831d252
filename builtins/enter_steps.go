package builtins

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// A step of an entry is a few calls that belong together.
type step struct {
	done string // what it has done, for the error of a later one
	add  func(p *task.Program) []*task.Call
}

// steps are in the order that each leaves the next possible in: cgroups are
// moved between with the rights outside, and ids given up last. One setns(2)
// joins all namespaces or none. It asks for capabilities where the task is yet,
// which include those in all user namespaces below, so that no order of joins
// one after the other could do more.
func (e *entry) steps() (all []step) {
	add := func(done string, f func(p *task.Program) []*task.Call) { all = append(all, step{done, f}) }
	for _, f := range e.procs {
		add("cgroup "+f.cgroup, func(p *task.Program) []*task.Call {
			return []*task.Call{p.Call("write", p.Lend(f.fd).As(fdText(f.name)), task.Str("0"), task.Int(1))}
		})
	}
	w := &e.who
	setgroups := func(p *task.Program) []*task.Call {
		call := setgroupsCall(p, w.groups)
		if w.may {
			call.May()
		}
		return []*task.Call{call}
	}
	if w.setGroups && w.before {
		add("groups", setgroups)
	}
	if e.flags.Value != 0 {
		add(e.flags.String(), func(p *task.Program) []*task.Call {
			return []*task.Call{p.Call("setns", p.Lend(e.pidfd).As(pidfdName(e.target)), e.flags.Arg())}
		})
	}
	if e.root.asked {
		add("root", func(p *task.Program) []*task.Call {
			return []*task.Call{p.Call("fchdir", p.Lend(e.rootFd).As(fdText(e.root.text(e.pid, "root")))), p.Call("chroot", task.Str("."))}
		})
	}
	if e.cwd.asked {
		add("cwd", func(p *task.Program) []*task.Call {
			return []*task.Call{p.Call("fchdir", p.Lend(e.cwdFd).As(fdText(e.cwd.text(e.pid, "cwd"))))}
		})
	}
	if e.wdns != "" {
		add("wdns", e.changeDir)
	}
	if w.setGroups && !w.before {
		add("groups", setgroups)
	}
	if w.follow || w.set {
		add("ids", func(p *task.Program) []*task.Call {
			return []*task.Call{idsCall(p, "setresgid", w.gids), idsCall(p, "setresuid", w.uids)}
		})
	}
	if e.label {
		add("label", func(p *task.Program) []*task.Call {
			return []*task.Call{p.Call("write", p.Lend(e.exec.fd).As(fdText(e.exec.name)), task.Str(e.exec.value), task.Int(len(e.exec.value)))}
		})
	}
	return all
}

func idsCall(p *task.Program, name string, ids [3]uint32) *task.Call {
	return p.Call(name, task.Int(int(ids[0])), task.Int(int(ids[1])), task.Int(int(ids[2])))
}

// changeDir goes to a directory of where the task is by then, and nowhere else.
func (e *entry) changeDir(p *task.Program) []*task.Call {
	root := p.Call("openat", cwd(), task.Str("/"), task.Flags(pathFlags, pathText))
	p.Drop(root)
	dir := inRoot(p, task.Res(root).As("fd</>"), e.wdns)
	p.Drop(dir)
	return []*task.Call{root, dir, p.Call("fchdir", task.Res(dir).As(fdText(e.wdns)))}
}

// text is where the directory is.
func (p dirChoice) text(pid int, link string) string {
	if p.path == "" {
		return fmt.Sprintf("/proc/%d/%s", pid, link)
	}
	return p.path
}

// run has the task make the steps. If a path is renamed while it is walked, it
// goes on from there.
func (e *entry) run(all []step) error {
	rest := all
	for range mostRetries {
		if len(rest) == 0 {
			return nil
		}
		var p task.Program
		if e.flags.Value&strangersIn == 0 {
			p.Familiar()
		}
		var calls [][]*task.Call
		for _, s := range rest {
			calls = append(calls, s.add(&p))
		}
		err := e.c.Do(&p)
		if err == nil {
			return nil
		}
		done := slices.IndexFunc(calls, func(step []*task.Call) bool { return slices.ContainsFunc(step, undone) })
		if done < 0 {
			return err // the task is dead, say
		}
		rest = rest[done:]
		var failed *task.Error
		if !errors.Is(err, unix.EAGAIN) || !errors.As(err, &failed) || failed.Name != "openat2" {
			return e.failed(err, all[:len(all)-len(rest)])
		}
	}
	return e.failed(unix.EAGAIN, all[:len(all)-len(rest)])
}

// undone tells whether a call has failed or was not made.
func undone(c *task.Call) bool { return !c.Ran() || c.Errno() != 0 && !c.Optional() }

// failed adds to an error what it leaves behind.
func (e *entry) failed(err error, done []step) error {
	explained := e.explained(err)
	if len(done) == 0 {
		return explained
	}
	var names []string
	for _, s := range done {
		names = append(names, s.done)
	}
	text := "the task keeps what it has got already: " + strings.Join(names, ", ")
	var entered *enterError
	if errors.As(explained, &entered) && entered.hint != "" {
		text = entered.hint + "; " + text
	}
	return &enterError{err, text}
}

// An enterError is an error with the hint that only enter can give while it has
// all it has gathered.
type enterError struct {
	err  error
	hint string
}

func (e *enterError) Error() string { return e.err.Error() }

func (e *enterError) Unwrap() error { return e.err }
