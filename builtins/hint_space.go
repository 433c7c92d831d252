package builtins

import (
	"encoding/binary"
	"fmt"
	"path"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = later(func() {
	for word := range pathWords() {
		pathHint(word, unix.EROFS, (*look).readOnly)
		if word != "mount" { // which is about a number of mounts
			pathHint(word, unix.ENOSPC, (*look).full)
		}
	}
	pathHint("write_file", 0, (*look).full)
})

// mountAt is the mount that a path is on, of which only the first parts may
// exist yet.
func (l *look) mountAt(p string) *mountLine {
	for range prefixes(p) {
		if m := l.mountOf(p); m != nil {
			return m
		}
		p = path.Dir(p)
	}
	return l.mountOf(p)
}

// readOnly says what is: the mount, or the file system behind it.
func (l *look) readOnly(p string) string {
	m := l.mountAt(p)
	switch {
	case m == nil:
		return ""
	case slices.Contains(strings.Split(m.options, ","), "ro"):
		return fmt.Sprintf("%s is mounted read-only", m.point)
	case slices.Contains(strings.Split(m.superOptions, ","), "ro"):
		return fmt.Sprintf("the file system mounted at %s is read-only, not the mount", m.point)
	}
	return ""
}

// full says what of a file system is used up.
func (l *look) full(p string) string {
	m := l.mountAt(p)
	if m == nil {
		return ""
	}
	const blockSize, blocks, available, files, freeFiles = 8, 16, 32, 40, 48 // in struct statfs
	buf := make([]byte, statfsSize)
	var program task.Program
	program.Call("statfs", task.Str(m.point), task.Out(buf))
	if !l.do(&program) {
		return ""
	}
	at := func(offset int) uint64 { return binary.NativeEndian.Uint64(buf[offset:]) }
	switch {
	case at(files) > 0 && at(freeFiles) == 0 && l.makesFiles(p):
		return fmt.Sprintf("the file system at %s has room for %d files, and has as many", m.point, at(files))
	case at(blocks) > 0 && at(available) == 0:
		return fmt.Sprintf("the file system at %s is full: it has %d KiB", m.point, at(blocks)*at(blockSize)/1024)
	}
	return ""
}

// makesFiles tells whether p was to become a file, or the name of one.
func (l *look) makesFiles(p string) bool {
	files := l.stat(p)
	return len(files) > 0 && files[0].errno == unix.ENOENT || l.c.Word.name == "link"
}

var _ = hint("write", unix.ENOSPC, func(c *Call, _ *Error) string {
	f, ok := c.Self.(*FileValue)
	if !ok {
		return ""
	}
	var fs unix.Statfs_t
	if f.Use(func(fd int) error { return unix.Fstatfs(fd, &fs) }) != nil || fs.Blocks == 0 || fs.Bavail > 0 {
		return ""
	}
	return fmt.Sprintf("the file system of %s is full: it has %d KiB", f.Name, fs.Blocks*uint64(fs.Bsize)/1024)
})
