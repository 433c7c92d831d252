package builtins

import (
	"fmt"
	"os"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var landlockWords = []string{"landlock", "landlock_abi", "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"}

var _ = later(func() {
	for _, word := range landlockWords {
		hint(word, unix.EOPNOTSUPP, landlockDisabled)
		hint(word, unix.EINVAL, landlockInvalid)
		hint(word, unix.E2BIG, landlockInvalid)
	}
})

// landlockDisabled is about kernels that have Landlock, but were booted without.
func landlockDisabled(_ *Call, e *Error) string {
	if name, _ := failing(e); !strings.HasPrefix(name, "landlock_") {
		return ""
	}
	text := "the kernel has Landlock, but was started without: its parameter lsm= must name landlock"
	if list, err := os.ReadFile("/sys/kernel/security/lsm"); err == nil {
		text += fmt.Sprintf(", and is %q", strings.TrimSpace(string(list)))
	}
	return text
}

// landlockFlags are the arguments that only newer versions of Landlock may
// know.
func landlockFlags(c *Call) (all []Flags) {
	for _, name := range []string{"handled_access_fs", "handled_access_net", "scoped", "allowed_access", "flags"} {
		if f, ok := c.Arg(name).(Flags); ok {
			all = append(all, f)
		}
	}
	return all
}

// landlockInvalid compares the arguments with the kernel's version of Landlock
// and the type of the file.
func landlockInvalid(c *Call, e *Error) string {
	name, _ := failing(e)
	if !strings.HasPrefix(name, "landlock_") || c.Task == nil || !c.Task.Parked() {
		return ""
	}
	l := &look{c: c, t: c.Task, ns: map[string]*nsLook{}}
	defer l.close()
	var p task.Program
	version := p.Call("landlock_create_ruleset", task.Null, task.Int(0), task.Int(unix.LANDLOCK_CREATE_RULESET_VERSION))
	if l.do(&p) {
		if text := landlockLacks(int(version.Result()), landlockFlags(c)...); text != "" {
			return text
		}
	}
	if name != "landlock_add_rule" {
		return ""
	}
	if text := l.rightsOfDirectory(e); text != "" {
		return text
	}
	if flags, ok := c.Arg("flags").(starlark.Int); ok && flags.Sign() != 0 {
		return ""
	}
	return "the ruleset does not handle all of these rights: it must have been created with them"
}

// rightsOfDirectory is about rights to something that is no directory.
func (l *look) rightsOfDirectory(e *Error) string {
	const ofFiles = unix.LANDLOCK_ACCESS_FS_EXECUTE | unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_READ_FILE |
		unix.LANDLOCK_ACCESS_FS_TRUNCATE | unix.LANDLOCK_ACCESS_FS_IOCTL_DEV | unix.LANDLOCK_ACCESS_FS_RESOLVE_UNIX
	rules := [][2]starlark.Value{{l.c.Arg("parent_fd"), l.c.Arg("allowed_access")}}
	if paths, ok := l.c.Arg("paths").(*starlark.Dict); ok {
		rules = nil
		for _, item := range paths.Items() {
			rules = append(rules, [2]starlark.Value{item[0], item[1]})
		}
	}
	for _, r := range rules {
		access, ok := r[1].(Flags)
		if !ok || access.Value&^ofFiles == 0 {
			continue
		}
		kind, name := l.kindOf(r[0])
		if kind == 0 || kind == unix.S_IFDIR || !strings.Contains(e.Call, fdText(name)) {
			continue
		}
		access.Value &^= ofFiles
		are := "is a right"
		if len(access.Names()) > 1 {
			are = "are rights"
		}
		return fmt.Sprintf("%s is no directory, and %s %s to directories only", name, access, are)
	}
	return ""
}

// kindOf is the type of a file that is open or has a path, 0 if it is not
// known, and how to call it.
func (l *look) kindOf(v starlark.Value) (kind uint32, name string) {
	if f, ok := v.(*FileValue); ok {
		var st unix.Stat_t
		if f.Use(func(fd int) error { return unix.Fstat(fd, &st) }) != nil {
			return 0, ""
		}
		return st.Mode & unix.S_IFMT, f.Name
	}
	p, _ := starlark.AsString(v)
	files := l.stat(p + "/.") // follows the last link
	if len(files) == 1 && files[0].errno == 0 {
		return unix.S_IFDIR, p
	}
	if files = l.stat(p); len(files) != 1 || files[0].errno != 0 {
		return 0, ""
	}
	return uint32(files[0].mode) & unix.S_IFMT, p
}

var _ = hint("landlock_create_ruleset", unix.ENOMSG, func(*Call, *Error) string {
	return "a ruleset must handle something: handled_access_fs, handled_access_net or scoped must be given"
})

var _ = hint("landlock_add_rule", unix.ENOMSG, func(*Call, *Error) string {
	return "a rule must allow something, and allowed_access is 0"
})

var _ = hint("landlock", unix.ENOMSG, func(*Call, *Error) string {
	return "what is allowed must be some right: leave out what is to have none"
})

// landlockFile is about files that are no rulesets.
func landlockFile(c *Call, _ *Error) string {
	f, ok := c.Arg("ruleset_fd").(*FileValue)
	if !ok || f.Name == rulesetName {
		return ""
	}
	return fmt.Sprintf("%s is not a ruleset that landlock_create_ruleset has made", f)
}

var _ = hint("landlock_restrict_self", unix.EBADFD, landlockFile)
var _ = hint("landlock_add_rule", unix.EBADFD, landlockPlace)
var _ = hint("landlock", unix.EBADFD, landlockPlace)

func landlockPlace(c *Call, e *Error) string {
	if text := landlockFile(c, e); text != "" {
		return text
	}
	return "only files that a path leads to can have rules, and pipes, sockets and memfds have none"
}

var _ = hint("landlock_restrict_self", unix.E2BIG, landlockDeep)
var _ = hint("landlock", unix.E2BIG, landlockDeep)

func landlockDeep(_ *Call, e *Error) string {
	if name, _ := failing(e); name != "landlock_restrict_self" {
		return ""
	}
	return "the task is restricted by 16 rulesets already, and that is the most"
}

var _ = looking([]string{"landlock_restrict_self"}, unix.EPERM, func(l *look, e *Error) string {
	own := l.own("user")
	has, known := effective(l.t.Pid(), unix.CAP_SYS_ADMIN)
	if name, _ := failing(e); name != "landlock_restrict_self" || !known || has || own == nil || status(l.t.Pid(), "NoNewPrivs") != "0" {
		return ""
	}
	return fmt.Sprintf("it takes no_new_privs, prctl(PR_SET_NO_NEW_PRIVS, 1), or CAP_SYS_ADMIN in %s, and the task has neither", own)
})

// mountsRefused says who can refuse to change mounts, which the capabilities
// allow.
func (l *look) mountsRefused() string {
	owner := l.owner(l.own("mnt"))
	if text := l.refused(unix.CAP_SYS_ADMIN, owner); text != "" {
		return text
	}
	if has, known := l.capable(unix.CAP_SYS_ADMIN, owner); !has || !known {
		return ""
	}
	// Two propagation types at once are never valid, but that is seen after the security modules were asked.
	var p task.Program
	probe := p.Call("mount", task.Null, task.Str("/"), task.Null, task.Int(unix.MS_PRIVATE|unix.MS_SHARED), task.Null).May()
	if !l.do(&p) || probe.Errno() != unix.EPERM {
		return ""
	}
	return "a security module lets the task change no mounts, as Landlock does to one that has restricted itself in files"
}
