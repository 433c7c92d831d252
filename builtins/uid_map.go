package builtins

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"go.starlark.net/starlark"
)

var _ = def(Builtin{
	Sig:   "uid_map(extents=None, *, task=None)",
	Shelf: "namespaces",
	Page:  "user_namespaces(7)",
	Like:  "echo '0 1000 1' > /proc/PID/uid_map",
	Doc: `Writes the user id map of the task's user namespace, or returns it.

An extent is (inside, outside, count): ids from inside on are those from
outside on in the parent user namespace. A map can be written once. Without
privileges it may map one id only, the task's own.`,
	Example: `
>>> t = clone(CLONE_NEWUSER)
>>> uid_map([(1000, 0, 1)], task=t)
>>> uid_map(task=t)
[(1000, 0, 1)]
>>> uid_map([(0, 0, 10), (5, 10, 1)], task=clone(CLONE_NEWUSER))
uid_map: bad value: extents[0] and extents[1] must not overlap, but both map 5 inside
`,
	Func: func(c *Call) (starlark.Value, error) { return c.idMap("uid_map") },
})

var _ = def(Builtin{
	Sig:   "gid_map(extents=None, *, task=None)",
	Shelf: "namespaces",
	Page:  "user_namespaces(7)",
	Like:  "echo '0 1000 1' > /proc/PID/gid_map",
	Doc: `Writes the group id map of the task's user namespace, or returns it.

Whoever lacks CAP_SETGID outside must give up setgroups(2) before:
setgroups("deny").`,
	Example: `
>>> t = clone(CLONE_NEWUSER)
>>> setgroups("deny", task=t)
>>> gid_map([(0, 0, 1)], task=t)
>>> gid_map(task=t)
[(0, 0, 1)]
`,
	Func: func(c *Call) (starlark.Value, error) { return c.idMap("gid_map") },
})

var _ = def(Builtin{
	Sig:   "map_root(*, task=None)",
	Shelf: "namespaces",
	Page:  "user_namespaces(7)",
	Like:  "unshare -r",
	Doc: `Maps the task's user and group to root in its user namespace.

It writes "deny" to /proc/PID/setgroups, then one extent to uid_map and to
gid_map, which needs no privileges.`,
	Example: `
>>> t = clone(CLONE_NEWUSER)
>>> getuid(task=t) == 0
False
>>> map_root(task=t)
>>> getuid(task=t), getgid(task=t)
(0, 0)
`,
	Func: func(c *Call) (starlark.Value, error) {
		if err := c.Args(); err != nil {
			return nil, err
		}
		w, err := c.mapWriter(c.Task)
		if err != nil {
			return nil, err
		}
		defer w.close()
		uid, gid, err := w.ids()
		if err != nil {
			return nil, err
		}
		for _, f := range []struct{ file, text string }{
			{"uid_map", fmt.Sprintf("0 %d 1", uid)},
			{"setgroups", "deny"},
			{"gid_map", fmt.Sprintf("0 %d 1", gid)},
		} {
			if err := w.write(f.file, f.text); err != nil {
				return nil, err
			}
		}
		return starlark.None, nil
	},
})

// writeSetgroups writes "allow" or "deny" to /proc/PID/setgroups of c.Task.
func (c *Call) writeSetgroups(text string) error {
	w, err := c.mapWriter(c.Task)
	if err != nil {
		return err
	}
	defer w.close()
	return w.write("setgroups", text)
}

// idMap is the word of that file's name.
func (c *Call) idMap(file string) (starlark.Value, error) {
	var extents starlark.Value
	if err := c.Args(&extents); err != nil {
		return nil, err
	}
	if extents == starlark.None {
		return c.readMap(file)
	}
	m, err := parseExtents("extents", extents)
	if err != nil {
		return nil, err
	}
	w, err := c.mapWriter(c.Task)
	if err != nil {
		return nil, err
	}
	defer w.close()
	return starlark.None, w.write(file, m.text())
}

// readMap returns a map as the task itself sees it.
func (c *Call) readMap(file string) (starlark.Value, error) {
	text, err := c.ownProcFile(file, "")
	if err != nil {
		return nil, err
	}
	var list []starlark.Value
	for line := range strings.Lines(text) {
		var extent starlark.Tuple
		for _, f := range strings.Fields(line) {
			v, err := strconv.ParseInt(f, 10, 64)
			if err != nil {
				return nil, err
			}
			extent = append(extent, starlark.MakeInt64(v))
		}
		list = append(list, extent)
	}
	return starlark.NewList(list), nil
}

// extent is one line of an id map.
type extent struct{ inside, outside, count uint32 }

type idMap []extent

func (m idMap) text() string {
	var b strings.Builder
	for _, e := range m {
		fmt.Fprintf(&b, "%d %d %d\n", e.inside, e.outside, e.count)
	}
	return b.String()
}

// parseExtents takes a list of (inside, outside, count), or one of them, which
// is the argument for param.
func parseExtents(param string, v starlark.Value) (idMap, error) {
	const must = "a list of (inside, outside, count)"
	list, ok := v.(starlark.Indexable)
	if _, str := v.(starlark.String); !ok || str || list.Len() == 0 {
		return nil, BadValue(param, must, v)
	}
	if _, one := list.Index(0).(starlark.Int); one {
		list = starlark.Tuple{v}
	}
	m := make(idMap, list.Len())
	for i := range m {
		name := fmt.Sprintf("%s[%d]", param, i)
		t, ok := list.Index(i).(starlark.Indexable)
		if _, str := list.Index(i).(starlark.String); !ok || str || t.Len() != 3 {
			return nil, BadValue(name, "(inside, outside, count)", list.Index(i))
		}
		for k, p := range []*uint32{&m[i].inside, &m[i].outside, &m[i].count} {
			if err := unpack(fmt.Sprintf("%s[%d]", name, k), t.Index(k), p); err != nil {
				return nil, err
			}
		}
		if err := m[i].check(name); err != nil {
			return nil, err
		}
	}
	return m, m.overlaps(param)
}

func (e extent) check(name string) error {
	switch most := uint64(math.MaxUint32); {
	case e.count == 0:
		return fmt.Errorf("bad value: %s must map at least one id, but its count is 0", name)
	case uint64(e.inside)+uint64(e.count) > most, uint64(e.outside)+uint64(e.count) > most:
		return fmt.Errorf("bad value: %s must end before id %d, but is (%d, %d, %d)", name, most, e.inside, e.outside, e.count)
	}
	return nil
}

// overlaps says which extents the kernel would refuse with EINVAL.
func (m idMap) overlaps(param string) error {
	for j, b := range m {
		for i, a := range m[:j] {
			for _, side := range []struct {
				name   string
				x, y   uint32
				nx, ny uint32
			}{{"inside", a.inside, b.inside, a.count, b.count}, {"outside", a.outside, b.outside, a.count, b.count}} {
				first := max(side.x, side.y)
				if uint64(first) < uint64(side.x)+uint64(side.nx) && uint64(first) < uint64(side.y)+uint64(side.ny) {
					return fmt.Errorf("bad value: %s[%d] and %[1]s[%[3]d] must not overlap, but both map %[4]d %[5]s", param, i, j, first, side.name)
				}
			}
		}
	}
	return nil
}
