package builtins

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"
)

// inOwnRoot runs src as root of namespaces of its own.
func inOwnRoot(t *testing.T, ctx context.Context, src string, extra starlark.StringDict) error {
	t.Helper()
	h, _ := session(t)
	if err := h.script(ctx, "unshare(CLONE_NEWUSER | CLONE_NEWNS)\nmap_root()\n", nil); err != nil {
		t.Skipf("this machine does not let us make user namespaces: %v", err)
	}
	return h.script(ctx, src, extra)
}

// TestSwappedRoot has a hostile target exchange a directory for a link that
// leads out of its root, again and again, while a task enters the directory. One
// that walks the path by hand ends outside.
func TestSwappedRoot(t *testing.T) {
	t.Parallel()
	err := inOwnRoot(t, t.Context(), `
mount("tmpfs", "/mnt", "tmpfs")
for name in ["/mnt/outside/sub/OUT", "/mnt/root/dir/sub/in"]:
    mkdir(name, parents=True)
symlink("../outside", "/mnt/root/relative")
symlink("/mnt/outside", "/mnt/root/absolute")
t = clone(CLONE_NEWNS)
chroot("/mnt/root", task=t)
RENAME_EXCHANGE = 2
over = []

def swap():
    for _ in range(1000000):
        if over:
            return
        for link in ["relative", "absolute"]:
            for _ in range(2):
                syscall("renameat2", AT_FDCWD, "/dir", AT_FDCWD, "/" + link, RENAME_EXCHANGE)

swapper = clone(0, swap, task=t)

def root_of(path):
    c = clone()
    r = catch(enter, t, root=path, task=c)
    names = listdir("/", task=c) if r.ok else r.error.errno
    if r.ok and getcwd(task=c) != "/":
        fail("the working directory is", getcwd(task=c))
    c.close()
    return names

def ends_outside(path):
    for _ in range(20000):
        r = catch(listdir, path)
        if r.ok and r.value == ["OUT"]:
            return True
    return False

if not ends_outside("/mnt/root/dir/sub"):
    fail("the attack does not work even where nothing is done against it")

seen = set()
for _ in range(300):
    got = root_of("/dir/sub")
    if got == ["OUT"] or type(got) == "list" and got != ["in"]:
        fail("a task ended outside:", got)
    seen.add(str(got))
    for path in ["/dir/../../..", "dir/sub/../../../../mnt/outside"]:
        got = root_of(path)
        if type(got) == "list" and ("outside" in got or "OUT" in got or "mnt" in got):
            fail("a task ended outside:", path, got)
over.append(True)
swapper.wait()
if str(["in"]) not in seen:
    fail("it never got in:", seen)
`, nil)
	if err != nil {
		t.Fatal(err)
	}
}

// TestStoppedByStrangers stops a task that has joined, as whoever is root there
// can: a word that waits for it can be interrupted, at the price of the task.
func TestStoppedByStrangers(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	start := time.Now()
	err := inOwnRoot(t, ctx, `
t = clone(CLONE_NEWUSER)
map_root(task=t)
joined = clone()
enter(t, task=joined)
kill(joined.nspid, SIGSTOP, task=t)
gethostname(task=joined)
`, nil)
	if err == nil || !strings.Contains(err.Error(), "gethostname: ") {
		t.Errorf("a word of a stopped task: %v", err)
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("that took %v", took)
	}
}

// TestNoPidLeft has the root of a PID namespace use up its numbers, before a
// task that has joined it makes a process there.
func TestNoPidLeft(t *testing.T) {
	t.Parallel()
	needOwnPidMax(t)
	err := inOwnRoot(t, t.Context(), `
t = clone(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS)
map_root(task=t)
r = catch(mount, "proc", "/proc", "proc", task=t)
if not r.ok:
    fail("skip: " + str(r.error))
joined = clone()
enter(t, task=joined)
joined.run("true") # there is room yet
for file, text in [("pid_max", "301"), ("ns_last_pid", "300")]:
    r = catch(write_file, "/proc/sys/kernel/" + file, text, task=t)
    if not r.ok:
        fail("skip: " + str(r.error))
full = None
for _ in range(8):
    r = catch(joined.spawn, "sleep", "60")
    if not r.ok:
        full = r.error
        break
if full == None or full.errno != "EAGAIN":
    fail("with no pid left:", full)
if "kernel.pid_max" not in full.hint:
    fail("the hint is", full.hint)
gethostname(task=joined)
`, nil)
	skipOr(t, err)
}

// TestTargetDiesBetween has the target end when all of it has been gathered.
func TestTargetDiesBetween(t *testing.T) {
	t.Parallel()
	word := newBuiltin(Builtin{Sig: strings.Replace(Lookup("enter").Sig, "enter(", "late(", 1), Func: func(c *Call) (starlark.Value, error) {
		e := &entry{c: c, pidfd: -1}
		defer e.close()
		if err := e.args(); err != nil {
			return nil, err
		}
		if err := e.gather(); err != nil {
			return nil, err
		}
		victim := e.target.(*TaskValue).Task
		if err := c.Block(victim.Close); err != nil {
			return nil, err
		}
		return nil, e.run(e.steps())
	}})
	err := inOwnRoot(t, t.Context(), `
t = clone(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID)
map_root(task=t)
before = ns_of()
late(t, root=True, cwd=True, ids=True)
`, starlark.StringDict{"late": word.value()})
	if !errors.Is(err, unix.ESRCH) {
		t.Errorf("of a target that has ended: %v", err)
	}
}

// TestLikeNsenter compares what a program sees that nsenter(1) runs with one
// that a task runs after enter.
func TestLikeNsenter(t *testing.T) {
	t.Parallel()
	nsenter, err := exec.LookPath("nsenter")
	if err != nil {
		t.Skip("there is no nsenter(1) here")
	}
	const look = "for n in cgroup ipc mnt net pid time user uts; do readlink /proc/self/ns/$n; done; readlink /proc/self/root; pwd; ls /; grep -E '^(Uid|Gid|CapEff|CapPrm):' /proc/self/status"
	peer := starlark.NewBuiltin("nsenter", func(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
		out, err := exec.Command(nsenter, "-t", args[0].String(), "-U", "-m", "-u", "-i", "-n", "-p", "-r", "-w", "-S", "0", "-G", "0", "sh", "-c", look).CombinedOutput()
		if err != nil && os.Geteuid() != 0 { // it calls setgroups(2), which is denied there
			out, err = exec.Command(nsenter, "-t", args[0].String(), "-U", "-m", "-u", "-i", "-n", "-p", "-r", "-w", "--preserve-credentials", "sh", "-c", look).CombinedOutput()
		}
		if err != nil {
			return starlark.String("nsenter: " + err.Error() + ": " + string(out)), nil
		}
		return starlark.String(out), nil
	})
	h, _ := session(t)
	skipOr(t, h.script(t.Context(), `
t = clone(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWPID)
map_root(task=t)
mount("proc", "/proc", "proc", task=t)
p = t.spawn("sleep", "60", cwd="/usr")
c = clone()
enter(p, root=True, cwd=True, ids=(0, 0), task=c)
ours = run("sh", "-c", look, capture=True, task=c).stdout
theirs = nsenter(p.pid)
if ours != theirs:
    fail("enter:\n%s\nnsenter:\n%s" % (ours, theirs))
`, starlark.StringDict{"nsenter": peer, "look": starlark.String(look)}))
}
