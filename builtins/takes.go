package builtins

import "strings"

// A Subject is what the strings and numbers are about that a parameter takes.
type Subject uint8

// What a parameter may be about. Of names that are the user's to choose there is nothing to offer.
const (
	Unknown    Subject = iota // nothing is known of it
	Chosen                    // a new name, or text: nothing can be offered
	Path                      // of a file, as the task sees it
	Directory                 // likewise, of a directory
	Executable                // a program, by its path or by its name in PATH
	Process                   // a pid, as the task sees it
	Filesystem                // a type of file systems, as in /proc/filesystems
	Interface                 // a network interface of the task's network namespace
	NamedNetns                // a name of ip-netns(8)
	WordName                  // a word of nstar
	SystemCall                // a system call, by its name
)

// Takes says what a parameter takes.
type Takes struct {
	Subject Subject
	Types   string // the types of values that it takes, with blanks between them; "" is unknown
	Family  Family // if Flags
	Flags   bool
}

// About names the parameter's kind in a few words; "" if nothing is known.
func (t Takes) About() string {
	if t.Flags {
		return families[t.Family].many
	}
	about := [...]string{Path: "a path", Directory: "a directory", Executable: "a program", Process: "a pid",
		Filesystem: "a file system type", Interface: "an interface", NamedNetns: "a name of ip netns",
		WordName: "a word", SystemCall: "a system call"}[min(t.Subject, SystemCall)]
	types := strings.Join(strings.Fields(t.Types), " or ")
	switch {
	case types == "":
		return about
	case about == "":
		return "a " + types
	}
	return about + " or a " + types
}

// taking is a row of the table: parameters of these names, of these words, take this. Names have blanks
// between them.
type taking struct {
	params, words string // no words: those of all words that no row above has
	takes         Takes
}

func flagsOf(f Family) Takes { return Takes{Family: f, Flags: true} }

// Takes is what the parameter of that name takes. The table says so apart from the Func, which knows only when
// it runs; a test compares the two.
func (b *Builtin) Takes(param string) Takes {
	for _, row := range takings() {
		if hasWord(row.params, param) && (row.words == "" || hasWord(row.words, b.name)) {
			return row.takes
		}
	}
	return Takes{}
}

func hasWord(list, word string) bool {
	for w := range strings.FieldsSeq(list) {
		if w == word {
			return true
		}
	}
	return false
}

// takings is the table. The first row that fits holds.
func takings() []taking {
	return []taking{
		{"flags", "clone unshare enter", flagsOf(CloneFamily)},
		{"nstype", "", flagsOf(CloneFamily)},
		{"mountflags propagation", "", flagsOf(MountFamily)},
		{"flags", "umount2", flagsOf(UmountFamily)},
		{"flags", "open openat2 pipe", flagsOf(OpenFamily)},
		{"mode", "", flagsOf(ModeFamily)},
		{"mask", "umask", flagsOf(ModeFamily)},
		{"flags", "mount_setattr open_tree open_tree_attr", flagsOf(AtFamily)},
		{"flags", "memfd_create", flagsOf(MemfdFamily)},
		{"sig pdeathsig", "", flagsOf(SignalFamily)},
		{"resource", "", flagsOf(LimitFamily)},
		{"rlim_cur rlim_max", "", flagsOf(RlimFamily)},
		{"which", "", flagsOf(PrioFamily)},
		{"option", "prctl", flagsOf(PrctlFamily)},
		{"caps effective permitted inheritable", "", flagsOf(CapFamily)},
		{"domain", "", flagsOf(DomainFamily)},
		{"type", "socketpair", flagsOf(SocketFamily)},
		{"flags", "fsopen", flagsOf(FsopenFamily)},
		{"flags", "fsmount", flagsOf(FsmountFamily)},
		{"flags", "fspick", flagsOf(FspickFamily)},
		{"cmd", "fsconfig", flagsOf(FsconfFamily)},
		{"flags", "move_mount", flagsOf(MoveFamily)},
		{"attr_flags attr_set attr_clr", "", flagsOf(AttrFamily)},
		{"resolve", "", flagsOf(ResolveFamily)},
		{"flags", "pidfd_open", flagsOf(PidfdFamily)},
		{"handled_access_fs allowed_access", "", flagsOf(LandlockFsFamily)},
		{"handled_access_net", "", flagsOf(LandlockNetFamily)},
		{"scoped", "", flagsOf(LandlockScopeFamily)},
		{"flags", "landlock_create_ruleset", flagsOf(LandlockCreateFamily)},
		{"rule_type", "", flagsOf(LandlockRuleFamily)},
		{"flags", "landlock_restrict_self", flagsOf(LandlockRestrictFamily)},
		{"errno", "error", flagsOf(ErrnoFamily)},
		{"default", "seccomp_filter", flagsOf(SeccompRetFamily)},
		{"flags", "seccomp seccomp_filter", flagsOf(SeccompFlagFamily)},
		{"persona", "", flagsOf(PersonaFamily)},
		{"paths", "landlock", Takes{Subject: Path, Family: LandlockFsFamily, Flags: true}},
		{"rules", "seccomp_filter", Takes{Subject: SystemCall, Family: SeccompRetFamily, Flags: true}},

		{"task t", "", Takes{Types: "task"}},
		{"pid target who", "enter getpriority setpriority", Takes{Subject: Process, Types: "task"}},
		{"pid", "", Takes{Subject: Process, Types: "task"}},
		{"pgid", "setpgid", Takes{Subject: Process, Types: "task"}},

		{"path", "chdir chroot listdir rmdir", Takes{Subject: Directory}},
		{"cwd", "run sh spawn netns.exec", Takes{Subject: Directory, Types: "file"}},
		{"target linkpath", "symlink", Takes{Subject: Path}},
		{"source target", "mount umount2", Takes{Subject: Path}},
		{"new_root put_old", "pivot_root", Takes{Subject: Directory}},
		{"path oldpath newpath from_path to_path pattern template wdns", "", Takes{Subject: Path}},
		{"file", "run spawn execvp netns.exec", Takes{Subject: Executable}},
		{"args argv", "run sh spawn execve execvp netns.exec", Takes{Subject: Path}},
		{"filesystemtype fsname", "", Takes{Subject: Filesystem}},
		{"dev iface ifname", "", Takes{Subject: Interface}},
		{"name", "netns.attach netns.delete netns.exec netns.get netns.pids", Takes{Subject: NamedNetns}},
		{"name", "namespace", Takes{Subject: Path}},
		{"name", "syscall action", Takes{Subject: SystemCall}},
		{"word", "help", Takes{Subject: WordName}},

		{"fd", "setns", Takes{Types: "namespace file task"}},
		{"ns userns", "", Takes{Types: "namespace"}},
		{"fd dfd from_dfd to_dfd sock stdin stdout stderr parent_fd ruleset_fd pidfd", "", Takes{Types: "file"}},
		{"error", "explain", Takes{Types: "error"}},
		{"cgroup", "", Takes{Types: "cgroup file"}},
		{"fn", "", Takes{Types: "function builtin_function_or_method"}},
		{"follow parents binary append check capture session init root cwd ids label on", "", Takes{Types: "bool"}},
		{"name data input command", "", Takes{Subject: Chosen}},
	}
}
