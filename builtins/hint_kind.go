package builtins

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// What is a directory and must be none, or must be one and is none.

// isDirectory tells whether there is a directory at a path; known is false
// where nothing can be found out.
func (l *look) isDirectory(p string) (is, known bool) {
	files := l.stat(p)
	if p == "" || len(files) == 0 || files[0].errno != 0 {
		return false, false
	}
	return files[0].mode&unix.S_IFMT == unix.S_IFDIR, true
}

var _ = later(func() {
	for word, advice := range map[string]string{"open": "; listdir tells what is in it", "write_file": "", "unlink": "; rmdir removes those"} {
		pathHint(word, unix.EISDIR, func(l *look, p string) string {
			if is, _ := l.isDirectory(p); is {
				return p + " is a directory" + advice
			}
			return ""
		})
	}
})

var _ = looking([]string{"rename"}, unix.EISDIR, func(l *look, _ *Error) string {
	return fmt.Sprintf("%s is a directory, whose name only a directory can take", l.text("newpath"))
})

var _ = looking([]string{"rename"}, unix.ENOTDIR, func(l *look, _ *Error) string {
	from, to := l.text("oldpath"), l.text("newpath")
	one, _ := l.isDirectory(from)
	other, known := l.isDirectory(to)
	if one && known && !other {
		return fmt.Sprintf("%s is a directory, and can take the name of an empty directory only, which %s is not", from, to)
	}
	return ""
})

var _ = looking([]string{"link"}, unix.EPERM, func(l *look, _ *Error) string {
	from := l.text("oldpath")
	if is, _ := l.isDirectory(from); is {
		return fmt.Sprintf("%s is a directory, which has one name only; a bind mount gives it another place: mount(%q, %q, mountflags=MS_BIND)", from, from, l.text("newpath"))
	}
	return ""
})

var _ = looking([]string{"pin"}, unix.EINVAL, func(l *look, _ *Error) string {
	if is, _ := l.isDirectory(l.text("path")); is {
		return l.text("path") + " is a directory, and a namespace is pinned on a file"
	}
	return ""
})

// The working directory that a program was to have, or a path to it.
var _ = looking(execWords, unix.ENOTDIR, func(l *look, e *Error) string {
	switch name, _ := failing(e); name {
	case "chdir":
		return l.fileOnTheWay(l.text("cwd"), true)
	case "execve":
		return l.fileOnTheWay(executed(e), false)
	}
	return ""
})
