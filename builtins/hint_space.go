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
	for word := range pathWords {
		pathHint(word, unix.EROFS, (*look).readOnly)
		if word != "mount" { // which is about a number of mounts
			pathHint(word, unix.ENOSPC, (*look).full)
		}
	}
	pathHint("write_file", 0, (*look).full)
})

// mountAt is the mount that a path is on, which may not exist yet.
func (l *look) mountAt(p string) *mountLine {
	if m := l.mountOf(p); m != nil {
		return m
	}
	return l.mountOf(path.Dir(p))
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
	const size, blockSize, blocks, available, files, freeFiles = 120, 8, 16, 32, 40, 48 // in struct statfs
	buf := make([]byte, size)
	var program task.Program
	program.Call("statfs", task.Str(m.point), task.Out(buf))
	if !l.do(&program) {
		return ""
	}
	at := func(offset int) uint64 { return binary.NativeEndian.Uint64(buf[offset:]) }
	switch {
	case at(blocks) > 0 && at(available) == 0:
		return fmt.Sprintf("the file system at %s is full: it has %d KiB", m.point, at(blocks)*at(blockSize)/1024)
	case at(files) > 0 && at(freeFiles) == 0:
		return fmt.Sprintf("the file system at %s has room for %d files, and has as many", m.point, at(files))
	}
	return ""
}
