package builtins

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"go.starlark.net/starlark"
)

// An identity is whom enter makes the task: what is asked for and, after find,
// the ids as the user namespace numbers them that the task will be in.
type identity struct {
	follow bool      // the target's
	fixed  [2]uint32 // else these, if set
	set    bool
	list   []uint32 // groups, if listed
	listed bool

	uids, gids [3]uint32 // real, effective, saved
	groups     []uint32
	setGroups  bool

	// Where setgroups(2) is denied after the join, what can be dropped is
	// dropped before it, in the terms of the task's user namespace. If only the
	// default asks for it, it may fail.
	before bool
	may    bool
}

// ask takes the arguments ids and groups.
func (w *identity) ask(ids, groups starlark.Value) error {
	switch v := ids.(type) {
	case starlark.Bool:
		w.follow = bool(v)
	case starlark.Tuple:
		if len(v) != 2 {
			return BadValue("ids", "True or (uid, gid)", ids)
		}
		for i := range v {
			if err := unpackInt(fmt.Sprintf("ids[%d]", i), v[i], 0, math.MaxUint32-1, func(n int64) { w.fixed[i] = uint32(n) }); err != nil {
				return err
			}
		}
		w.set = true
	default:
		return BadValue("ids", "True or (uid, gid)", ids)
	}
	if groups == starlark.None {
		return nil
	}
	var err error
	w.listed = true
	w.list, err = groupList("groups", groups)
	return err
}

// find reads the ids of the target, and what groups the task has.
func (w *identity) find(e *entry) error {
	if !w.follow && !w.set && !w.listed {
		return nil
	}
	ns, member := e.userns()
	uids, err := e.mapOf(ns, member, "uid_map")
	if err != nil {
		return err
	}
	gids, err := e.mapOf(ns, member, "gid_map")
	if err != nil {
		return err
	}
	if err := w.findIDs(e, ns, uids, gids); err != nil {
		return err
	}
	return w.findGroups(e, ns, member, gids)
}

func (w *identity) findIDs(e *entry, ns *Namespace, uids, gids idMap) error {
	for _, k := range []struct {
		field, file string
		m           idMap
		fixed       uint32
		ids         *[3]uint32
	}{{"Uid", "uid_map", uids, w.fixed[0], &w.uids}, {"Gid", "gid_map", gids, w.fixed[1], &w.gids}} {
		switch {
		case w.set:
			if !k.m.maps(k.fixed, 1, insideOf) {
				return fmt.Errorf("bad value: ids: %d is not mapped in %s, whose %s is %s", k.fixed, ns, k.file, k.m.show())
			}
			*k.ids = [3]uint32{k.fixed, k.fixed, k.fixed}
		case w.follow:
			outside, err := statusIDs(e.pid, k.field)
			if err != nil {
				return err
			}
			for i := range k.ids {
				inside, ok := uint32(0), false
				if len(outside) > i {
					inside, ok = k.m.toInside(outside[i])
				}
				if !ok {
					return fmt.Errorf("the target's %s is not mapped in %s, whose %s is %s; ids=(uid, gid) takes others", strings.ToLower(k.field), ns, k.file, k.m.show())
				}
				k.ids[i] = inside
			}
		}
	}
	return nil
}

// findGroups compares the groups that are wanted with those that the task has,
// which may be all there is to do.
func (w *identity) findGroups(e *entry, ns *Namespace, member int, gids idMap) error {
	own, err := statusIDs(e.c.Task.Pid(), "Groups")
	if err != nil {
		return err
	}
	want := []uint32{} // as the host numbers them
	switch {
	case w.listed:
		for _, g := range w.list {
			id, ok := gids.toOutside(g)
			if !ok {
				return fmt.Errorf("bad value: groups: %d is not mapped in %s, whose gid_map is %s", g, ns, gids.show())
			}
			want = append(want, id)
		}
	case w.follow:
		if want, err = statusIDs(e.pid, "Groups"); err != nil {
			return err
		}
	}
	slices.Sort(own)
	slices.Sort(want)
	if slices.Equal(slices.Compact(own), slices.Compact(want)) {
		return nil
	}
	w.setGroups = true
	if strings.TrimSpace(procText(member, "setgroups")) == "deny" {
		w.before, w.may = true, w.set && !w.listed
		ns = e.own.ns["user"]
		if gids, err = e.mapOf(ns, e.c.Task.Pid(), "gid_map"); err != nil {
			return err
		}
	}
	for _, g := range want {
		id, ok := gids.toInside(g)
		if !ok {
			return fmt.Errorf("a group of the target, %d where nstar was started, is not mapped in %s, whose gid_map is %s; groups= takes others", g, ns, gids.show())
		}
		w.groups = append(w.groups, id)
	}
	return nil
}

// mapOf is an id map of a user namespace, the ids outside in the host's terms,
// by the pid of a member.
func (e *entry) mapOf(ns *Namespace, member int, file string) (idMap, error) {
	host, err := e.c.Host.hostUserns()
	if err != nil {
		return nil, err
	}
	if ns.held.id == host {
		return idMap{{0, 0, math.MaxUint32}}, nil
	}
	text := procText(member, file)
	m, ok := readExtents(text)
	if !ok {
		return nil, fmt.Errorf("/proc/%d/%s cannot be read", member, file)
	}
	return m, nil
}

// toOutside translates an id.
func (m idMap) toOutside(inside uint32) (uint32, bool) {
	for _, e := range m {
		if inside >= e.inside && inside-e.inside < e.count {
			return e.outside + (inside - e.inside), true
		}
	}
	return 0, false
}

// statusIDs are the numbers of a field of /proc/PID/status.
func statusIDs(pid int, field string) ([]uint32, error) {
	text := procText(pid, "status")
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(line, ":")
		if name != field {
			continue
		}
		var ids []uint32
		for f := range strings.FieldsSeq(value) {
			id, err := strconv.ParseUint(f, 10, 32)
			if err != nil {
				return nil, err
			}
			ids = append(ids, uint32(id))
		}
		return ids, nil
	}
	return nil, fmt.Errorf("/proc/%d/status cannot be read", pid)
}
