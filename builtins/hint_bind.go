package builtins

import (
	"fmt"
	"os"
	"path"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

var _ = looking([]string{"mount"}, unix.EINVAL, func(l *look, _ *Error) string {
	if flags := l.flags("mountflags"); flags&unix.MS_BIND != 0 && flags&unix.MS_REMOUNT == 0 {
		return l.notCloned(l.text("source"), flags&unix.MS_REC != 0)
	}
	return ""
})

var _ = looking([]string{"open_tree", "open_tree_attr"}, unix.EINVAL, func(l *look, _ *Error) string {
	p, flags := l.text("path"), l.flags("flags")
	if flags&unix.OPEN_TREE_CLONE == 0 {
		return ""
	}
	if f, ok := l.c.Arg("dfd").(*FileValue); ok && p == "" {
		return l.notHere(f)
	}
	if l.underFile("path", p) {
		return ""
	}
	return l.notCloned(p, flags&unix.AT_RECURSIVE != 0)
})

// notCloned is about mounts of which no other may be made: unbindable ones, and
// those with others on them that a less privileged user must not look behind.
func (l *look) notCloned(source string, recursive bool) string {
	m := l.mountOf(source)
	switch {
	case m == nil:
		return ""
	case m.unbindable:
		return fmt.Sprintf(`%s is unbindable; mount(None, %q, mountflags=MS_PRIVATE) ends that`, m.point, m.point)
	case recursive || !path.IsAbs(source) || !l.inherited():
		return ""
	}
	var on []string
	for _, sub := range l.mounts() {
		if sub.parent == m.id && beneath(sub.point, source) {
			on = append(on, sub.point)
		}
	}
	if len(on) == 0 {
		return ""
	}
	flag := "MS_REC"
	if l.c.Word.name != "mount" {
		flag = "AT_RECURSIVE"
	}
	return fmt.Sprintf("mounts below it would be left out, and show what they cover, which came from another user: %s; add %s", some(on), flag)
}

// beneath tells whether a path is dir or below it.
func beneath(p, dir string) bool {
	dir = path.Clean(dir)
	return p == dir || strings.HasPrefix(p, strings.TrimSuffix(dir, "/")+"/")
}

// inherited tells whether the mount namespace belongs to a user namespace that
// is not the first: what mounts came with it are locked together.
func (l *look) inherited() bool {
	owner := l.owner(l.own("mnt"))
	return owner != nil && l.parent(owner) != nil
}

// notHere is about a file on a mount that the task's mount namespace does not
// have.
func (l *look) notHere(f *FileValue) string {
	mount := 0
	_ = f.Use(func(fd int) error {
		text, err := os.ReadFile(fmt.Sprintf("/proc/self/fdinfo/%d", fd))
		for line := range strings.Lines(string(text)) {
			if id, ok := strings.CutPrefix(line, "mnt_id:"); ok {
				mount, _ = strconv.Atoi(strings.TrimSpace(id))
			}
		}
		return err
	})
	all := l.mounts()
	if mount == 0 || len(all) == 0 || strings.HasPrefix(f.Name, mountName) {
		return ""
	}
	for _, m := range all {
		if m.id == mount {
			return ""
		}
	}
	return fmt.Sprintf("%s is on no mount that the task can see: it comes from another mount namespace, or from none, as memfds and pipes do", f)
}
