package builtins

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sys/unix"
)

const ownRun = `; in a mount namespace of its own, with mount("tmpfs", "/run", "tmpfs"), the task can have names that nobody else sees`

var netnsMakers = []string{"netns.add", "netns.attach"}

var _ = looking(netnsMakers, unix.EPERM, func(l *look, e *Error) string {
	switch name, _ := failing(e); name {
	case "clone3":
		return l.lacks("a new network namespace", unix.CAP_SYS_ADMIN, l.own("user"), "; make a user namespace first: unshare(CLONE_NEWUSER)")
	case "mount", "open_tree", "move_mount":
		if text := l.lacksInOwner("a name", "mnt", unix.CAP_SYS_ADMIN, "CLONE_NEWNS"); text != "" {
			return text + `, and a /run: mount("tmpfs", "/run", "tmpfs")`
		}
	}
	return ""
})

var _ = later(func() {
	for _, errno := range []unix.Errno{unix.EACCES, unix.EROFS, unix.EPERM, unix.EOVERFLOW} {
		looking(netnsMakers, errno, func(l *look, e *Error) string {
			if name, _ := failing(e); name != "mkdirat" && name != "mknodat" {
				return ""
			}
			return "names are files in " + netnsDir + ", and the task may not create one there" + ownRun
		})
	}
})

var _ = looking(netnsMakers, unix.EEXIST, func(l *look, _ *Error) string {
	name := l.text("name")
	ns, err := l.c.netnsGet(name)
	if err != nil {
		return fmt.Sprintf("the file is there, but no network namespace; netns.delete(%q) removes it", name)
	}
	defer ns.close()
	return fmt.Sprintf("the name is taken by %s; netns.delete(%q) removes it, netns.get(%q) is it", ns, name, name)
})

var _ = later(func() {
	for _, word := range []string{"netns.get", "netns.delete", "netns.pids", "netns.exec"} {
		looking([]string{word}, unix.ENOENT, func(l *look, e *Error) string {
			if call, _ := failing(e); call != "openat" && call != "unlinkat" {
				return ""
			}
			names, err := l.c.listdir(l.c.Task, netnsDir)
			switch {
			case err == nil && len(names) > 0:
				if near := nearest(l.text("name"), names); near != "" {
					return fmt.Sprintf("there is no such name (did you mean %s?)", near)
				}
				return "there is no such name; netns.list() has " + strings.Join(names[:min(len(names), 5)], ", ")
			case err == nil || errors.Is(err, unix.ENOENT):
				return "there is no name in " + netnsDir + ", as the task sees it"
			}
			return ""
		})
	}
})

var _ = looking([]string{"netns.delete", "unpin"}, unix.EBUSY, func(l *look, e *Error) string {
	path := l.text("path")
	if name := l.text("name"); name != "" {
		path = netnsDir + "/" + name
	}
	for _, m := range l.mounts() {
		if m.point == path {
			return "there was one more mount at " + path + ", and still is: do it again"
		}
	}
	return ""
})

var _ = looking([]string{"netns.delete"}, unix.EPERM, func(l *look, _ *Error) string {
	return l.lacksInOwner("netns.delete", "mnt", unix.CAP_SYS_ADMIN, "CLONE_NEWNS")
})

var _ = looking([]string{"netns.exec"}, 0, func(l *look, e *Error) string {
	switch call, _ := failing(e); {
	case call == "setns" && e.Errno == unix.EPERM:
		ns, err := l.c.netnsGet(l.text("name"))
		if err != nil {
			return ""
		}
		defer ns.close()
		return l.joinForbidden(l.value(ns))
	case call == "mount" && strings.Contains(e.Call, `"/sys"`):
		text := "sysfs=False leaves /sys as it is"
		if e.Errno == unix.EPERM {
			text = "sysfs is mounted only for who owns the network, and not where parts of the /sys that is there are covered; " + text
		}
		return text
	case call == "mount" && strings.Contains(e.Call, "/etc/netns/"):
		return "a file in /etc/netns/NAME goes over one in /etc that must be there; etc=False leaves /etc as it is"
	}
	return ""
})
