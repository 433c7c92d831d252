package builtins

import (
	"errors"
	"os"
	"strconv"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "subids(*, task=None)",
	Shelf: "namespaces",
	Page:  "subuid(5)",
	Like:  "getsubids $USER",
	Doc: `Returns the subordinate ids of the task's user: what newuidmap and newgidmap let it map.

The struct has uids and gids, lists of (first, count), from /etc/subuid and
/etc/subgid as the task sees them. A line may name the user or have its number.`,
	Example: `
>>> mount("tmpfs", "/etc", "tmpfs")
>>> write_file("/etc/passwd", "root:x:0:0::/root:/bin/sh\n")
>>> write_file("/etc/subuid", "root:100000:65536\nbob:300000:65536\n0:500000:1000\n")
>>> subids()
struct(gids = [], uids = [(100000, 65536), (500000, 1000)])
`,
	Func: func(c *Call) (starlark.Value, error) {
		if err := c.Args(); err != nil {
			return nil, err
		}
		uid, err := c.Syscall("geteuid")
		if err != nil {
			return nil, err
		}
		d := &idFiles{c: c, reader: c.Task}
		fields := starlark.StringDict{}
		for field, kind := range map[string]idKind{"uids": userIDs, "gids": groupIDs} {
			ranges, err := d.subordinate(kind, uint32(uid))
			if err != nil {
				return nil, err
			}
			fields[field] = rangesValue(ranges)
		}
		return starlarkstruct.FromStringDict(starlarkstruct.Default, fields), nil
	},
})

// idKind tells the files of users from those of groups.
type idKind struct{ names, sub, proc, helper, param string }

var (
	userIDs  = idKind{"/etc/passwd", "/etc/subuid", "uid_map", "newuidmap", "uids"}
	groupIDs = idKind{"/etc/group", "/etc/subgid", "gid_map", "newgidmap", "gids"}
)

// idRange is a range of subordinate ids.
type idRange struct{ first, count uint32 }

// idFiles are the databases of ids as one task sees them, or the host.
type idFiles struct {
	c      *Call
	reader *task.Task // nil is the host
}

// read is a file of /etc, of which the lack is no error: then nobody is in it.
func (d *idFiles) read(path string) (text string, err error) {
	var data []byte
	if d.reader == nil {
		data, err = os.ReadFile(path)
	} else {
		data, err = d.c.readAll(d.reader, path, unix.O_RDONLY, "read")
	}
	if errors.Is(err, unix.ENOENT) {
		return "", nil
	}
	return string(data), err
}

// subordinate are the ranges of a user. /etc/subgid as well is by user.
func (d *idFiles) subordinate(kind idKind, uid uint32) ([]idRange, error) {
	text, err := d.read(kind.sub)
	if err != nil || text == "" {
		return nil, err
	}
	users, err := d.read(userIDs.names)
	if err != nil {
		return nil, err
	}
	name := nameOf(users, uid)
	var ranges []idRange
	for line := range strings.Lines(text) {
		f := strings.Split(strings.TrimSpace(line), ":")
		if len(f) != 3 || f[0] != strconv.FormatUint(uint64(uid), 10) && (name == "" || f[0] != name) {
			continue
		}
		first, err1 := strconv.ParseUint(f[1], 10, 32)
		count, err2 := strconv.ParseUint(f[2], 10, 32)
		if err1 == nil && err2 == nil && count > 0 {
			ranges = append(ranges, idRange{uint32(first), uint32(count)})
		}
	}
	return ranges, nil
}

// number is the id of a name in /etc/passwd or /etc/group.
func (d *idFiles) number(kind idKind, name string) (id uint32, ok bool, err error) {
	text, err := d.read(kind.names)
	for line := range strings.Lines(text) {
		f := strings.Split(strings.TrimSpace(line), ":")
		if len(f) < 3 || f[0] != name {
			continue
		}
		if n, err := strconv.ParseUint(f[2], 10, 32); err == nil {
			return uint32(n), true, nil
		}
	}
	return 0, false, err
}

// nameOf is the name of a user in the text of /etc/passwd, "" if it has none.
func nameOf(passwd string, uid uint32) string {
	want := strconv.FormatUint(uint64(uid), 10)
	for line := range strings.Lines(passwd) {
		if f := strings.Split(line, ":"); len(f) > 2 && f[2] == want {
			return f[0]
		}
	}
	return ""
}

func rangesValue(ranges []idRange) starlark.Value {
	list := make([]starlark.Value, len(ranges))
	for i, r := range ranges {
		list[i] = starlark.Tuple{starlark.MakeUint64(uint64(r.first)), starlark.MakeUint64(uint64(r.count))}
	}
	return starlark.NewList(list)
}
