package builtins

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   `listdir(path=".", *, task=None)`,
	Shelf: "files",
	Page:  "getdents64(2)",
	Like:  "ls -A PATH",
	Doc:   `Returns the names in a directory, sorted, without "." and "..".`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs")
>>> mkdir("/tmp/b")
>>> write_file("/tmp/a", "")
>>> listdir("/tmp")
["a", "b"]
>>> "mnt" in listdir("/proc/self/ns")
True
`,
	Func: func(c *Call) (starlark.Value, error) {
		path := ""
		if err := c.Args(&path); err != nil {
			return nil, err
		}
		names, err := c.listdir(c.Task, path)
		if err != nil {
			return nil, err
		}
		return stringList(names), nil
	},
})

// listdir is what t finds in a directory.
func (c *Call) listdir(t *task.Task, path string) ([]string, error) {
	data, err := c.readAll(t, path, unix.O_RDONLY|unix.O_DIRECTORY, "getdents64")
	if err != nil {
		return nil, err
	}
	var names []string
	for len(data) > 0 {
		var name string
		if name, data, err = dirent(data); err != nil {
			return nil, err
		}
		if name != "." && name != ".." {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// dirent takes the first struct linux_dirent64 off data. The bytes came from a
// task, and so are checked.
func dirent(data []byte) (name string, rest []byte, err error) {
	const reclen, start = 16, 19 // offsets of d_reclen and d_name
	n := 0
	if len(data) > start {
		n = int(binary.NativeEndian.Uint16(data[reclen:]))
	}
	if n <= start || n > len(data) {
		return "", nil, fmt.Errorf("getdents64(2) returned a broken entry: %w", unix.EIO)
	}
	text, _, _ := bytes.Cut(data[start:n], []byte{0})
	return string(text), data[n:], nil
}

// isRefusal tells the kernel's answer from an interruption or a dead task.
func isRefusal(err error) bool {
	var refused *task.Error
	return errors.As(err, &refused)
}
