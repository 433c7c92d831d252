package builtins

import (
	"encoding/binary"
	"errors"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "netns.exec(name, file, *args, sysfs=True, etc=True, task=None, **options)",
	Shelf: "network",
	Page:  "ip-netns(8)",
	Like:  "ip netns exec NAME COMMAND",
	Doc: `Runs a program in a named network namespace, waits for it, and returns how it ended.

It is run by a child of the task, which is in a mount namespace of its own, too:
with sysfs, /sys is mounted anew there, so that /sys/class/net has the devices
of the named network; with etc, the files in /etc/netns/NAME are bound over
those in /etc. Without both, the mounts stay those of the task. The options are
those of run. To go there for good, call setns(netns.get(name)).`,
	Example: `
>>> mount("tmpfs", "/run", "tmpfs")
>>> netns.add("blue")
>>> netns.exec("blue", "echo", "hello", sysfs=False)
hello
exit status 0
>>> netns.exec("blue", "readlink", "/proc/self/ns/net", capture=True, sysfs=False).stdout.strip() == str(netns.get("blue"))
True
`,
	Func: func(c *Call) (starlark.Value, error) {
		var name string
		var file starlark.Value
		var args starlark.Tuple
		var sysfs, etc bool
		var options []starlark.Tuple
		if err := c.Args(&name, &file, &args, &sysfs, &etc, &options); err != nil {
			return nil, err
		}
		ns, err := c.netnsGet(name)
		if err != nil {
			return nil, err
		}
		defer ns.close()
		child, err := c.clone(task.CloneOptions{}, starlark.None)
		if err != nil {
			return nil, err
		}
		v, err := c.netnsExec(child, ns, name, sysfs, etc, func() (starlark.Value, error) {
			options = append(options, starlark.Tuple{starlark.String("task"), c.Host.TaskValue(child)})
			return starlark.Call(c.Thread, Lookup("run").value(), append(starlark.Tuple{file}, args...), options)
		})
		if end := c.Block(child.Close); err == nil {
			err = end
		}
		return v, err
	},
})

// netnsExec takes a child of the task where the program is to be, and runs it.
func (c *Call) netnsExec(child *task.Task, ns *Namespace, name string, sysfs, etc bool, run func() (starlark.Value, error)) (starlark.Value, error) {
	sys := make([]byte, statfsSize)
	var umount *task.Call
	err := ns.use(func(fd int) error {
		var p task.Program
		p.Familiar() // nobody comes within reach of another by a network
		p.Call("setns", p.Lend(fd).As(ns.String()), Flags{CloneFamily, unix.CLONE_NEWNET}.Arg())
		if sysfs || etc {
			p.Call("unshare", Flags{CloneFamily, unix.CLONE_NEWNS}.Arg())
			mountCall(&p, "", "/", "none", unix.MS_SLAVE|unix.MS_REC)
		}
		if sysfs {
			p.Call("statfs", task.Str("/sys"), task.Out(sys))
			umount = p.Call("umount2", task.Str("/sys"), Flags{UmountFamily, unix.MNT_DETACH}.Arg()).May()
		}
		return c.DoAs(child, &p)
	})
	if err == nil && sysfs {
		err = c.netnsSysfs(child, name, umount.Errno() != 0 && readOnly(sys))
	}
	if err == nil && etc {
		err = c.netnsEtc(child, name)
	}
	if err != nil {
		return nil, err
	}
	return run()
}

// statfsSize is that of struct statfs, statfs(2).
const statfsSize = 120

// readOnly tells whether a struct statfs is of a mount that is read-only.
func readOnly(statfs []byte) bool {
	const flags, stRdonly = 80, 1
	return binary.NativeEndian.Uint64(statfs[flags:])&stRdonly != 0
}

// netnsSysfs mounts what shows the network namespace that the child is in. One
// that may be written cannot lie on one that may not and cannot be removed.
func (c *Call) netnsSysfs(child *task.Task, name string, readOnly bool) error {
	var flags uint64
	if readOnly {
		flags = unix.MS_RDONLY
	}
	var p task.Program
	mountCall(&p, name, "/sys", "sysfs", flags)
	return c.DoAs(child, &p)
}

// netnsEtc binds the files that a name has of its own over those of the machine.
func (c *Call) netnsEtc(child *task.Task, name string) error {
	dir := "/etc/netns/" + name
	files, err := c.listdir(child, dir)
	if errors.Is(err, unix.ENOENT) {
		return nil
	}
	if err != nil {
		return err
	}
	var p task.Program
	for _, file := range files {
		mountCall(&p, dir+"/"+file, "/etc/"+file, "none", unix.MS_BIND)
	}
	return c.DoAs(child, &p)
}
