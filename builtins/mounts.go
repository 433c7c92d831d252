package builtins

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "mounts(*, ns=None, task=None)",
	Shelf: "mounts",
	Page:  "statmount(2)",
	Like:  "findmnt -o +PROPAGATION",
	Doc: `Returns the mounts that the task sees, or those of the mount namespace ns.

They are in the order in which they were made. Each has the fields id, parent
(the id of the mount that it is on), root (the directory of its file system that
it shows), mount_point, type, source, options (those of the file system),
attributes, propagation, and the numbers peer_group, if it is shared, and
master, if it is a slave; otherwise these are None. The ids are those of
proc_pid_mountinfo(5). A foreign namespace takes CAP_SYS_ADMIN there and Linux
6.13.`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs", MS_NODEV, "size=64k")
>>> m = mounts()[-1]
>>> m.mount_point, m.type, m.root, m.attributes, "size=64k" in m.options
("/tmp", "tmpfs", "/", MOUNT_ATTR_NODEV, True)
>>> t = clone(CLONE_NEWNS)
>>> mount("more", "/tmp", "tmpfs", task=t)
>>> mounts(ns=ns_of(t).mnt)[-1].source, mounts()[-1] == m
("more", True)
`,
	Func: func(c *Call) (starlark.Value, error) {
		var ns *Namespace
		if err := c.Args(&ns); err != nil {
			return nil, err
		}
		all, err := c.mounts(ns)
		if err != nil {
			return nil, err
		}
		list := make([]starlark.Value, len(all))
		for i := range all {
			list[i] = all[i].value()
		}
		return starlark.NewList(list), nil
	},
})

// mountInfo is what there is to know about a mount, from either source.
type mountInfo struct {
	id, parent         int
	root, point        string
	kind, source       string
	options            []string
	attrs, propagation uint64
	peerGroup, master  uint64 // 0: none
}

func (m *mountInfo) value() starlark.Value {
	options := make([]starlark.Value, len(m.options))
	for i, o := range m.options {
		options[i] = starlark.String(o)
	}
	group := func(n uint64) starlark.Value {
		if n == 0 {
			return starlark.None
		}
		return starlark.MakeUint64(n)
	}
	return starlarkstruct.FromStringDict(starlarkstruct.Default, starlark.StringDict{
		"id":          starlark.MakeInt(m.id),
		"parent":      starlark.MakeInt(m.parent),
		"root":        starlark.String(m.root),
		"mount_point": starlark.String(m.point),
		"type":        starlark.String(m.kind),
		"source":      starlark.String(m.source),
		"options":     starlark.NewList(options),
		"attributes":  Flags{AttrFamily, m.attrs},
		"propagation": Flags{MountFamily, m.propagation},
		"peer_group":  group(m.peerGroup),
		"master":      group(m.master),
	})
}

// mounts asks the kernel with listmount(2), and reads /proc/PID/mountinfo where
// that cannot be: the kernel is too old, a filter refuses, or the task has
// become a program. What an older one does not tell is added from there.
func (c *Call) mounts(ns *Namespace) ([]mountInfo, error) {
	if ns != nil {
		id, err := ns.mntID()
		if err != nil {
			return nil, err
		}
		all, err := c.listMounts(id)
		if err == nil && !sourced(all) { // nor are they all
			return nil, errors.New(foreignMountsSince)
		}
		return all, err
	}
	if c.Task.Parked() {
		all, err := c.listMounts(0)
		switch {
		case err == nil && !sourced(all): // before Linux 6.13
			return c.withSources(all), nil
		case !errors.Is(err, unix.ENOSYS) && !errors.Is(err, unix.EPERM):
			return all, err
		}
	}
	return c.mountinfo()
}

const foreignMountsSince = "the mounts of a namespace can be listed from outside since Linux 6.13; of a member t, mounts(task=t) lists them"

// sourced tells whether any source is known.
func sourced(all []mountInfo) bool {
	return slices.ContainsFunc(all, func(m mountInfo) bool { return m.source != "" })
}

// withSources takes from mountinfo what statmount(2) did not tell.
func (c *Call) withSources(all []mountInfo) []mountInfo {
	more, err := c.mountinfo()
	if err != nil {
		return all
	}
	for i := range all {
		m := &all[i]
		at := slices.IndexFunc(more, func(o mountInfo) bool { return o.id == m.id && o.point == m.point })
		if at >= 0 {
			m.kind, m.source, m.options = more[at].kind, more[at].source, more[at].options
		}
	}
	return all
}

// mntID is the number of a mount namespace in listmount(2), from Linux 6.11.
func (n *Namespace) mntID() (id uint64, err error) {
	if n.held.kind != "mnt" {
		return 0, BadValue("ns", "a mount namespace", n)
	}
	err = n.use(func(fd int) error {
		got, err := unix.IoctlGetInt(fd, unix.NS_GET_MNTNS_ID)
		id = uint64(got)
		return err
	})
	var errno unix.Errno
	if errors.As(err, &errno) {
		err = &task.Error{Name: "ioctl", Text: fmt.Sprintf("ioctl(%s, NS_GET_MNTNS_ID)", n), Errno: errno}
	}
	return id, err
}

// mountinfo reads what the task sees with the host's /proc.
func (c *Call) mountinfo() ([]mountInfo, error) {
	if err := c.catchUp(); err != nil {
		return nil, err
	}
	if ended(c.Task) {
		return nil, &task.Dead{Pid: c.Task.Pid(), Status: c.Task.Status()}
	}
	text, err := os.ReadFile(task.ProcPath(c.Task.Pid(), "mountinfo"))
	if err != nil {
		return nil, err
	}
	var all []mountInfo
	for _, line := range readMounts(string(text)) {
		all = append(all, line.info())
	}
	return all, nil
}

// attrOptions are the attributes of a mount in mountinfo. Of the access time,
// strictatime is where there is none.
var attrOptions = []struct {
	option string
	attr   uint64
}{
	{"ro", unix.MOUNT_ATTR_RDONLY}, {"nosuid", unix.MOUNT_ATTR_NOSUID}, {"nodev", unix.MOUNT_ATTR_NODEV}, {"noexec", unix.MOUNT_ATTR_NOEXEC},
	{"noatime", unix.MOUNT_ATTR_NOATIME}, {"nodiratime", unix.MOUNT_ATTR_NODIRATIME}, {"nosymfollow", unix.MOUNT_ATTR_NOSYMFOLLOW},
	{"idmapped", unix.MOUNT_ATTR_IDMAP},
}

func (m *mountLine) info() mountInfo {
	i := mountInfo{
		id: m.id, parent: m.parent, root: m.root, point: m.point, kind: m.fstype, source: m.source,
		propagation: m.propagation(),
	}
	for o := range strings.SplitSeq(m.superOptions, ",") {
		i.options = append(i.options, unescape(o))
	}
	i.peerGroup, _ = strconv.ParseUint(m.shared, 10, 64)
	i.master, _ = strconv.ParseUint(m.master, 10, 64)
	has := strings.Split(m.options, ",")
	for _, o := range attrOptions {
		if slices.Contains(has, o.option) {
			i.attrs |= o.attr
		}
	}
	if !slices.Contains(has, "noatime") && !slices.Contains(has, "relatime") {
		i.attrs |= unix.MOUNT_ATTR_STRICTATIME
	}
	return i
}
