package builtins

import (
	"os"
	"testing"
)

// TestRangesOfIDs maps many ids, and has programs be some of them, as
// /proc/PID of those tells: what takes privileges over the parent's ids.
func TestRangesOfIDs(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("to map ids that are not one's own takes root, or newuidmap and ranges in /etc/subuid")
	}
	h, _ := session(t)
	skipOr(t, h.script(t.Context(), `
t = clone(CLONE_NEWUSER)
map_ids([(0, 100000, 1000), (1000, 0, 1), (2000, 200000, 10)], [(0, 300000, 50), (50, 0, 1)], task=t)
def extents(file):
    words = t.run("cat", "/proc/self/" + file, capture=True).stdout.split()
    return [tuple([int(n) for n in words[i:i+3]]) for i in range(0, len(words), 3)]
if extents("uid_map") != uid_map(task=t) or extents("uid_map") != [(0, 100000, 1000), (1000, 0, 1), (2000, 200000, 10)]:
    fail(extents("uid_map"))
if extents("gid_map") != [(0, 300000, 50), (50, 0, 1)]:
    fail(extents("gid_map"))
if (getuid(task=t), getgid(task=t)) != (1000, 50):
    fail(getuid(task=t), getgid(task=t))
setgroups([7, 8], task=t)
setresgid(5, 6, 7, task=t)
setresuid(2001, 2002, 2003, task=t)
def field(name, **kw):
    text = run("cat", "/proc/self/status", capture=True, **kw).stdout
    return [line.split()[1:] for line in text.splitlines() if line.startswith(name + ":")][0]
# Execution makes the saved ids the effective ones.
if (field("Uid", task=t), field("Gid", task=t), field("Groups", task=t)) != (["2001", "2002", "2002", "2002"], ["5", "6", "6", "6"], ["7", "8"]):
    fail(field("Uid", task=t), field("Gid", task=t), field("Groups", task=t))
outside = [line.split()[1:] for line in read_file("/proc/%d/status" % t.pid).splitlines() if line.startswith("Uid:")][0]
if outside != ["200001", "200002", "200003", "200002"]:
    fail(outside)
e = catch(setuid, 5000, task=t).error
if e.errno != "EINVAL" or "is not mapped" not in e.hint:
    fail(e)
`, nil))
}

// TestMapRootOfUndumpable maps the ids of tasks whose files in /proc are root's,
// as of whoever has changed ids, and of the children of such.
func TestMapRootOfUndumpable(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("to be somebody else takes root")
	}
	h, _ := session(t)
	skipOr(t, h.script(t.Context(), `
t = clone()
setgroups([], task=t)
setresgid(4322, 4322, 4322, task=t)
setresuid(4321, 4321, 4321, task=t)
child = clone(CLONE_NEWUSER, task=t)
unshare(CLONE_NEWUSER, task=t)
for inner in (child, t):
    map_root(task=inner)
    if (uid_map(task=inner), gid_map(task=inner)) != ([(0, 4321, 1)], [(0, 4322, 1)]):
        fail(uid_map(task=inner), gid_map(task=inner))
`, nil))
}

// TestOwnerOfUserNamespace is the user that the task was when it made it.
func TestOwnerOfUserNamespace(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("to be somebody else takes root")
	}
	h, _ := session(t)
	skipOr(t, h.script(t.Context(), `
t = clone()
setgroups([], task=t)
setresgid(4322, 4322, 4322, task=t)
setresuid(4321, 4321, 4321, task=t)
unshare(CLONE_NEWUSER, task=t)
if t.ns.user.owner_uid != 4321:
    fail(t.ns.user.owner_uid)
map_ids([(0, 4321, 1)], [(0, 4322, 1)], task=t)
if t.run("id", "-u", capture=True).stdout != "0\n":
    fail(t.run("id", capture=True).stdout)
other = clone()
setgroups([], task=other)
setresuid(4323, 4323, 4323, task=other)
e = catch(setns, t.ns.user, task=other).error
if e.errno != "EPERM" or "CAP_SYS_ADMIN" not in e.hint:
    fail(e)
for word, args in [(setpriority, (PRIO_PROCESS, t.pid, 5)), (sched_setaffinity, (t.pid, [0]))]:
    e = catch(word, task=other, *args).error
    if e.errno != "EPERM" or "uids 4321 and 4321, and the task has 4323" not in e.hint:
        fail(e, e.hint)
`, nil))
}
