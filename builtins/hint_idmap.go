package builtins

import (
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"
)

// readExtents parses the text of an id map.
func readExtents(text string) (idMap, bool) {
	var m idMap
	for line := range strings.Lines(text) {
		var e extent
		if _, err := fmt.Sscan(line, &e.inside, &e.outside, &e.count); err != nil {
			return nil, false
		}
		m = append(m, e)
	}
	return m, true
}

func insideOf(e extent) uint32  { return e.inside }
func outsideOf(e extent) uint32 { return e.outside }

// maps tells whether all of count ids from first on are on that side of the
// map.
func (m idMap) maps(first, count uint32, side func(extent) uint32) bool {
	for left, i := uint64(count), 0; left > 0; {
		if i == len(m) {
			return false
		}
		at := uint64(first) + uint64(count) - left
		start, end := uint64(side(m[i])), uint64(side(m[i]))+uint64(m[i].count)
		if at < start || at >= end {
			i++
			continue
		}
		left -= min(left, end-at)
		i = 0
	}
	return true
}

// toInside translates an id.
func (m idMap) toInside(outside uint32) (uint32, bool) {
	for _, e := range m {
		if outside >= e.outside && outside-e.outside < e.count {
			return e.inside + (outside - e.outside), true
		}
	}
	return 0, false
}

// show is the map on one line.
func (m idMap) show() string {
	if len(m) == 0 {
		return "empty"
	}
	const most = 3
	var parts []string
	for i, e := range m {
		if i == most {
			parts = append(parts, "…")
			break
		}
		parts = append(parts, fmt.Sprintf("(%d, %d, %d)", e.inside, e.outside, e.count))
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

var _ = looking([]string{"uid_map", "gid_map", "map_root", "setgroups"}, unix.EPERM, func(l *look, e *Error) string {
	name, writer := failing(e)
	if name != "write" {
		return ""
	}
	switch {
	case strings.Contains(e.Call, "/setgroups"), strings.Contains(e.Call, `"deny"`), strings.Contains(e.Call, `"allow"`):
		return l.setgroupsRefused()
	}
	file := e.Word
	if file == "map_root" {
		file = "uid_map"
	}
	m, ok := readExtents(l.proc(file))
	if !ok {
		return ""
	}
	if len(m) > 0 && l.own("user") != nil {
		return fmt.Sprintf("the %s of %s is %s already: it can be written only once", file, l.own("user"), m.show())
	}
	want := idMap{}
	if v := l.c.Arg("extents"); v != nil {
		want, _ = parseExtents("extents", v)
	}
	return l.mapRefused(file, writer, want)
})

var _ = looking([]string{"uid_map", "gid_map", "map_ids"}, unix.EINVAL, func(l *look, e *Error) string {
	const most = 340
	var want idMap
	var refused *mapError
	if errors.As(e.cause, &refused) {
		want = refused.want
	} else if v := l.c.Arg("extents"); v != nil {
		want, _ = parseExtents("extents", v)
	}
	switch text := want.text(); {
	case len(want) > most:
		return fmt.Sprintf("a map has at most %d extents, and this has %d", most, len(want))
	case len(text) >= os.Getpagesize():
		return fmt.Sprintf("the text of a map has less than %d bytes, and this has %d", os.Getpagesize(), len(text))
	}
	return ""
})

// setgroupsRefused is about /proc/PID/setgroups.
func (l *look) setgroupsRefused() string {
	if strings.TrimSpace(l.proc("setgroups")) == "deny" {
		return `setgroups is "deny" here, which is for good, for this user namespace and those made in it`
	}
	if m, ok := readExtents(l.proc("gid_map")); ok && len(m) > 0 {
		return fmt.Sprintf(`the gid_map is %s already: "deny" can be written only before it`, m.show())
	}
	return ""
}

// mapRefused finds the rule of user_namespaces(7) that keeps the process from
// writing a first map.
func (l *look) mapRefused(file string, writer int, want idMap) string {
	have, ok := readExtents(procText(writer, file)) // as the host sees it
	if !ok || len(want) == 0 {
		return ""
	}
	for _, e := range want {
		if !have.maps(e.outside, e.count, insideOf) {
			return fmt.Sprintf("(%d, %d, %d) maps ids that are none in the parent user namespace, whose %s is %s", e.inside, e.outside, e.count, file, have.show())
		}
	}
	field, capability := "Uid", unix.CAP_SETUID
	if file == "gid_map" {
		field, capability = "Gid", unix.CAP_SETGID
	}
	has, known := effective(writer, capability)
	id, ok := effectiveID(writer, field)
	if !known || !ok {
		return ""
	}
	if writer != os.Getpid() { // it is in a user namespace below the host's
		id, ok = have.toInside(id)
	}
	if has || !ok {
		return l.rootRefused(writer, want)
	}
	without := "without " + capName(capability) + " outside, "
	switch {
	case len(want) > 1 || want[0].count != 1:
		return without + fmt.Sprintf("a map has one extent, of one id: [(%d, %d, 1)]", want[0].inside, id)
	case want[0].outside != id:
		return without + fmt.Sprintf("the id outside must be one's own: [(%d, %d, 1)]", want[0].inside, id)
	case file == "gid_map" && strings.TrimSpace(l.proc("setgroups")) != "deny":
		return without + `the gid_map can be written only after setgroups("deny")`
	}
	return ""
}

// rootRefused is the rule that guards the parent's id 0.
func (l *look) rootRefused(writer int, want idMap) string {
	has, known := effective(writer, unix.CAP_SETFCAP)
	for _, e := range want {
		if e.outside == 0 && known && !has {
			return "to map id 0 of the parent user namespace takes CAP_SETFCAP there"
		}
	}
	return ""
}

var _ = looking([]string{"setgroups"}, unix.EPERM, func(l *look, e *Error) string {
	if name, _ := failing(e); name != "setgroups" {
		return ""
	}
	user := l.own("user")
	if user == nil {
		return ""
	}
	if m, ok := readExtents(l.proc("gid_map")); ok && len(m) == 0 {
		return fmt.Sprintf("%s has no gid_map yet, without which there is no setgroups(2)", user)
	}
	if strings.TrimSpace(l.proc("setgroups")) == "deny" {
		return fmt.Sprintf(`/proc/PID/setgroups of %s is "deny", and that is for good; only a gid_map written with CAP_SETGID outside can do without`, user)
	}
	return l.lacks("setgroups", unix.CAP_SETGID, user, "")
})

// idWords are the words that take ids, with their parameters and what a
// different id takes.
var idWords = []struct {
	word       string
	file       string
	params     []string
	capability int
}{
	{"setuid", "uid_map", []string{"uid"}, unix.CAP_SETUID},
	{"setresuid", "uid_map", []string{"ruid", "euid", "suid"}, unix.CAP_SETUID},
	{"setgid", "gid_map", []string{"gid"}, unix.CAP_SETGID},
	{"setresgid", "gid_map", []string{"rgid", "egid", "sgid"}, unix.CAP_SETGID},
	{"setgroups", "gid_map", []string{"groups"}, -1},
	{"chown", "uid_map", []string{"owner"}, -1},
	{"chown", "gid_map", []string{"group"}, -1},
}

var _ = later(func() {
	for _, w := range idWords {
		looking([]string{w.word}, unix.EINVAL, func(l *look, _ *Error) string { return l.unmapped(w.file, w.params) })
		if w.capability >= 0 {
			looking([]string{w.word}, unix.EPERM, func(l *look, _ *Error) string {
				return l.lacks("an id that is not the task's", w.capability, l.own("user"), "; make a user namespace first: unshare(CLONE_NEWUSER)")
			})
		}
	}
})

// unmapped is about ids that are not in the map of the task's user namespace.
func (l *look) unmapped(file string, params []string) string {
	m, ok := l.idMap(file)
	switch {
	case !ok:
		return ""
	case len(m) == 0:
		return fmt.Sprintf("no id is mapped in %s yet; write its %s first, as map_root() does", l.own("user"), file)
	}
	for _, name := range params {
		ids := []starlark.Value{l.c.Arg(name)}
		if list, ok := ids[0].(starlark.Iterable); ok {
			ids = slices.Collect(starlark.Elements(list))
		}
		kind := userIDs
		if file == groupIDs.proc {
			kind = groupIDs
		}
		for _, id := range ids {
			text := id.String()
			if _, isName := id.(starlark.String); isName {
				id, _ = l.c.idNamed(kind, name, id)
				text = fmt.Sprintf("%s, which is %s,", text, id)
			}
			if n, ok := id.(starlark.Int); ok && !m.hasInside(n) {
				return fmt.Sprintf("%s is not mapped in %s, whose %s is %s", text, l.own("user"), file, m.show())
			}
		}
	}
	return ""
}

// hasInside tells whether the map has an id; -1, which is none, passes.
func (m idMap) hasInside(id starlark.Int) bool {
	n, ok := id.Int64()
	return !ok || n < 0 || n > math.MaxUint32 || m.maps(uint32(n), 1, insideOf)
}

// idMap is a map of the task's user namespace, the ids outside in the host's
// terms.
func (l *look) idMap(file string) (idMap, bool) {
	user := l.own("user")
	host, err := l.c.Host.hostUserns()
	m, ok := readExtents(l.proc(file))
	if user == nil || err != nil || !ok || !l.readable(file) {
		return nil, false
	}
	if user.id == host { // its file is in the terms of its parent
		for i := range m {
			m[i].outside = m[i].inside
		}
	}
	return m, true
}
