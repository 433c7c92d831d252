package builtins

import (
	"encoding/binary"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// readable tells whether a file of the task's /proc/PID can be read: an empty
// one is something else.
func (l *look) readable(name string) bool {
	f, err := os.Open(fmt.Sprintf("/proc/%d/%s", l.t.Pid(), name))
	if err == nil {
		err = f.Close()
	}
	return err == nil
}

// mountLine is a line of /proc/PID/mountinfo.
type mountLine struct {
	id, parent   int
	root, point  string
	options      string
	shared       string // peer group, "" if the mount is not shared
	fstype       string
	superOptions string
}

// mounts are those that the task can see.
func (l *look) mounts() []mountLine { return readMounts(l.proc("mountinfo")) }

func readMounts(text string) (all []mountLine) {
	for line := range strings.Lines(text) {
		before, after, _ := strings.Cut(line, " - ")
		f, g := strings.Fields(before), strings.Fields(after)
		if len(f) < 6 || len(g) < 3 {
			continue
		}
		m := mountLine{root: unescape(f[3]), point: unescape(f[4]), options: f[5], fstype: g[0], superOptions: g[2]}
		m.id, _ = strconv.Atoi(f[0])
		m.parent, _ = strconv.Atoi(f[1])
		for _, tag := range f[6:] {
			if group, ok := strings.CutPrefix(tag, "shared:"); ok {
				m.shared = group
			}
		}
		all = append(all, m)
	}
	return all
}

// unescape undoes what the kernel does to white space in paths.
func unescape(s string) string {
	return strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`).Replace(s)
}

// file is what statx(2) tells of a path.
type file struct {
	errno     unix.Errno
	mode      uint16
	mount     int  // id of the mount, as in mountinfo
	mountRoot bool // the path is a mount point
}

// stat has the task look at paths, without following the last symbolic link.
func (l *look) stat(paths ...string) []file {
	const (
		attributes, mode, mountID = 8, 28, 144 // in struct statx
		size                      = 256
	)
	var p task.Program
	bufs, calls := make([][]byte, len(paths)), make([]*task.Call, len(paths))
	for i, path := range paths {
		bufs[i] = make([]byte, size)
		calls[i] = p.Call("statx", task.Flags(atCwd, "AT_FDCWD"), task.Str(path), task.Flags(unix.AT_NO_AUTOMOUNT, "AT_NO_AUTOMOUNT"),
			task.Flags(unix.STATX_MODE|unix.STATX_TYPE|unix.STATX_MNT_ID, "STATX_TYPE|STATX_MODE|STATX_MNT_ID"), task.Out(bufs[i])).May()
	}
	if len(paths) == 0 || !l.do(&p) {
		return nil
	}
	files := make([]file, len(paths))
	for i, b := range bufs {
		files[i] = file{
			errno:     calls[i].Errno(),
			mode:      binary.NativeEndian.Uint16(b[mode:]),
			mount:     int(binary.NativeEndian.Uint64(b[mountID:])),
			mountRoot: binary.NativeEndian.Uint64(b[attributes:])&unix.STATX_ATTR_MOUNT_ROOT != 0,
		}
	}
	return files
}

// mountOf is the mount that a path is on, or nil.
func (l *look) mountOf(path string) *mountLine {
	files := l.stat(path)
	if len(files) == 0 || files[0].errno != 0 {
		return nil
	}
	for _, m := range l.mounts() {
		if m.id == files[0].mount {
			return &m
		}
	}
	return nil
}
