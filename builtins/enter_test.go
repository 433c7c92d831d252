package builtins

import (
	"os"
	"testing"

	"go.starlark.net/starlark"
)

// TestEnterCgroup moves a task into the cgroup of another, in each hierarchy
// where that is another.
func TestEnterCgroup(t *testing.T) {
	inCgroup(t, `
cg = cgroup(name)
t = clone(cgroup=cg)
p = t.spawn("sleep", "60")
c = clone()
def where(t):
    return run("cat", "/proc/self/cgroup", capture=True, task=t).stdout
print(where(c) == where(t))
enter(p, cgroup=True, task=c)
print(where(c) == where(t), c.pid in cg.procs())
enter(p, 0, cgroup=True, task=c)
u = clone(CLONE_NEWNS)
if catch(syscall, "ioctl", pidfd_open(getpid()), 0xff01, 0).ok: # else namespaces are found by /proc alone
    chroot("/proc", task=u)
enter(p, 0, cgroup=True, task=u)
print(u.pid in cg.procs())
cg.kill()
wait(p)
`, "False\nTrue True\nTrue\n")
}

// TestEnterGroups drops or takes over groups though the user namespace denies
// setgroups(2): whoever may do it outside does it before.
func TestEnterGroups(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("to have groups, and give them up, takes root")
	}
	h, _ := session(t)
	skipOr(t, h.script(t.Context(), `
t = clone(CLONE_NEWUSER)
setgroups("deny", task=t)
uid_map([(0, 0, 10)], task=t)
gid_map([(0, 0, 10)], task=t)
setgroups([5, 7])
other = t.spawn("sleep", "60")
for args, want in [
    (dict(), (0, 0, [5, 7])), (dict(ids=(0, 0)), (0, 0, [])), (dict(ids=(3, 4)), (3, 4, [])), (dict(ids=True), (0, 0, [])),
    (dict(groups=[6]), (0, 0, [6])), (dict(groups=[7, 5]), (0, 0, [5, 7])), (dict(ids=(1, 2), groups=[3]), (1, 2, [3])),
]:
    c = clone()
    enter(other, task=c, **args)
    status = run("cat", "/proc/self/status", capture=True, task=c).stdout
    field = lambda name: [int(n) for line in status.splitlines() if line.startswith(name + ":") for n in line.split()[1:]]
    got = (field("Uid")[0], field("Gid")[0], sorted(field("Groups")))
    if got != want:
        fail(args, "made it", got, "and not", want)
c = clone(CLONE_NEWUSER)
map_root(task=c)
r = catch(enter, 1, 0, ids=(5, 5), task=c)
if r.ok or "5 is not mapped" not in str(r.error):
    fail(r)
`, nil))
}

// TestEnterLeavesNothingOpen counts the descriptors of the host, and finds the
// next one of the task, after what succeeds and what fails half-way. It is not
// parallel: it counts those of the process.
func TestEnterLeavesNothingOpen(t *testing.T) {
	count := starlark.NewBuiltin("count", func(*starlark.Thread, *starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error) {
		dir, err := os.ReadDir("/proc/self/fd")
		return starlark.MakeInt(len(dir)), err
	})
	before, _ := os.Readlink("/proc/self/fd/0")
	defer func() {
		if after, _ := os.Readlink("/proc/self/fd/0"); after != before {
			t.Errorf("descriptor 0 of the host is %s, and was %s", after, before)
		}
	}()
	err := inOwnRoot(t, t.Context(), `
t = clone(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWUTS)
map_root(task=t)
p = t.spawn("sleep", "60")
def next(c):
    n = syscall("dup", 1, task=c)
    syscall("close", n, task=c)
    return n

def around():
    c = clone()
    first = next(c)
    for args in [
        dict(root="/none"), dict(cwd="/none"), dict(label=True), dict(ids=(9, 9)), dict(flags=CLONE_NEWALL),
        dict(flags=0, root=True, wdns="/none"), dict(root=True, cwd=True, ids=True), dict(root=True, wdns="/none"),
    ]:
        catch(enter, p, task=c, **args)
        catch(enter, 4000000, task=c, **args)
    if ns_of(c) != ns_of(t):
        fail("it did not get in")
    if next(c) != first:
        fail("the task has descriptors open:", first, next(c))
    c.close()

for bad in [open("/dev/null"), "1", -1, None]:
    if catch(enter, bad).ok:
        fail(bad)
around()
before = count()
for _ in range(20):
    around()
if count() > before + 5: # ends are noticed a moment later
    fail("the host has descriptors open:", before, count())
`, starlark.StringDict{"count": count})
	if err != nil {
		t.Fatal(err)
	}
}
