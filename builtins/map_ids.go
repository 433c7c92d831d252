package builtins

import (
	"errors"
	"fmt"
	"math"
	"os"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"
)

var _ = def(Builtin{
	Sig:   "map_ids(uids, gids=None, setgroups=None, *, task=None)",
	Shelf: "namespaces",
	Page:  "user_namespaces(7)",
	Like:  "unshare --map-users=auto --map-groups=auto",
	Doc: `Maps users and groups of the parent user namespace into that of the task.

uids and gids are extents (inside, outside, count), as for uid_map, where a name
of /etc/passwd or /etc/group may stand for an id. "auto" maps the task's own id
to 0, and from 1 on the subordinate ids that subids() tells; "all" maps every
id of the parent as it is. gids are by default as uids; [] maps none.

What the kernel does not let nstar write is written by newuidmap(1) and
newgidmap(1). setgroups is "deny" or "allow"; by default "deny" is written where
a group could not be mapped without.`,
	Example: `
>>> t = clone(CLONE_NEWUSER)
>>> map_ids([(1000, 0, 1)], [("root", "root", 1)], task=t)
>>> uid_map(task=t), gid_map(task=t)
([(1000, 0, 1)], [(0, 0, 1)])
>>> t = clone(CLONE_NEWUSER)
>>> map_ids("all", task=t)
>>> [(first, count) for first, _, count in uid_map()] == [(0, 1)]
True
>>> uid_map(task=t)
[(0, 0, 1)]
>>> map_ids([("nobody-has-this-name", 0, 1)], task=clone(CLONE_NEWUSER))
map_ids: bad value: uids[0][0] must be an id or a name in /etc/passwd, but is string "nobody-has-this-name"
`,
	Func: func(c *Call) (starlark.Value, error) {
		var uids, gids starlark.Value
		var setgroups string
		if err := c.Args(&uids, &gids, &setgroups); err != nil {
			return nil, err
		}
		if !(setgroups == "" || setgroups == "allow" || setgroups == "deny") {
			return nil, BadValue("setgroups", `"allow" or "deny"`, starlark.String(setgroups))
		}
		if gids == starlark.None {
			gids = uids
		}
		w, err := c.mapWriter(c.Task)
		if err != nil {
			return nil, err
		}
		defer w.close()
		return starlark.None, w.mapIDs(uids, gids, setgroups)
	},
})

// mapIDs writes the files in the order that user_namespaces(7) asks for. Both
// maps are known before one is written.
func (w *procWriter) mapIDs(uids, gids starlark.Value, setgroups string) error {
	uid, gid, err := w.ids()
	if err != nil {
		return err
	}
	users, err := w.wanted(userIDs, uids, uid, uid)
	if err != nil {
		return err
	}
	groups, err := w.wanted(groupIDs, gids, gid, uid)
	if err != nil {
		return err
	}
	if len(users) > 0 {
		if err := w.writeMap(userIDs, users); err != nil {
			return err
		}
	}
	if setgroups != "" {
		if err := w.write("setgroups", setgroups); err != nil {
			return &mapError{"setgroups", nil, err}
		}
	}
	if len(groups) == 0 {
		return nil
	}
	own := len(groups) == 1 && groups[0].count == 1 && groups[0].outside == gid
	err = w.write(groupIDs.proc, groups.text())
	if own && setgroups == "" && errors.Is(err, unix.EPERM) && w.write("setgroups", "deny") == nil {
		err = w.write(groupIDs.proc, groups.text())
	}
	return w.helped(groupIDs, groups, err)
}

func (w *procWriter) writeMap(kind idKind, m idMap) error {
	return w.helped(kind, m, w.write(kind.proc, m.text()))
}

// wanted is the map that v describes. own is the task's id of that kind, and
// uid the user whose subordinate ids it may use.
func (w *procWriter) wanted(kind idKind, v starlark.Value, own, uid uint32) (idMap, error) {
	d := &idFiles{c: w.c, reader: w.actor}
	switch word, _ := v.(starlark.String); {
	case word == "auto":
		return d.auto(kind, own, uid)
	case word == "all":
		return w.all(kind)
	case word != "":
		return nil, BadValue(kind.param, `a list of (inside, outside, count), "auto" or "all"`, v)
	}
	if list, ok := v.(starlark.Indexable); ok && list.Len() == 0 {
		return nil, nil
	}
	v, err := d.withoutNames(kind, kind.param, v)
	if err != nil {
		return nil, err
	}
	return parseExtents(kind.param, v)
}

// auto is the map that most containers have.
func (d *idFiles) auto(kind idKind, own, uid uint32) (idMap, error) {
	ranges, err := d.subordinate(kind, uid)
	if err != nil {
		return nil, err
	}
	if len(ranges) == 0 {
		return nil, fmt.Errorf(`bad value: %s must not be "auto": %s has no range for user %d`, kind.param, kind.sub, uid)
	}
	m, next := idMap{{0, own, 1}}, uint64(1)
	for i, r := range ranges {
		if next+uint64(r.count) > math.MaxUint32 || uint64(r.first)+uint64(r.count) > math.MaxUint32 {
			return nil, fmt.Errorf("range %d of user %d in %s ends after the last id", i, uid, kind.sub)
		}
		m = append(m, extent{uint32(next), r.first, r.count})
		next += uint64(r.count)
	}
	return m, m.overlaps(kind.sub)
}

// all maps each id that the parent has to itself: what is inside there is
// outside here.
func (w *procWriter) all(kind idKind) (idMap, error) {
	var text string
	if w.actor == nil {
		data, err := os.ReadFile("/proc/self/" + kind.proc)
		if err != nil {
			return nil, err
		}
		text = string(data)
	} else {
		reader := *w.c
		reader.Task = w.actor
		var err error
		if text, err = reader.ownProcFile(kind.proc, ""); err != nil {
			return nil, err
		}
	}
	m, ok := readExtents(text)
	if !ok || len(m) == 0 {
		return nil, fmt.Errorf("the parent user namespace has no %s", kind.proc)
	}
	for i := range m {
		m[i].outside = m[i].inside
	}
	return m, nil
}

// withoutNames is v, which may be nested, with the ids of names in their place.
func (d *idFiles) withoutNames(kind idKind, name string, v starlark.Value) (starlark.Value, error) {
	if s, ok := v.(starlark.String); ok {
		id, ok, err := d.number(kind, string(s))
		if err == nil && !ok {
			err = BadValue(name, "an id or a name in "+kind.names, v)
		}
		return starlark.MakeUint64(uint64(id)), err
	}
	list, ok := v.(starlark.Indexable)
	if !ok {
		return v, nil
	}
	out := make(starlark.Tuple, list.Len())
	for i := range out {
		var err error
		if out[i], err = d.withoutNames(kind, fmt.Sprintf("%s[%d]", name, i), list.Index(i)); err != nil {
			return nil, err
		}
	}
	return out, nil
}
