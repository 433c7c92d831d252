package builtins

import (
	"errors"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "netns.add(name, *, task=None)",
	Shelf: "network",
	Page:  "ip-netns(8)",
	Like:  "ip netns add NAME",
	Doc: `Creates a network namespace and gives it a name, which ip-netns(8) knows as well.

The name is a file in /run/netns on which the namespace is mounted, so that it
outlives the session. An ordinary user needs a mount namespace and a /run of its
own, unshare(CLONE_NEWUSER | CLONE_NEWNS), map_root() and a tmpfs on /run; the
names are gone with the last task in there.`,
	Example: `
>>> mount("tmpfs", "/run", "tmpfs")
>>> netns.add("blue")
>>> netns.get("blue") == ns_of().net
False
>>> netns.exec("blue", "cat", "/proc/net/dev", capture=True).stdout.count(":")
1
>>> netns.delete("blue")
`,
	Func: func(c *Call) (starlark.Value, error) {
		var name string
		if err := c.Args(&name); err != nil {
			return nil, err
		}
		path, err := netnsPath(name)
		if err != nil {
			return nil, err
		}
		if err := c.netnsMount(); err != nil {
			return nil, err
		}
		ns, err := c.newNetns()
		if err != nil {
			return nil, err
		}
		defer ns.close()
		return starlark.None, ns.bind(c, path, false)
	},
})

var _ = def(Builtin{
	Sig:   "netns.attach(name, pid, *, task=None)",
	Shelf: "network",
	Page:  "ip-netns(8)",
	Like:  "ip netns attach NAME PID",
	Doc:   `Gives a name to a network namespace: that of a pid or a task, or one that the script has.`,
	Example: `
>>> mount("tmpfs", "/run", "tmpfs")
>>> t = clone(CLONE_NEWNET)
>>> netns.attach("green", t)
>>> netns.attach("also_green", netns.get("green"))
>>> netns.identify(t)
["also_green", "green"]
>>> t.close()
>>> setns("/run/netns/green")
`,
	Func: func(c *Call) (starlark.Value, error) {
		var name string
		var target starlark.Value
		if err := c.Args(&name, &target); err != nil {
			return nil, err
		}
		path, err := netnsPath(name)
		if err != nil {
			return nil, err
		}
		ns, ok := target.(*Namespace)
		switch {
		case !ok:
			if ns, err = c.netnsOf(target); err != nil {
				return nil, err
			}
			defer ns.close()
		case ns.held.kind != "net":
			return nil, BadValue("pid", "a network namespace, or who is in it", target)
		}
		if err := c.netnsMount(); err != nil {
			return nil, err
		}
		return starlark.None, ns.bind(c, path, false)
	},
})

// newNetns makes a network namespace. A child is made for it, which has a
// network only for that: the task stays where it is.
func (c *Call) newNetns() (*Namespace, error) {
	flags := Flags{CloneFamily, unix.CLONE_NEWNET}
	child, err := c.clone(task.CloneOptions{Flags: flags.Value, Text: flags.Text()}, starlark.None)
	if err != nil {
		return nil, err
	}
	ns, err := c.netnsOf(c.Host.TaskValue(child))
	return ns, errors.Join(err, c.Block(child.Close))
}

// netnsOf is the network namespace of a pid or a task, for the caller to close.
func (c *Call) netnsOf(target starlark.Value) (*Namespace, error) {
	all, err := c.namespacesOfAny(target)
	if err != nil {
		return nil, err
	}
	defer all.close()
	ns := all.ns["net"]
	if ns == nil {
		return nil, errors.New("this kernel has no network namespaces")
	}
	delete(all.ns, "net")
	return ns, nil
}

// netnsMount sees to it that /run/netns is there, and a shared mount, as
// ip-netns(8) does: so a name that is given in one mount namespace can be had
// in those that were copied from it.
func (c *Call) netnsMount() error {
	var p task.Program
	made := p.Call("mkdirat", cwd(), task.Str(netnsDir), modeArg(0o755)).May()
	shared := netnsShare(&p).May()
	if err := c.Do(&p); err != nil || shared.Errno() == 0 {
		return err
	}
	if e := made.Errno(); e != 0 && e != unix.EEXIST {
		return c.failure(made)
	}
	if shared.Errno() != unix.EINVAL { // it is no mount yet
		return c.failure(shared)
	}
	return c.netnsFirstMount()
}

// netnsFirstMount makes the directory a mount. Whoever does the same meanwhile
// is waited for: names would vanish below a second mount.
func (c *Call) netnsFirstMount() error {
	var p task.Program
	dir := openCall(&p, netnsDir, unix.O_DIRECTORY, 0)
	p.Take(dir)
	p.Call("flock", task.Res(dir).As(fdText(netnsDir)), task.Flags(unix.LOCK_EX, "LOCK_EX"))
	shared := netnsShare(&p).May()
	if err := c.Do(&p); err != nil {
		return err
	}
	defer unix.Close(p.Taken()[0]) // and unlock it
	if shared.Errno() == 0 {
		return nil
	}
	var q task.Program
	mountCall(&q, netnsDir, netnsDir, "none", unix.MS_BIND|unix.MS_REC)
	netnsShare(&q)
	return c.Do(&q)
}

func netnsShare(p *task.Program) *task.Call {
	return mountCall(p, "", netnsDir, "none", unix.MS_SHARED|unix.MS_REC)
}

// mountCall appends a mount(2) without data.
func mountCall(p *task.Program, source, target, kind string, flags uint64) *task.Call {
	f := Flags{MountFamily, flags}
	return p.Call("mount", task.Str(source), task.Str(target), task.Str(kind), f.Arg(), task.Null)
}

var _ = def(Builtin{
	Sig:   "netns.delete(name, *, task=None)",
	Shelf: "network",
	Page:  "ip-netns(8)",
	Like:  "ip netns delete NAME",
	Doc: `Removes the name of a network namespace, also where its mount has been copied to.

The namespace itself ends when nothing else keeps it: netns.pids(name) tells
beforehand who is in it.`,
	Example: `
>>> mount("tmpfs", "/run", "tmpfs")
>>> netns.add("blue")
>>> netns.delete("blue")
>>> netns.delete("blue")
netns.delete: ENOENT (no such file or directory): unlinkat(AT_FDCWD, "/run/netns/blue", 0)
hint: there is no name in /run/netns, as the task sees it
`,
	Func: func(c *Call) (starlark.Value, error) {
		var name string
		if err := c.Args(&name); err != nil {
			return nil, err
		}
		path, err := netnsPath(name)
		if err != nil {
			return nil, err
		}
		var p task.Program
		umount := umountPin(&p, path).May() // a name may have lost its mount
		unlink := unlinkCall(&p, path).May()
		if err := c.Do(&p); err != nil || unlink.Errno() == 0 {
			return starlark.None, err
		}
		if e := umount.Errno(); unlink.Errno() == unix.EBUSY && e != 0 && e != unix.EINVAL {
			return nil, c.failure(umount)
		}
		return nil, c.failure(unlink)
	},
})
