package builtins

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"go.starlark.net/starlark"
)

// peers are what the tools of everyday life do, and the same in words. Each has
// a program tell what the kernel shows it of itself; both must see the same.
var peers = []struct {
	name string
	argv []string // "…" at the end is the shell command below
	look string   // a command of sh, the same for both
	src  string   // ends with the program's run; look is the command
}{
	{"unshare -r", []string{"unshare", "-U", "-r", "…"},
		"cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups; id -u; grep Cap /proc/self/status", `
unshare(CLONE_NEWUSER)
map_root()
sh(look)`},
	{"unshare -c", []string{"unshare", "-U", "-c", "…"},
		"cat /proc/self/uid_map /proc/self/gid_map; id -u; id -g; grep CapEff /proc/self/status", `
me = getuid(), getgid()
unshare(CLONE_NEWUSER)
map_ids([(me[0], me[0], 1)], [(me[1], me[1], 1)])
sh(look)`},
	{"unshare --boottime", []string{"unshare", "-U", "-r", "-T", "--boottime", "86400", "--monotonic", "7", "-f", "…"},
		"cat /proc/self/timens_offsets; awk '{ print ($1 > 86400) }' /proc/uptime", `
unshare(CLONE_NEWUSER | CLONE_NEWTIME)
map_root()
timens_offsets(boottime=86400, monotonic=7)
sh(look)`},
	{"unshare --mount-proc", []string{"unshare", "-U", "-r", "-m", "-p", "-f", "--mount-proc", "…"},
		"grep NSpid /proc/1/status; sed 's/^[0-9]* [0-9]* [0-9:]* //; s/master:[0-9]*//' /proc/self/mountinfo | grep ' /proc ' | tail -n 1", `
unshare(CLONE_NEWUSER | CLONE_NEWNS)
map_root()
mount(None, "/", mountflags=MS_REC | MS_PRIVATE)
t = clone(CLONE_NEWPID)
mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, task=t)
t.sh(look)`},
	{"unshare --propagation", []string{"unshare", "-U", "-r", "-m", "--propagation", "slave", "…"},
		"cut -d' ' -f5,7- /proc/self/mountinfo | sed 's/master:[0-9]*/master/; s/shared:[0-9]*/shared/'", `
unshare(CLONE_NEWUSER | CLONE_NEWNS)
map_root()
mount(None, "/", mountflags=MS_REC | MS_SLAVE)
sh(look)`},
	{"unshare --root --wd", []string{"unshare", "-U", "-r", "--root", "/usr", "--wd", "/lib", "…"},
		"pwd; ls /", `
unshare(CLONE_NEWUSER)
map_root()
chroot("/usr")
chdir("/lib")
sh(look)`},
	{"setpriv", []string{"unshare", "-U", "-r", "setpriv", "--no-new-privs", "--bounding-set=-all,+net_raw,+setpcap,+chown",
		"--inh-caps=-all,+net_raw", "--ambient-caps=-all,+net_raw", "--securebits=+noroot", "…"},
		"grep -e Cap -e NoNew /proc/self/status", `
unshare(CLONE_NEWUSER)
map_root()
prctl(PR_SET_NO_NEW_PRIVS, 1)
cap_drop_bound(capget().bounding - set([CAP_NET_RAW, CAP_SETPCAP, CAP_CHOWN]))
capset(inheritable=[CAP_NET_RAW])
cap_set_ambient([CAP_NET_RAW])
prctl(PR_SET_SECUREBITS, SECBIT_NOROOT)
sh(look)`},
	{"prlimit", []string{"prlimit", "--nofile=32:64", "--core=0", "…"},
		"grep -e 'open files' -e core /proc/self/limits", `
setrlimit(RLIMIT_NOFILE, 32, 64)
setrlimit(RLIMIT_CORE, 0, 0)
sh(look)`},
	{"nice, taskset, choom, setarch", []string{"nice", "-n", "7", "taskset", "-c", "0", "choom", "-n", "500", "--", "setarch", "-R", "…"},
		"nice; grep Cpus_allowed_list /proc/self/status; cat /proc/self/oom_score_adj /proc/self/personality", `
setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + 7)
sched_setaffinity(0, [0])
oom_score_adj(500)
personality(ADDR_NO_RANDOMIZE)
sh(look)`},
	{"bwrap", []string{"bwrap", "--unshare-all", "--unshare-user", "--uid", "0", "--gid", "0", "--hostname", "inner", "--new-session",
		"--ro-bind", "/", "/", "--tmpfs", "/tmp", "--proc", "/proc", "--chdir", "/", "…"},
		"id -u; id -g; uname -n; grep -c : /proc/net/dev; grep -e NoNew /proc/self/status; ls -A /tmp; " +
			`awk '$5 == "/" || $5 == "/tmp" || $5 == "/proc" { split($6, o, ","); print $5, o[1] }' /proc/self/mountinfo`, `
unshare(CLONE_NEWALL & ~CLONE_NEWTIME)
map_root()
sethostname("inner")
mount(None, "/", mountflags=MS_REC | MS_SLAVE)
mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, attr_set=MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID)
mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755")
t = clone()
mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, task=t)
prctl(PR_SET_NO_NEW_PRIVS, 1, task=t)
t.sh(look, session=True, cwd="/")`},
}

// TestPeers compares what programs are told that unshare(1), setpriv(1),
// bwrap(1) and others start with what they are told that we start.
func TestPeers(t *testing.T) {
	t.Parallel()
	for _, p := range peers {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			for _, name := range strings.FieldsFunc(p.name, func(r rune) bool { return r == ',' || r == ' ' }) {
				if name[0] != '-' {
					if _, err := exec.LookPath(name); err != nil {
						t.Skip(err)
					}
				}
			}
			argv := append(p.argv[:len(p.argv)-1:len(p.argv)-1], "sh", "-c", p.look)
			theirs := exec.Command(argv[0], argv[1:]...)
			theirs.Env = os.Environ()
			var stdout, stderr bytes.Buffer
			theirs.Stdout, theirs.Stderr = &stdout, &stderr
			if err := theirs.Run(); err != nil {
				t.Skipf("%s: %v: %s", argv[0], err, &stderr)
			}
			h := NewHost(Options{Env: os.Environ(), Stdout: &bytes.Buffer{}, Stderr: &bytes.Buffer{}})
			defer h.Close()
			out := starlark.NewList(nil)
			src := strings.Replace(p.src, "sh(look", "sh(look, capture=True", 1)
			last := strings.LastIndex(src, "\n") + 1
			src = src[:last] + "out.append(" + src[last:] + ".stdout)"
			if err := h.script(t.Context(), src, starlark.StringDict{"look": starlark.String(p.look), "out": out}); err != nil {
				t.Fatal(err)
			}
			ours, _ := starlark.AsString(out.Index(0))
			space := regexp.MustCompile(`[ \t]+`)
			if got, want := space.ReplaceAllString(ours, " "), space.ReplaceAllString(stdout.String(), " "); got != want {
				t.Errorf("here a program sees\n%s\nbelow %s\n%s", got, argv[0], want)
			}
		})
	}
}
