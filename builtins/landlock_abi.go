package builtins

import (
	"fmt"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "landlock_abi(*, task=None)",
	Shelf: "security",
	Page:  "landlock(7)",
	Like:  "dmesg | grep landlock",
	Doc: `Returns the version of Landlock that the kernel has, which says which rights it knows.

1 is Linux 5.13; 2 is 5.19, with LANDLOCK_ACCESS_FS_REFER; 3 is 6.2, with
LANDLOCK_ACCESS_FS_TRUNCATE; 4 is 6.7, with TCP ports; 5 is 6.10, with
LANDLOCK_ACCESS_FS_IOCTL_DEV; 6 is 6.12, with LANDLOCK_SCOPE_; 7 is 6.15, with
LANDLOCK_RESTRICT_SELF_LOG_; 8 is 7.0, 9 is 7.1, with
LANDLOCK_ACCESS_FS_RESOLVE_UNIX; 10 is 7.2, with UDP ports.`,
	Example: `
>>> landlock_abi() >= 1
True
>>> landlock_abi() == landlock_create_ruleset(flags=LANDLOCK_CREATE_RULESET_VERSION)
True
`,
	Func: func(c *Call) (starlark.Value, error) {
		if err := c.Args(); err != nil {
			return nil, err
		}
		abi, err := c.landlockABI()
		return starlark.MakeInt(abi), err
	},
})

// landlockABI asks the kernel for its version of Landlock.
func (c *Call) landlockABI() (int, error) {
	version := Flags{LandlockCreateFamily, unix.LANDLOCK_CREATE_RULESET_VERSION}
	abi, err := c.Syscall("landlock_create_ruleset", task.Null, task.Int(0), version.Arg())
	return int(abi), err
}

// landlockABIs are the versions of Landlock, the first at 1: the Linux that has
// it, and what it brought.
var landlockABIs = [...]struct {
	linux string
	news  []Flags
}{
	1: {"5.13", []Flags{{LandlockFsFamily, unix.LANDLOCK_ACCESS_FS_MAKE_SYM<<1 - 1}}},
	2: {"5.19", []Flags{{LandlockFsFamily, unix.LANDLOCK_ACCESS_FS_REFER}}},
	3: {"6.2", []Flags{{LandlockFsFamily, unix.LANDLOCK_ACCESS_FS_TRUNCATE}}},
	4: {"6.7", []Flags{{LandlockNetFamily, unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP}}},
	5: {"6.10", []Flags{{LandlockFsFamily, unix.LANDLOCK_ACCESS_FS_IOCTL_DEV}}},
	6: {"6.12", []Flags{{LandlockScopeFamily, unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | unix.LANDLOCK_SCOPE_SIGNAL}}},
	7: {"6.15", []Flags{{LandlockRestrictFamily, unix.LANDLOCK_RESTRICT_SELF_LOG_SAME_EXEC_OFF |
		unix.LANDLOCK_RESTRICT_SELF_LOG_NEW_EXEC_ON | unix.LANDLOCK_RESTRICT_SELF_LOG_SUBDOMAINS_OFF}}},
	8:  {"7.0", []Flags{{LandlockRestrictFamily, unix.LANDLOCK_RESTRICT_SELF_TSYNC}}},
	9:  {"7.1", []Flags{{LandlockFsFamily, unix.LANDLOCK_ACCESS_FS_RESOLVE_UNIX}}},
	10: {"7.2", []Flags{{LandlockNetFamily, unix.LANDLOCK_ACCESS_NET_BIND_UDP | unix.LANDLOCK_ACCESS_NET_CONNECT_SEND_UDP}}},
}

// landlockKnown are the bits of a family that a version of Landlock has.
func landlockKnown(abi int, f Family) (bits uint64) {
	for n, version := range landlockABIs {
		for _, news := range version.news {
			if n <= abi && news.Family == f {
				bits |= news.Value
			}
		}
	}
	return bits
}

// landlockLacks says what of flags a version of Landlock does not have, and
// which has; "" if it has them all.
func landlockLacks(abi int, flags ...Flags) string {
	for n, version := range landlockABIs {
		for _, news := range version.news {
			for _, f := range flags {
				if missing := f.Value & news.Value; n > abi && f.Family == news.Family && missing != 0 {
					return fmt.Sprintf("%s needs Landlock ABI %d, Linux %s; this kernel has ABI %d", Flags{f.Family, missing}, n, version.linux, abi)
				}
			}
		}
	}
	return ""
}
