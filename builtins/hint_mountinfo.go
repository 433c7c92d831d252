package builtins

import (
	"encoding/binary"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// readable tells whether a file of the task's /proc/PID can be read: an empty
// one is something else.
func (l *look) readable(name string) bool {
	f, err := os.Open(task.ProcPath(l.t.Pid(), name))
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
	master       string // peer group it is a slave of, or ""
	unbindable   bool
	fstype       string
	source       string
	superOptions string // with white space still escaped
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
		m := mountLine{root: unescape(f[3]), point: unescape(f[4]), options: f[5], fstype: g[0], source: unescape(g[1]), superOptions: g[2]}
		m.id, _ = strconv.Atoi(f[0])
		m.parent, _ = strconv.Atoi(f[1])
		for _, tag := range f[6:] {
			switch name, group, _ := strings.Cut(tag, ":"); name {
			case "shared":
				m.shared = group
			case "master":
				m.master = group
			case "unbindable":
				m.unbindable = true
			}
		}
		all = append(all, m)
	}
	return all
}

// propagation is the type of the mount, as flags of mount(2).
func (m *mountLine) propagation() (flags uint64) {
	if m.shared != "" {
		flags |= unix.MS_SHARED
	}
	if m.master != "" {
		flags |= unix.MS_SLAVE
	}
	if m.unbindable {
		flags |= unix.MS_UNBINDABLE
	}
	if flags == 0 {
		flags = unix.MS_PRIVATE
	}
	return flags
}

// unescape undoes what the kernel does to white space and the like: a
// backslash and three octal digits.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(n))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// file is what statx(2) tells of a path.
type file struct {
	errno     unix.Errno
	mode      uint16
	uid, gid  uint32 // as the task's user namespace has them
	mount     int    // id of the mount, as in mountinfo
	mountRoot bool   // the path is a mount point
}

// stat has the task look at paths, without following the last symbolic link.
func (l *look) stat(paths ...string) []file {
	const (
		attributes, uid, gid, mode, mountID = 8, 20, 24, 28, 144 // in struct statx
		size                                = 256
	)
	var p task.Program
	bufs, calls := make([][]byte, len(paths)), make([]*task.Call, len(paths))
	for i, path := range paths {
		bufs[i] = make([]byte, size)
		calls[i] = p.Call("statx", task.Flags(atCwd, "AT_FDCWD"), task.Str(path), task.Flags(unix.AT_NO_AUTOMOUNT, "AT_NO_AUTOMOUNT"),
			task.Flags(unix.STATX_BASIC_STATS|unix.STATX_MNT_ID, "STATX_BASIC_STATS|STATX_MNT_ID"), task.Out(bufs[i])).May()
	}
	if len(paths) == 0 || !l.do(&p) {
		return nil
	}
	files := make([]file, len(paths))
	for i, b := range bufs {
		files[i] = file{
			errno:     calls[i].Errno(),
			uid:       binary.NativeEndian.Uint32(b[uid:]),
			gid:       binary.NativeEndian.Uint32(b[gid:]),
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
