package builtins

import (
	"path"
	"slices"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "glob(pattern, *, task=None)",
	Shelf: "files",
	Page:  "glob(7)",
	Like:  "echo PATTERN",
	Doc: `Returns the paths that match a pattern of *, ? and [a-z], sorted; none if there are none.

No part of a pattern matches a slash, and none but a dot a leading dot. What the
task cannot read is passed over.`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs")
>>> for name in ["a.txt", "b.txt", ".c.txt", "d"]:
...     write_file("/tmp/" + name, "")
...
>>> glob("/tmp/*.txt")
["/tmp/a.txt", "/tmp/b.txt"]
>>> glob("/proc/self/ns/m?t")
["/proc/self/ns/mnt"]
`,
	Func: func(c *Call) (starlark.Value, error) {
		var pattern string
		if err := c.Args(&pattern); err != nil {
			return nil, err
		}
		if _, err := path.Match(goPattern(pattern), ""); err != nil {
			return nil, BadValue("pattern", "one with all its brackets closed", starlark.String(pattern))
		}
		found, err := c.glob(pattern)
		slices.Sort(found)
		return stringList(found), err
	},
})

// goPattern has the one difference between the shell's patterns and Go's.
func goPattern(pattern string) string { return strings.ReplaceAll(pattern, "[!", "[^") }

// glob goes down the directories, one part of the pattern after the other.
func (c *Call) glob(pattern string) ([]string, error) {
	found := []string{""}
	for part, rest := "", pattern; rest != ""; {
		at := strings.IndexByte(rest, '/')
		slash := at >= 0
		if !slash {
			at = len(rest)
		}
		part, rest = rest[:at], rest[at:]
		n := len(rest) - len(strings.TrimLeft(rest, "/"))
		slashes := rest[:n]
		rest = rest[n:]
		next, err := c.globPart(found, part, slash)
		if err != nil {
			return nil, err
		}
		for i := range next {
			next[i] += slashes
		}
		found = next
	}
	return slices.DeleteFunc(found, func(s string) bool { return s == "" }), nil
}

// globPart is what one part of a pattern, without slashes, finds in dirs.
func (c *Call) globPart(dirs []string, part string, isDir bool) ([]string, error) {
	if !strings.ContainsAny(part, `*?[\`) {
		return c.globExisting(dirs, part, isDir)
	}
	var found []string
	for _, dir := range dirs {
		names, err := c.listdir(c.Task, dir+".")
		if err != nil && !isRefusal(err) {
			return nil, err
		}
		for _, name := range names {
			ok, _ := path.Match(goPattern(part), name)
			if ok && (name[0] != '.' || part[0] == '.') {
				found = append(found, dir+name)
			}
		}
	}
	if isDir {
		return c.globExisting(found, "", true)
	}
	return found, nil
}

// globExisting appends name to all of dirs and keeps what exists.
func (c *Call) globExisting(dirs []string, name string, isDir bool) ([]string, error) {
	var found []string
	for _, dir := range dirs {
		if dir+name == "" {
			return dirs, nil // the / at the beginning
		}
		var p task.Program
		flags := uint64(unix.O_PATH | unix.O_NOFOLLOW)
		if isDir {
			flags = unix.O_PATH | unix.O_DIRECTORY
		}
		file := openCall(&p, dir+name, flags, 0)
		p.Drop(file)
		switch err := c.Do(&p); {
		case err == nil:
			found = append(found, dir+name)
		case !isRefusal(err):
			return nil, err
		}
	}
	return found, nil
}
