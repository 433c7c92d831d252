package builtins

import "golang.org/x/sys/unix"

var _ = looking([]string{"openat2"}, unix.EXDEV, func(l *look, _ *Error) string {
	const beneath = unix.RESOLVE_BENEATH
	switch rules := l.flags("resolve"); {
	case rules&beneath != 0 && rules&unix.RESOLVE_NO_XDEV == 0:
		return "the path leads out of dfd, which RESOLVE_BENEATH forbids: .. or a link does, or it begins with /; RESOLVE_IN_ROOT would have it stay inside"
	case rules&beneath == 0 && rules&unix.RESOLVE_NO_XDEV != 0:
		return "the path leads from one mount into another, which RESOLVE_NO_XDEV forbids"
	}
	return ""
})

var _ = looking([]string{"openat2"}, unix.EAGAIN, func(l *look, _ *Error) string {
	rules := l.flags("resolve")
	if rules&resolveCached != 0 {
		return "not all of the path is in the kernel's cache, and RESOLVE_CACHED does not wait for the rest"
	}
	if rules&(unix.RESOLVE_BENEATH|unix.RESOLVE_IN_ROOT) != 0 {
		return "something was renamed or mounted meanwhile, so that the kernel could not be sure of ..: try again"
	}
	return ""
})

var _ = looking([]string{"openat2"}, unix.EINVAL, func(l *look, _ *Error) string {
	flags, mode := l.flags("flags"), Flags{Family: ModeFamily}
	if mode.unpack("mode", l.c.Arg("mode")) == nil && mode.Value != 0 && flags&unix.O_CREAT == 0 && flags&unix.O_TMPFILE != unix.O_TMPFILE {
		return "without O_CREAT or O_TMPFILE mode must be 0"
	}
	if flags&unix.O_PATH != 0 && flags&^(unix.O_PATH|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC) != 0 {
		return "with O_PATH there can be O_DIRECTORY and O_NOFOLLOW only"
	}
	if rules := l.flags("resolve"); rules&unix.RESOLVE_BENEATH != 0 && rules&unix.RESOLVE_IN_ROOT != 0 {
		return "RESOLVE_BENEATH and RESOLVE_IN_ROOT are two ways to treat what leads out: only one can be had"
	}
	return ""
})
