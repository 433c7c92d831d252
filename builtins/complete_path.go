package builtins

import (
	"encoding/binary"
	"path"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// programs are those of PATH whose names fit; what has a slash is a path.
func (a *asker) programs(typed string, dirs []string) []Candidate {
	if strings.Contains(typed, "/") {
		return a.paths(typed, false)
	}
	seen := map[string]bool{}
	var list []Candidate
	for _, dir := range dirs {
		if dir == "" {
			continue // the working directory, whose files are paths
		}
		for _, c := range a.paths(strings.TrimSuffix(dir, "/")+"/"+typed, false) {
			if !c.Open && !seen[c.Text] {
				seen[c.Text] = true
				list = append(list, Candidate{Text: c.Text, Note: path.Join(dir, c.Text)})
			}
		}
	}
	slices.SortFunc(list, func(a, b Candidate) int { return strings.Compare(a.Text, b.Text) })
	return fitting(list, typed)
}

// paths are the names in the directory of a path that fit its last part, sorted. Those with a leading dot are
// for who has typed one.
func (a *asker) paths(typed string, dirs bool) []Candidate {
	at := strings.LastIndexByte(typed, '/') + 1
	dir, last := typed[:at], typed[at:]
	data, ok := a.read(dir+".", unix.O_RDONLY|unix.O_DIRECTORY, "getdents64", mostRead)
	if !ok {
		return nil
	}
	var list []dirEntry
	eachEntry(data, func(name string, kind uint8) {
		if name != "." && name != ".." && (name[0] != '.' || strings.HasPrefix(last, ".")) {
			list = append(list, dirEntry{name, kind})
		}
	})
	list = Best(list, last, func(e dirEntry) string { return e.name })
	a.follow(dir, list)
	slices.SortFunc(list, func(a, b dirEntry) int { return strings.Compare(a.name, b.name) })
	var found []Candidate
	for _, e := range list {
		if !dirs || e.kind == unix.DT_DIR {
			found = append(found, Candidate{Text: e.name, Note: kindNotes[e.kind&0xf], Open: e.kind == unix.DT_DIR})
		}
	}
	return found
}

// A dirEntry is a name in a directory, and of which type of file it is: DT_REG and so on, of getdents64(2).
type dirEntry struct {
	name string
	kind uint8
}

var kindNotes = [16]string{unix.DT_DIR: "directory", unix.DT_LNK: "symbolic link", unix.DT_CHR: "character device",
	unix.DT_BLK: "block device", unix.DT_FIFO: "fifo", unix.DT_SOCK: "socket"}

// follow finds out what symbolic links lead to, and what files are whose directory does not tell. It mounts
// nothing by that. Where there are many of them, it looks at the first ones only.
func (a *asker) follow(dir string, list []dirEntry) {
	const most, modeOffset = 256, 28 // of stx_mode in struct statx
	type look struct {
		of  *dirEntry
		buf []byte
	}
	var looks []look
	var p task.Program
	for i := range list {
		e := &list[i]
		if len(looks) == most || e.kind != unix.DT_LNK && e.kind != unix.DT_UNKNOWN {
			continue
		}
		k := look{e, make([]byte, 256)}
		looks = append(looks, k)
		p.Call("statx", cwd(), task.Str(dir+e.name), task.Int(unix.AT_NO_AUTOMOUNT), task.Int(unix.STATX_TYPE), task.Out(k.buf)).May()
	}
	if len(looks) == 0 {
		return
	}
	p.Quiet()
	if err := a.task.Do(a.ctx, &p); err != nil {
		return
	}
	for _, k := range looks {
		if mode := binary.NativeEndian.Uint16(k.buf[modeOffset:]); mode&unix.S_IFMT == unix.S_IFDIR {
			k.of.kind = unix.DT_DIR
		}
	}
}

// eachEntry goes through what getdents64(2) has returned, as far as it is sound.
func eachEntry(data []byte, visit func(name string, kind uint8)) {
	const kindOffset = 18
	for len(data) > 0 {
		name, rest, err := dirent(data)
		if err != nil {
			return
		}
		if name != "" {
			visit(name, data[kindOffset])
		}
		data = rest
	}
}
