package builtins

import (
	"errors"
	"slices"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// The words of netns are those of ip-netns(8): a name is a file in /run/netns
// on which a network namespace is mounted. All of it is done by the task, in
// the mount namespace that the task is in.
//
// github.com/vishvananda/netns knows the same names, but serves one who does
// not move: NewNamed and Set change the namespaces of the calling thread, and
// GetFromName and DeleteNamed are about the files that the host sees.
const netnsDir = "/run/netns"

// netnsPath is the file of a name.
func netnsPath(name string) (string, error) {
	if name == "" || name == "." || name == ".." || strings.Contains(name, "/") {
		return "", BadValue("name", "one name, without a slash", starlark.String(name))
	}
	return netnsDir + "/" + name, nil
}

var _ = def(Builtin{
	Sig:   "netns.get(name, *, task=None)",
	Shelf: "network",
	Page:  "ip-netns(8)",
	Like:  "exec 3< /run/netns/NAME",
	Doc:   `Returns the network namespace of a name: namespace("/run/netns/NAME").`,
	Example: `
>>> mount("tmpfs", "/run", "tmpfs")
>>> netns.add("blue")
>>> setns(netns.get("blue"))
>>> netns.identify()
["blue"]
`,
	Func: func(c *Call) (starlark.Value, error) {
		var name string
		if err := c.Args(&name); err != nil {
			return nil, err
		}
		ns, err := c.netnsGet(name)
		if err != nil {
			return nil, err
		}
		return ns, nil
	},
})

func (c *Call) netnsGet(name string) (*Namespace, error) {
	path, err := netnsPath(name)
	if err != nil {
		return nil, err
	}
	ns, err := c.openNamespace(path)
	if err == nil && ns.held.kind != "net" {
		ns.close()
		err = errNoNamespace
	}
	if errors.Is(err, errNoNamespace) {
		return nil, BadValue("name", "that of a network namespace", starlark.String(name))
	}
	return ns, err
}

var _ = def(Builtin{
	Sig:   "netns.list(*, task=None)",
	Shelf: "network",
	Page:  "ip-netns(8)",
	Like:  "ip netns list",
	Doc: `Returns the named network namespaces as a dict of their names.

The value is None where the file of a name is there, but no network namespace:
netns.delete removes that, too.`,
	Example: `
>>> mount("tmpfs", "/run", "tmpfs")
>>> netns.list()
{}
>>> netns.add("red")
>>> netns.add("blue")
>>> netns.list()
{"blue": net:[…], "red": net:[…]}
>>> netns.delete("red")
>>> list(netns.list())
["blue"]
`,
	Func: func(c *Call) (starlark.Value, error) {
		if err := c.Args(); err != nil {
			return nil, err
		}
		names, all, err := c.netnsList()
		if err != nil {
			return nil, err
		}
		d := starlark.NewDict(len(names))
		for i, name := range names {
			var v starlark.Value = starlark.None
			if all[i] != nil {
				v = all[i]
			}
			_ = d.SetKey(starlark.String(name), v) // a string can be a key
		}
		return d, nil
	},
})

// netnsList are the names, sorted, and what they stand for: nil where that is
// no network namespace.
func (c *Call) netnsList() (names []string, all []*Namespace, err error) {
	const batch = 64
	names, err = c.listdir(c.Task, netnsDir)
	if errors.Is(err, unix.ENOENT) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	for part := range slices.Chunk(names, batch) {
		var p task.Program
		for _, name := range part {
			p.Take(openNamespaceCall(&p, netnsDir+"/"+name).May())
		}
		if err := c.Do(&p); err != nil {
			return nil, nil, err
		}
		for _, fd := range p.Taken() {
			all = append(all, c.Host.netns(fd))
		}
	}
	return names, all, nil
}

// netns is the network namespace of a descriptor, which it takes over; nil if
// it is none.
func (h *Host) netns(fd int) *Namespace {
	if fd < 0 {
		return nil
	}
	ns, err := h.namespace(fd)
	if err != nil {
		return nil
	}
	if ns.held.kind != "net" {
		ns.close()
		return nil
	}
	return ns
}
