package builtins

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"
)

// pathWords are the words whose strings of these parameters are paths.
var pathWords = sync.OnceValue(func() map[string][]string {
	return map[string][]string{
		"mount": {"source", "target"}, "umount2": {"target"}, "chroot": {"path"}, "pivot_root": {"new_root", "put_old"},
		"open": {"path"}, "read_file": {"path"}, "write_file": {"path"}, "chdir": {"path"}, "mkdir": {"path"}, "mkdtemp": {"template"}, "rmdir": {"path"},
		"unlink": {"path"}, "readlink": {"path"}, "symlink": {"linkpath"}, "link": {"oldpath", "newpath"}, "rename": {"oldpath", "newpath"},
		"chmod": {"path"}, "chown": {"path"}, "mknod": {"path"}, "stat": {"path"}, "listdir": {"path"}, "pin": {"path"}, "unpin": {"path"}, "namespace": {"name"}, "setns": {"fd"},
		"open_tree": {"path"}, "open_tree_attr": {"path"}, "fspick": {"path"}, "mount_setattr": {"path"}, "move_mount": {"from_path", "to_path"},
	}
})

func pathHint(word string, errno unix.Errno, f func(l *look, path string) string) bool {
	return looking([]string{word}, errno, func(l *look, e *Error) string {
		if word == "mount" && l.flags("mountflags")&unix.MS_BIND == 0 {
			return f(l, l.text("target"))
		}
		for _, name := range pathWords()[word] {
			if p := l.text(name); p != "" && !l.underFile(name, p) {
				if text := f(l, p); text != "" {
					return text
				}
			}
		}
		return ""
	})
}

// underFile tells of paths that count from a file, which a hint does not know
// the place of.
func (l *look) underFile(name, p string) bool {
	_, file := l.c.Arg(strings.Replace(name, "path", "dfd", 1)).(*FileValue)
	return file && !path.IsAbs(p)
}

var _ = later(func() {
	for word := range pathWords() {
		pathHint(word, unix.ENOENT, (*look).missing)
		pathHint(word, unix.EACCES, (*look).closed)
		pathHint(word, unix.ENOTDIR, (*look).notDirectory)
		pathHint(word, unix.ENAMETOOLONG, func(_ *look, p string) string { return tooLong(p) })
	}
})

// prefixes are the paths on the way to p, and p.
func prefixes(p string) (all []string) {
	const most = 40
	p = strings.TrimRight(p, "/")
	for i := range p {
		if i > 0 && p[i] == '/' && p[i-1] != '/' {
			all = append(all, p[:i])
		}
	}
	if len(all) > most || p == "" {
		return nil
	}
	return append(all, p)
}

// missing says which part of a path does not exist. If only the last part
// does not, the errno says it all.
func (l *look) missing(p string) string {
	all := prefixes(p)
	for i, f := range l.stat(all...) {
		if f.errno == unix.ENOENT && (i < len(all)-1 || l.c.Word.name == "mount" || l.c.Word.name == "move_mount") {
			return all[i] + " does not exist" + l.pidless(all[i])
		}
		if f.errno != 0 {
			break
		}
	}
	return ""
}

// pidless is about /proc/PID of a /proc that is of another PID namespace, or
// of none.
func (l *look) pidless(p string) string {
	pid, ok := strings.CutPrefix(p, "/proc/")
	if _, err := strconv.Atoi(pid); !ok || err != nil {
		return ""
	}
	return ": no such process in the PID namespace of that /proc"
}

// closed says which directory of a path the task may not search, or that it
// has not the right to the file.
func (l *look) closed(p string) string {
	if ns := nsPath(p); ns != "" {
		return "the namespaces of a process can be opened by those who may ptrace it: with its user and group ids and all its capabilities, or CAP_SYS_PTRACE in its user namespace"
	}
	all := prefixes(p)
	for i, f := range l.stat(all...) {
		if f.errno == unix.EACCES && i > 0 {
			return fmt.Sprintf("the task may not search %s: it has no x permission there", all[i-1])
		}
	}
	if text := l.forbidden(p); text != "" {
		return text
	}
	return l.allowed(p)
}

// nsPath is the file in /proc/PID/ns that p is, or "".
func nsPath(p string) string {
	f := strings.Split(strings.TrimPrefix(path.Clean(p), "/proc/"), "/")
	if strings.HasPrefix(p, "/proc/") && len(f) == 3 && f[1] == "ns" {
		return f[2]
	}
	return ""
}

func (l *look) notDirectory(p string) string {
	return l.fileOnTheWay(p, slices.Contains([]string{"listdir", "chdir", "chroot", "rmdir", "pivot_root", "mount"}, l.c.Word.name))
}

// fileOnTheWay says which part of a path is no directory; ends tells whether
// the last must be one, too.
func (l *look) fileOnTheWay(p string, ends bool) string {
	all := prefixes(p)
	for i, f := range l.stat(all...) {
		if f.errno == 0 && (ends || i < len(all)-1) && f.mode&unix.S_IFMT != unix.S_IFDIR {
			return all[i] + " is not a directory"
		}
	}
	return ""
}

func tooLong(p string) string {
	if len(p) >= unix.PathMax {
		return fmt.Sprintf("a path has at most %d bytes, and this has %d", unix.PathMax-1, len(p))
	}
	for part := range strings.SplitSeq(p, "/") {
		if len(part) > unix.NAME_MAX {
			return fmt.Sprintf("a name in a path has at most %d bytes, and %.16s… has %d", unix.NAME_MAX, part, len(part))
		}
	}
	return ""
}

// execWords start programs.
var execWords = []string{"run", "sh", "spawn", "execve", "execvp"}

// executed is the path of the execve that failed, or "".
func executed(e *Error) string {
	rest, ok := strings.CutPrefix(e.Call, "execve(")
	if !ok {
		return ""
	}
	quoted, err := strconv.QuotedPrefix(rest)
	if err != nil {
		return ""
	}
	p, err := strconv.Unquote(quoted)
	if err != nil {
		return ""
	}
	return p
}

var _ = looking(execWords, unix.ENOENT, func(l *look, e *Error) string {
	p := executed(e)
	if p == "" {
		return l.missingDir(e)
	}
	files := l.stat(p)
	if len(files) == 0 {
		return ""
	}
	if files[0].errno == 0 {
		if interpreter, kind := l.interpreter(p); interpreter != "" {
			if f := l.stat(interpreter); len(f) > 0 && f[0].errno == unix.ENOENT {
				return fmt.Sprintf("%s exists, but %s, its %s, does not", p, interpreter, kind)
			}
		}
		return ""
	}
	return l.missing(p)
})

// missingDir is about the working directory that a program was to have.
func (l *look) missingDir(e *Error) string {
	if name, _ := failing(e); name == "chdir" && l.c.Arg("cwd") != nil {
		return "cwd does not exist for the task"
	}
	return ""
}

// first is a parameter, or its first element.
func first(c *Call, name string) starlark.Value {
	v := c.Arg(name)
	if list, ok := v.(starlark.Indexable); ok {
		if _, str := v.(starlark.String); !str && list.Len() > 0 {
			return list.Index(0)
		}
	}
	if v == nil {
		return starlark.None
	}
	return v
}

var _ = looking(execWords, unix.EACCES, func(l *look, e *Error) string {
	p := executed(e)
	files := l.stat(p)
	switch {
	case p == "" || len(files) == 0:
		return ""
	case files[0].errno != 0:
		return l.closed(p)
	case files[0].mode&unix.S_IFMT == unix.S_IFDIR:
		return p + " is a directory"
	case files[0].mode&unix.S_IFMT != unix.S_IFREG:
		return p + " is not a regular file"
	case files[0].mode&0o111 == 0:
		return fmt.Sprintf("nobody may execute it: its mode is %04o, and chmod(%q, 0o755) would do", files[0].mode&0o7777, p)
	}
	for _, m := range l.mounts() {
		if m.id == files[0].mount && slices.Contains(strings.Split(m.options, ","), "noexec") {
			return fmt.Sprintf("%s is mounted noexec", m.point)
		}
	}
	if interpreter, kind := l.interpreter(p); interpreter != "" {
		if f := l.stat(interpreter); len(f) > 0 && f[0].errno == 0 && f[0].mode&0o111 == 0 {
			return fmt.Sprintf("nobody may execute %s, its %s", interpreter, kind)
		}
	}
	return l.permitted(unix.X_OK, p)
})

var _ = looking(execWords, unix.E2BIG, func(l *look, e *Error) string {
	most := 32 * os.Getpagesize()
	for _, v := range e.Args {
		var list []string
		if s, ok := starlark.AsString(v); ok {
			list = []string{s}
		} else if unpackStrings("argv", v, &list) != nil {
			continue
		}
		for _, s := range list {
			if len(s) >= most {
				return fmt.Sprintf("an argument has at most %d bytes, and this has one of %d; hand much over by a pipe or a file", most-1, len(s))
			}
		}
	}
	return "arguments and environment together take at most a quarter of RLIMIT_STACK, and 6 MiB; hand long lists over by a pipe or a file"
})

var _ = looking(execWords, unix.ENAMETOOLONG, func(l *look, e *Error) string {
	for _, name := range []string{"file", "path"} {
		if p, ok := starlark.AsString(first(l.c, name)); ok {
			if text := tooLong(p); text != "" {
				return text
			}
		}
	}
	return ""
})

var _ = looking(execWords, unix.ETXTBSY, func(l *look, e *Error) string {
	if p := executed(e); p != "" {
		return p + " is open for writing; close it first"
	}
	return ""
})
