package builtins

import "golang.org/x/sys/unix"

// A Family is a set of kernel constants that belong together: only they may be
// joined with each other, and a parameter takes one family only.
type Family uint8

// The families, each with the prefix of its names.
const (
	CloneFamily Family = iota
	MountFamily
	UmountFamily
	OpenFamily
	ModeFamily
	AtFamily
	LockFamily
	MemfdFamily
	SignalFamily
	WaitFamily
	LimitFamily
	RlimFamily
	PrioFamily
	PrctlFamily
	AmbientFamily
	CapFamily
	SecbitFamily
	DomainFamily
	SocketFamily
	FsopenFamily
	FsmountFamily
	FspickFamily
	FsconfFamily
	MoveFamily
	AttrFamily
	ResolveFamily
	PidfdFamily
	LandlockFsFamily
	LandlockNetFamily
	LandlockScopeFamily
	LandlockCreateFamily
	LandlockRuleFamily
	LandlockRestrictFamily
	ErrnoFamily
	SeccompRetFamily
	SeccompFlagFamily
	PersonaFamily
)

// A constant is one row of a table; the tables are in const_*.go. They are
// plain data, so that the linker builds them and start-up does not.
type constant struct {
	name  string
	value uint64
}

// family describes a Family.
type family struct {
	one, many string // what errors call it: "a CLONE_ flag", "CLONE_ flags"
	page      string // the manual page that explains its names
	enum      bool   // one name at a time: | has no meaning
	ints      bool   // a plain integer is good as well
	width     uint8  // bits of the C type, for ~
	field     uint64 // these bits are one number: S_IFCHR is no part of S_IFBLK
	table     []constant
}

// families is in the order of the Family constants.
var families = [...]family{
	CloneFamily:   {"a CLONE_ flag", "CLONE_ flags", "clone(2)", false, false, 64, 0, cloneConstants},
	MountFamily:   {"an MS_ flag", "MS_ flags", "mount(2)", false, false, 32, 0, mountConstants},
	UmountFamily:  {"an MNT_ flag", "MNT_ flags", "umount2(2)", false, false, 32, 0, umountConstants},
	OpenFamily:    {"an O_ flag", "O_ flags", "open(2)", false, false, 32, 0o3, openConstants},
	ModeFamily:    {"an S_ mode", "a mode", "inode(7)", false, true, 32, 0o170000, modeConstants},
	AtFamily:      {"an AT_ flag", "AT_ flags", "openat(2)", false, false, 32, 0, atConstants},
	LockFamily:    {"a LOCK_ operation", "LOCK_ flags", "flock(2)", false, false, 32, 0, lockConstants},
	MemfdFamily:   {"an MFD_ flag", "MFD_ flags", "memfd_create(2)", false, false, 32, 0, memfdConstants},
	SignalFamily:  {"a signal", "a signal", "signal(7)", true, true, 32, 0, signalConstants},
	WaitFamily:    {"a W option", "W options", "wait(2)", false, false, 32, 0, waitConstants},
	LimitFamily:   {"an RLIMIT_ resource", "an RLIMIT_ resource", "getrlimit(2)", true, true, 32, 0, limitConstants},
	RlimFamily:    {"a limit", "a number or RLIM_INFINITY", "getrlimit(2)", true, true, 64, 0, rlimConstants},
	PrioFamily:    {"a PRIO_ target", "a PRIO_ target", "getpriority(2)", true, true, 32, 0, prioConstants},
	PrctlFamily:   {"a PR_ operation", "a PR_ operation", "prctl(2)", true, true, 64, 0, prctlConstants},
	AmbientFamily: {"a PR_CAP_AMBIENT_ operation", "a PR_CAP_AMBIENT_ operation", "PR_CAP_AMBIENT(2const)", true, true, 64, 0, ambientConstants},
	CapFamily:     {"a capability", "a capability", "capabilities(7)", true, true, 64, 0, capConstants},
	SecbitFamily:  {"a SECBIT_ flag", "SECBIT_ flags", "capabilities(7)", false, true, 32, 0, secbitConstants},
	DomainFamily:  {"an AF_ domain", "an AF_ domain", "socket(2)", true, true, 32, 0, domainConstants},
	SocketFamily:  {"a SOCK_ type", "a SOCK_ type", "socket(2)", false, true, 32, 0xf, socketConstants},
	FsopenFamily:  {"an FSOPEN_ flag", "FSOPEN_ flags", "fsopen(2)", false, false, 32, 0, fsopenConstants},
	FsmountFamily: {"an FSMOUNT_ flag", "FSMOUNT_ flags", "fsmount(2)", false, false, 32, 0, fsmountConstants},
	FspickFamily:  {"an FSPICK_ flag", "FSPICK_ flags", "fspick(2)", false, false, 32, 0, fspickConstants},
	FsconfFamily:  {"an FSCONFIG_ command", "an FSCONFIG_ command", "fsconfig(2)", true, false, 32, 0, fsconfigConstants},
	MoveFamily:    {"a MOVE_MOUNT_ flag", "MOVE_MOUNT_ flags", "move_mount(2)", false, false, 32, 0, moveMountConstants},
	AttrFamily:    {"a MOUNT_ATTR_ attribute", "MOUNT_ATTR_ attributes", "mount_setattr(2)", false, false, 64, 0x70, mountAttrConstants},
	ResolveFamily: {"a RESOLVE_ rule", "RESOLVE_ rules", "openat2(2)", false, false, 64, 0, resolveConstants},
	PidfdFamily:   {"a PIDFD_ flag", "PIDFD_ flags", "pidfd_open(2)", false, false, 32, 0, pidfdConstants},

	LandlockFsFamily:       {"a LANDLOCK_ACCESS_FS_ right", "LANDLOCK_ACCESS_FS_ rights", "landlock(7)", false, false, 64, 0, landlockFsConstants},
	LandlockNetFamily:      {"a LANDLOCK_ACCESS_NET_ right", "LANDLOCK_ACCESS_NET_ rights", "landlock(7)", false, false, 64, 0, landlockNetConstants},
	LandlockScopeFamily:    {"a LANDLOCK_SCOPE_ flag", "LANDLOCK_SCOPE_ flags", "landlock(7)", false, false, 64, 0, landlockScopeConstants},
	LandlockCreateFamily:   {"a LANDLOCK_CREATE_RULESET_ flag", "LANDLOCK_CREATE_RULESET_ flags", "landlock_create_ruleset(2)", false, false, 32, 0, landlockCreateConstants},
	LandlockRuleFamily:     {"a LANDLOCK_RULE_ type", "a LANDLOCK_RULE_ type", "landlock_add_rule(2)", true, false, 32, 0, landlockRuleConstants},
	LandlockRestrictFamily: {"a LANDLOCK_RESTRICT_SELF_ flag", "LANDLOCK_RESTRICT_SELF_ flags", "landlock_restrict_self(2)", false, false, 32, 0, landlockRestrictConstants},

	ErrnoFamily:       {"an error number", "an error number", "errno(3)", true, true, 32, 0, errnoConstants},
	SeccompRetFamily:  {"a SECCOMP_RET_ action", "a SECCOMP_RET_ action", "seccomp(2)", false, true, 32, unix.SECCOMP_RET_ACTION_FULL, seccompRetConstants},
	SeccompFlagFamily: {"a SECCOMP_FILTER_FLAG_ flag", "SECCOMP_FILTER_FLAG_ flags", "seccomp(2)", false, false, 32, 0, seccompFlagConstants},
	PersonaFamily:     {"a persona", "PER_ and ADDR_ flags of a persona", "personality(2)", false, true, 32, 0xff, personaConstants},
}

// constantNamed finds a kernel constant by its name.
func constantNamed(name string) (Flags, bool) {
	for f := range families {
		for _, c := range families[f].table {
			if c.name == name {
				return Flags{Family(f), c.value}, true
			}
		}
	}
	return Flags{}, false
}

// flagCount is how many names the tables hold.
func flagCount() int {
	n := 0
	for i := range families {
		n += len(families[i].table)
	}
	return n
}
