package builtins

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// A right is a capability that a word takes, in the user namespace that owns
// the task's namespace of a type; of user, in the task's own.
type right struct {
	capability int
	of         string
}

// wordRights are the rights that a word takes whatever its arguments are.
var wordRights = sync.OnceValue(func() map[string][]right {
	return map[string][]right{
		"mount": {{unix.CAP_SYS_ADMIN, "mnt"}}, "umount2": {{unix.CAP_SYS_ADMIN, "mnt"}}, "pivot_root": {{unix.CAP_SYS_ADMIN, "mnt"}},
		"pin": {{unix.CAP_SYS_ADMIN, "mnt"}}, "fsopen": {{unix.CAP_SYS_ADMIN, "mnt"}}, "fsmount": {{unix.CAP_SYS_ADMIN, "mnt"}},
		"fspick": {{unix.CAP_SYS_ADMIN, "mnt"}}, "open_tree": {{unix.CAP_SYS_ADMIN, "mnt"}}, "move_mount": {{unix.CAP_SYS_ADMIN, "mnt"}},
		"mount_setattr": {{unix.CAP_SYS_ADMIN, "mnt"}},
		"sethostname":   {{unix.CAP_SYS_ADMIN, "uts"}}, "setdomainname": {{unix.CAP_SYS_ADMIN, "uts"}},
		"chroot": {{unix.CAP_SYS_CHROOT, "user"}}, "cap_drop_bound": {{unix.CAP_SETPCAP, "user"}},
		"setuid": {{unix.CAP_SETUID, "user"}}, "setresuid": {{unix.CAP_SETUID, "user"}},
		"setgid": {{unix.CAP_SETGID, "user"}}, "setresgid": {{unix.CAP_SETGID, "user"}}, "setgroups": {{unix.CAP_SETGID, "user"}},
		"timens_offsets": {{unix.CAP_SYS_TIME, "time_for_children"}},
		"setns":          {{unix.CAP_SYS_ADMIN, "user"}},
	}
})

// needs are the rights that the call takes.
func (q *inquiry) needs() []right {
	if name, _ := failing(q.e); q.e.Word == "setns" && name != "setns" {
		return nil // it was about opening a file
	}
	all := slices.Clone(wordRights()[q.e.Word])
	flags := q.flags("flags")
	switch q.e.Word {
	case "unshare", "clone":
		const others = unix.CLONE_NEWCGROUP | unix.CLONE_NEWIPC | unix.CLONE_NEWNS | unix.CLONE_NEWNET |
			unix.CLONE_NEWPID | unix.CLONE_NEWTIME | unix.CLONE_NEWUTS
		if flags&others != 0 && flags&unix.CLONE_NEWUSER == 0 {
			all = append(all, right{unix.CAP_SYS_ADMIN, "user"})
		}
		if len(q.tids()) > 0 && flags&unix.CLONE_NEWUSER == 0 {
			all = append(all, right{unix.CAP_CHECKPOINT_RESTORE, "pid_for_children"})
		}
	case "mount":
		if kind := sourceOwner()[q.text("filesystemtype")]; kind != "" {
			all = append(all, right{unix.CAP_SYS_ADMIN, kind})
		}
	}
	return all
}

func (q *inquiry) tids() []int {
	v := q.c.Arg("set_tid")
	if v == nil {
		return nil
	}
	tids, _ := pidList("set_tid", v)
	return tids
}

// rights are the capabilities that the call takes, each with whether the task
// has it where it counts.
func (q *inquiry) rights() {
	for _, r := range q.needs() {
		n := q.own(r.of)
		in, owns := n, ""
		if r.of != "user" && n != nil {
			in, owns = q.owner(n), fmt.Sprintf(", which owns %s", n)
		}
		q.right(r, in, owns)
	}
	if q.e.Errno == unix.EACCES {
		q.stranger()
	}
	switch target := q.target(); {
	case q.e.Word != "setns" || target == nil:
	case target.kind == "user":
		q.right(right{unix.CAP_SYS_ADMIN, "user"}, target, ", which is to be joined")
	default:
		q.right(right{unix.CAP_SYS_ADMIN, target.kind}, q.owner(target), fmt.Sprintf(", which owns %s", target))
	}
}

func (q *inquiry) right(r right, in *nsLook, owns string) {
	name := capName(r.capability)
	has, known := q.capable(r.capability, in)
	switch own := q.own("user"); {
	case !known:
		q.is(name, "whether the task has it where it counts cannot be told")
	case has:
		q.is(name, "the task has it in %s%s", in, owns)
	case own.id == in.id:
		q.against(name, q.ownFirst(r.of), "the task lacks it in %s%s", in, owns)
	default:
		q.against(name, q.ownFirst(r.of), "the task lacks it in %s%s: it is in %s", in, owns, own)
	}
}

// ownFirst is how to come to rights over a namespace of that type.
func (q *inquiry) ownFirst(kind string) string {
	flag, _ := kindFlag(strings.TrimSuffix(kind, "_for_children"))
	switch {
	case q.e.Word == "setns":
		return "join the user namespace that owns it first, or be its owner"
	case kind == "user":
		return "make a user namespace first: unshare(CLONE_NEWUSER)"
	}
	return "make namespaces of your own first: unshare(CLONE_NEWUSER | " + flag + ")"
}

// stranger is about a process whose namespaces the call was to open: the rule
// is that of ptrace(2).
func (q *inquiry) stranger() {
	pid, own := 0, q.own("pid")
	p := q.text("fd")
	if p == "" {
		p = q.text("path")
	}
	if nsPath(p) != "" {
		pid, _ = strconv.Atoi(strings.Split(path.Clean(p), "/")[2])
	}
	if here, err := nsIDOf("/proc/self/ns/pid"); pid == 0 || err != nil || own == nil || own.id != here {
		return // its number may mean another process here
	}
	uids, gids := strings.Fields(status(pid, "Uid")), strings.Fields(status(pid, "Gid"))
	if len(uids) == 0 || len(gids) == 0 {
		return
	}
	q.is(fmt.Sprintf("process %d", pid), "uids %s, gids %s, effective capabilities %s", strings.Join(uids, " "), strings.Join(gids, " "), status(pid, "CapEff"))
	if has, known := q.capable(unix.CAP_SYS_PTRACE, q.own("user")); known && !has {
		q.is("CAP_SYS_PTRACE", "the task lacks it in %s", q.own("user"))
	} else if known {
		q.is("CAP_SYS_PTRACE", "the task has it in %s, and what descends from that", q.own("user"))
	}
}
