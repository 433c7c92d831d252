package builtins

import (
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// mount(2) has no way to say which of the options was wrong. fsconfig(2) has,
// and so the task gives it the same ones, without making a file system.
var _ = looking([]string{"mount"}, unix.EINVAL, func(l *look, _ *Error) string {
	const others = unix.MS_BIND | unix.MS_MOVE | unix.MS_REMOUNT | unix.MS_PRIVATE | unix.MS_SHARED | unix.MS_SLAVE | unix.MS_UNBINDABLE
	fstype := l.text("filesystemtype")
	if fstype == "" || l.flags("mountflags")&others != 0 {
		return ""
	}
	options := splitOptions(l.text("data"))
	if text := l.optionsRefused(fstype, options); text != "" {
		return text
	}
	if fstype == "overlay" {
		return overlayLacks(options)
	}
	return ""
})

// The paths in the options of an overlay are none of the word's own. That one
// is missing is EINVAL before Linux 6.5.
var (
	_ = looking([]string{"mount"}, unix.ENOENT, overlayMisses)
	_ = looking([]string{"mount"}, unix.EINVAL, overlayMisses)
)

func overlayMisses(l *look, _ *Error) string {
	if l.text("filesystemtype") != "overlay" {
		return ""
	}
	for _, o := range splitOptions(l.text("data")) {
		if !slices.Contains([]string{"lowerdir", "upperdir", "workdir"}, o[0]) {
			continue
		}
		for dir := range strings.SplitSeq(o[1], ":") {
			if text := l.missing(dir); text != "" {
				return o[0] + ": " + text
			}
		}
	}
	return ""
}

// splitOptions takes apart the data of mount(2): key=value, or key, which is
// true.
func splitOptions(data string) (options [][2]string) {
	for o := range strings.SplitSeq(data, ",") {
		if key, value, _ := strings.Cut(o, "="); key != "" {
			options = append(options, [2]string{key, value})
		}
	}
	return options
}

func (l *look) optionsRefused(fstype string, options [][2]string) string {
	var p task.Program
	fs := p.Call("fsopen", task.Str(fstype), Flags{FsopenFamily, unix.FSOPEN_CLOEXEC}.Arg())
	p.Take(fs)
	for _, o := range options {
		command, value := task.Int(unix.FSCONFIG_SET_FLAG), task.Null
		if o[1] != "" {
			command, value = task.Int(unix.FSCONFIG_SET_STRING), task.Str(o[1])
		}
		p.Call("fsconfig", task.Res(fs), command, task.Str(o[0]), value, task.Int(0)).May()
	}
	if !l.do(&p) {
		return ""
	}
	fd := p.Taken()[0]
	defer unix.Close(fd)
	return strings.Join(contextLog(fd), ", ")
}

// overlayLacks is about options that overlayfs misses without saying so.
func overlayLacks(options [][2]string) string {
	has := func(key string) bool {
		for _, o := range options {
			if o[0] == key {
				return true
			}
		}
		return false
	}
	switch {
	case !has("lowerdir") && !has("lowerdir+"):
		return "an overlay takes lowerdir=, and to be writable upperdir= and workdir= as well"
	case has("upperdir") && !has("workdir"):
		return "with upperdir= an overlay takes workdir=, an empty directory of the same file system"
	}
	return ""
}
