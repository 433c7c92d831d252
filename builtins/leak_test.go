package builtins

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.starlark.net/starlark"
)

// opening are uses of all words that open something, that succeed and that fail,
// after the lines of prepare. A # before one says that it takes its time.
const opening = `
open("/dev/null").close()
open("/dev/null")
open("/nowhere")
openat2(tmp, "file")
openat2(tmp, "file", mode=0o7777)
openat2(tmp, "../../proc", resolve=RESOLVE_BENEATH)
pipe()
socketpair(AF_UNIX, SOCK_STREAM)
socketpair(AF_UNIX, 77)
memfd_create("x")
pidfd_open(self())
pidfd_open(child)
pidfd_open(0x7fffffff)
pidfd_open(child, 77)
pidfd_getfd(child, 1)
pidfd_getfd(child, 1000)
pidfd_getfd(memfd_create("x"), 0)
kill(pidfd_open(child), 0)
wait(pidfd_open(child), timeout=0)
ns_of()
ns_of(child)
ns_of(program)
ns_of(pidfd_open(child))
ns_of(0x7fffffff)
namespace("/proc/self/ns/net")
namespace("/proc/self/status")
namespace(open("/dev/null"))
namespace(open("/proc/self/ns/net"))
namespace(child.ns.uts.ino)
namespace(1)
namespace("/run/netns/one")
namespace(ns_of().uts.handle())
namespace("nsfs1:00000000:uts:1:00")
ns_of().user.parent
ns_of().uts.userns
ns_of().net.userns.close()
ns_of().pid.pid_in(child)
ns_of().uts.pid_in(child)
ns_of().pid.pid_in(0x7fffffff)
ns_of().pid.pid_from(1)
ns_of().mnt.next()
socket_ns(sockets[0])
socket_ns(tmp)
enter(child)
enter(program, 0)
enter(child, 0, root=True, cwd=True)
enter(child, 0, root="/nowhere")
enter(child, 0, cwd="/nowhere")
enter(child, 0, wdns="/nowhere")
enter(child, 0, cgroup=True)
enter(child, 0, label=True)
enter(child, CLONE_NEWUTS, ids=(7, 7))
enter(0x7fffffff)
enter(tmp)
setns(ns_of(child).uts)
setns(child, CLONE_NEWUTS)
setns("/proc/self/status")
setns(tmp)
caps_in(ns_of().uts)
caps_in(ns_of(child).user)
environ_of(program)
environ_of(0x7fffffff)
max_namespaces()
max_namespaces(uts=1000)
oom_score_adj()
oom_score_adj(1000, task=child)
oom_score_adj(-1000)
landlock_create_ruleset(LANDLOCK_ACCESS_FS_WRITE_FILE)
landlock_create_ruleset(1 << 60)
landlock_add_rule(landlock_create_ruleset(LANDLOCK_ACCESS_FS_WRITE_FILE), LANDLOCK_RULE_PATH_BENEATH, LANDLOCK_ACCESS_FS_WRITE_FILE, "/dev")
landlock_add_rule(landlock_create_ruleset(LANDLOCK_ACCESS_FS_WRITE_FILE), LANDLOCK_RULE_PATH_BENEATH, LANDLOCK_ACCESS_FS_READ_FILE, "/dev")
landlock({"/nowhere": LANDLOCK_ACCESS_FS_WRITE_FILE})
landlock({"/tmp": LANDLOCK_ACCESS_FS_WRITE_FILE, "/nowhere": LANDLOCK_ACCESS_FS_WRITE_FILE})
fsopen("tmpfs")
fsopen("nofs")
fsmount(fsopen("tmpfs"))
open_tree(AT_FDCWD, "/tmp", OPEN_TREE_CLONE)
open_tree(AT_FDCWD, "/nowhere")
move_mount(open_tree(AT_FDCWD, "/tmp", OPEN_TREE_CLONE), "", AT_FDCWD, "/nowhere")
mount_setattr(AT_FDCWD, "/tmp", userns=ns_of().user)
pin(ns_of().uts, "/nowhere/x")
pin(ns_of().uts, "/tmp")
unpin("/nowhere/x")
unpin("/tmp")
(pin(ns_of().uts, "/tmp/pin"), unpin("/tmp/pin"))
netns.add("one")
netns.add("a/b")
netns.get("one")
netns.get("none")
netns.get("empty")
netns.list()
netns.identify()
netns.identify(child)
netns.identify(0x7fffffff)
netns.pids("one")
netns.attach("one", child)
netns.attach("one", 0x7fffffff)
netns.delete("none")
mounts()
explain(catch(sethostname, "x", task=stranger).error)
setns(ns_of(stranger).user, CLONE_NEWUTS)
mount("proc", "/proc", "proc", task=stranger)
umount2("/proc", task=stranger)
listdir("/tmp")
glob("/tmp/*")
run("/nowhere")
wait(0x7fffffff)
seccomp_filter({SECCOMP_RET_TRAP: ["mkdir", "mkdirat"]})
seccomp({SECCOMP_RET_TRAP: ["recvmsg"]})
spawn("true", seccomp={SECCOMP_RET_USER_NOTIF: ["execve"]})
run("true", seccomp={SECCOMP_RET_USER_NOTIF: ["mkdir", "mkdirat"]})
tree()
run("/nowhere", tty="pty")
spawn("/nowhere", tty="pty")
# namespace(4294967295)
# run("true")
# run("true", tty="pty")
# run("true", capture=True)
# run("true", input="x" * 100000)
# run("false")
# run("sleep", "9", timeout=0.001)
# run("sleep", "9", timeout=0.001, tty="pty")
# wait(spawn("true", tty="pty"))
# spawn("sleep", "9", tty="pty").kill(SIGKILL)
# spawn("sleep", "9", tty="pty").tty.close()
# wait(spawn("true", seccomp=asked))
# next_call(spawn("mkdir", "/tmp", stderr=null, seccomp=asked))
# run("true", forward=SIGUSR1)
# run("true", files={5: open("/dev/null"), 7: pipe()[1]})
# clone().close()
# clone(CLONE_NEWNET | CLONE_NEWNS).close()
# clone(CLONE_NEWPID | CLONE_NEWUSER).close()
# wait(clone(0, len, []))
# closing(CLONE_NEWUSER, map_root)
# closing(0, landlock, {"/dev": LANDLOCK_ACCESS_FS_READ_FILE})
# closing(0, seccomp, asked, SECCOMP_FILTER_FLAG_NEW_LISTENER)
# closing(0, enter, program, cgroup=True)
# closing(CLONE_NEWUSER, enter, program)
# closing(CLONE_NEWUSER, setns, ns_of(child).uts)
# (netns.add("two"), netns.delete("two"))
# netns.exec("one", "true")
# netns.exec("one", "/nowhere")
# netns.exec("none", "true")
# netns.exec("one", "true", env=7)
`

const prepareOpening = `
unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWNET | CLONE_NEWIPC)
map_root()
mount("tmpfs", "/tmp", "tmpfs")
mount("tmpfs", "/run", "tmpfs")
write_file("/tmp/file", "")
netns.add("one")
write_file("/run/netns/empty", "")
tmp = open("/tmp", O_PATH)
sockets = socketpair(AF_UNIX, SOCK_STREAM)
child = clone(CLONE_NEWUTS)
stranger = clone(CLONE_NEWUSER)
program = spawn("sleep", "600")
shell = self().pid
null = open("/dev/null", O_WRONLY)
asked = seccomp_filter({SECCOMP_RET_USER_NOTIF: ["mkdir", "mkdirat"]})
def next_call(t):
    call = t.listener.recv()
    call.string(int(call.name == "mkdirat"))
    call.error(EPERM)
    wait(t)
def closing(flags, fn, *args, **kwargs):
    t = clone(flags)
    r = catch(fn, task=t, *args, **kwargs)
    t.close()
    return r
def many(n, fn):
    for _ in range(n):
        catch(fn)
`

// held is how much the host and its first task hold.
type held struct{ host, shell, goroutines, children int }

func holds(shell int) (h held) {
	count := func(path string) int {
		all, _ := os.ReadDir(path)
		return len(all)
	}
	h.host, h.shell = count("/proc/self/fd"), count(fmt.Sprintf("/proc/%d/fd", shell))
	h.goroutines = runtime.NumGoroutine()
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", shell, shell))
	h.children = len(strings.Fields(string(text)))
	return h
}

// more tells whether after is more than before by what repeating leaves.
func (h held) more(before held, slack int) bool {
	return h.host > before.host+slack || h.shell > before.shell+slack || h.goroutines > before.goroutines+slack || h.children > before.children+slack
}

// TestNothingStaysOpen repeats all that opens something: no descriptor,
// goroutine or process may be left of it once nothing refers to it.
func TestNothingStaysOpen(t *testing.T) {
	h, out := session(t)
	ctx := t.Context()
	env := starlark.StringDict{}
	err := h.Run(ctx, "test", func(thread *starlark.Thread) (err error) {
		env, err = starlark.ExecFileOptions(dialect, thread, "test.star", prepareOpening, h.Predeclared())
		return err
	})
	if err != nil {
		t.Skipf("this machine does not let us make namespaces: %v", err)
	}
	pid, _ := starlark.AsInt32(env["shell"])
	for _, line := range strings.Split(strings.TrimSpace(opening), "\n") {
		times, slack := 200, 10
		code, slow := strings.CutPrefix(line, "# ")
		if slow {
			times = 25
		}
		run := func(n int) {
			t.Helper()
			if err := h.script(ctx, fmt.Sprintf("many(%d, lambda: %s)", n, code), env); err != nil {
				t.Errorf("%s: %v", code, err)
			}
		}
		run(2)
		if testing.Verbose() {
			_ = h.script(ctx, fmt.Sprintf("r = catch(lambda: %s)\nprint(r.value if r.ok else r.error)", code), env)
			t.Logf("%s: %s", code, strings.TrimSpace(out.String()))
		}
		out.Reset()
		before := settled(pid, held{}, 0)
		run(times)
		if after := settled(pid, before, slack); after.more(before, slack) {
			t.Errorf("%d times %s: %+v before, %+v after", times, code, before, after)
		}
	}
}

// settled is what is held when the garbage is collected, and what ends has ended:
// it waits as long as there is less from time to time, for some files take long to close.
func settled(shell int, before held, slack int) (h held) {
	for idle, last := 0, (held{}); idle < 40; idle++ {
		runtime.GC()
		if h = holds(shell); before != (held{}) && !h.more(before, slack) {
			return h
		}
		if last.more(h, 0) {
			idle = 0
		}
		last = h
		time.Sleep(5 * time.Millisecond)
		if before == (held{}) {
			runtime.GC()
			time.Sleep(5 * time.Millisecond)
			return holds(shell)
		}
	}
	return h
}
