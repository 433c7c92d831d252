package builtins

import (
	"strconv"

	"golang.org/x/sys/unix"
)

// seccompRetConstants are the actions of a seccomp filter, of which one is
// joined with 16 bits of data: SECCOMP_RET_ERRNO | EPERM.
var seccompRetConstants = []constant{
	{"SECCOMP_RET_KILL_PROCESS", unix.SECCOMP_RET_KILL_PROCESS},
	{"SECCOMP_RET_KILL_THREAD", unix.SECCOMP_RET_KILL_THREAD},
	{"SECCOMP_RET_TRAP", unix.SECCOMP_RET_TRAP},
	{"SECCOMP_RET_ERRNO", unix.SECCOMP_RET_ERRNO},
	{"SECCOMP_RET_USER_NOTIF", unix.SECCOMP_RET_USER_NOTIF},
	{"SECCOMP_RET_TRACE", unix.SECCOMP_RET_TRACE},
	{"SECCOMP_RET_LOG", unix.SECCOMP_RET_LOG},
	{"SECCOMP_RET_ALLOW", unix.SECCOMP_RET_ALLOW},
}

// seccompFlagConstants are the flags of SECCOMP_SET_MODE_FILTER.
var seccompFlagConstants = []constant{
	{"SECCOMP_FILTER_FLAG_TSYNC", unix.SECCOMP_FILTER_FLAG_TSYNC},
	{"SECCOMP_FILTER_FLAG_LOG", unix.SECCOMP_FILTER_FLAG_LOG},
	{"SECCOMP_FILTER_FLAG_SPEC_ALLOW", unix.SECCOMP_FILTER_FLAG_SPEC_ALLOW},
	{"SECCOMP_FILTER_FLAG_NEW_LISTENER", unix.SECCOMP_FILTER_FLAG_NEW_LISTENER},
	{"SECCOMP_FILTER_FLAG_TSYNC_ESRCH", unix.SECCOMP_FILTER_FLAG_TSYNC_ESRCH},
	{"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", unix.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV},
}

// actionData shows the data of an action: of SECCOMP_RET_ERRNO, it is an errno.
func actionData(action, data uint64) string {
	if action&unix.SECCOMP_RET_ACTION_FULL == unix.SECCOMP_RET_ERRNO {
		return Flags{ErrnoFamily, data}.String()
	}
	return strconv.FormatUint(data, 10)
}
