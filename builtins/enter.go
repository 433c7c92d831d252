package builtins

import (
	"fmt"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"
)

var _ = def(Builtin{
	Sig:   "enter(target, flags=None, *, root=False, cwd=False, wdns=None, cgroup=False, ids=False, groups=None, label=False, task=None)",
	Shelf: "namespaces",
	Page:  "nsenter(1)",
	Like:  "nsenter -t PID -a",
	Doc: `Makes the task like another process: a member of its namespaces, and what else is asked for.

target is a pid in the view of the task, a task or a pidfd. flags are the
namespaces to join, all of them or none; without flags they are those that are
not the task's already. Children, not the task itself, will be in the PID
namespace. The task keeps its user and groups, so in a user namespace it may be
nobody: ids=(0, 0) makes it root there.

root=True makes the root directory of the target that of the task, a string a
directory below it, which no link leads out of. cwd=True does so with the
working directory, a string is a directory that the task sees now, and may lie
outside of all that it joins; wdns is one that it will see. cgroup=True moves
the task into the cgroup of the target. ids=True takes over the user, the group
and the supplementary groups of the target, ids=(uid, gid) takes those and drops
the groups (where the user namespace denies setgroups(2), those that the task
may drop before it joins); groups is a list of them. label=True has programs run
under the AppArmor profile or the SELinux context of the target.

All of it is opened and read before the first step, and counts only if the
target has not been waited for by then; an error tells the steps that are done.
run(…, env=environ_of(target)) gives a program the target's environment. To join
namespaces in an order of one's own use setns, one by one.`,
	Example: `
>>> t = clone(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWUTS)
>>> map_root(task=t)
>>> mount("tmpfs", "/mnt", "tmpfs", task=t)
>>> mkdir("/mnt/root", task=t)
>>> chroot("/mnt", task=t)
>>> chdir("/root", task=t)
>>> enter(t, root=True, cwd=True, ids=True)
>>> ns_of() == ns_of(t)
True
>>> getcwd(), listdir("/"), getuid()
("/root", ["root"], 0)
>>> catch(enter, t, CLONE_NEWUSER).error
enter: EINVAL (invalid argument): setns(pidfd:…, CLONE_NEWUSER)
`,
	Func: func(c *Call) (starlark.Value, error) {
		e := &entry{c: c, pidfd: -1}
		defer e.close()
		err := e.args()
		if err == nil {
			err = e.gather()
		}
		if err != nil {
			return nil, err
		}
		return starlark.None, e.run(e.steps())
	},
})

// An entry is one use of enter: what is asked for and, after gather, what it
// takes, held open.
type entry struct {
	c *Call

	target        starlark.Value
	flags         Flags // with all: those that differ
	all           bool
	root, cwd     dirChoice
	wdns          string
	cgroup, label bool
	ids           starlark.Value
	groups        starlark.Value

	pidfd       int
	pid         int         // of the target in the host's view
	theirs, own *Namespaces // nil until known
	fds         []int       // to be closed
	rootFd      int
	cwdFd       int
	procs       []procsFile
	who         identity
	exec        labelFile
}

// A dirChoice is what root and cwd may be: False, True for the target's, or a path.
type dirChoice struct {
	asked bool
	path  string // "": the target's own
}

// Unpack stores a bool or a path.
func (p *dirChoice) Unpack(v starlark.Value) error {
	switch v := v.(type) {
	case starlark.Bool:
		*p = dirChoice{asked: bool(v)}
		return nil
	case starlark.String:
		if v != "" && !strings.Contains(string(v), "\x00") {
			*p = dirChoice{true, string(v)}
			return nil
		}
	}
	return fmt.Errorf("must be True, False or a path, but is %s", describe(v))
}

func (e *entry) args() error {
	e.flags = Flags{Family: CloneFamily}
	if err := e.c.Args(&e.target, &e.flags, &e.root, &e.cwd, &e.wdns, &e.cgroup, &e.ids, &e.groups, &e.label); err != nil {
		return err
	}
	e.all = e.c.Arg("flags") == starlark.None
	if e.cwd.asked && e.wdns != "" {
		return fmt.Errorf("bad value: cwd and wdns cannot both be given")
	}
	if other := e.flags.Value &^ cloneNewAll; other != 0 {
		return BadValue("flags", "types of namespaces", e.flags)
	}
	return e.who.ask(e.ids, e.groups)
}

// close lets go of all that was gathered.
func (e *entry) close() {
	if e.pidfd >= 0 {
		unix.Close(e.pidfd)
	}
	for _, ns := range []*Namespaces{e.theirs, e.own} {
		if ns != nil {
			ns.close()
		}
	}
	for _, fd := range e.fds {
		unix.Close(fd)
	}
}

// differing are the flags of the namespaces that the task is not in yet. Of a
// PID or time namespace those count that the children will be in.
func (e *entry) differing() (flags uint64) {
	for _, k := range nsKinds {
		theirs := e.theirs.ns[k.kind]
		if theirs == nil {
			continue
		}
		own := []*Namespace{e.own.ns[k.kind]}
		switch k.kind {
		case "pid":
			own = []*Namespace{e.own.ns["pid_for_children"]}
		case "time":
			own = append(own, e.own.ns["time_for_children"])
		}
		for _, ns := range own {
			if ns == nil || ns.held.id != theirs.held.id {
				flags |= uint64(k.flag)
			}
		}
	}
	return flags
}

// userns is the user namespace that the task will be in, and a member of it
// whose maps can be read, by the pid that the host sees.
func (e *entry) userns() (ns *Namespace, pid int) {
	if e.flags.Value&unix.CLONE_NEWUSER != 0 {
		return e.theirs.ns["user"], e.pid
	}
	return e.own.ns["user"], e.c.Task.Pid()
}
