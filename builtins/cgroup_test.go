package builtins

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"
)

// needCgroups skips a test, with the reason, where a session may make no cgroups. Otherwise it returns a name that
// no other test has.
func needCgroups(t *testing.T) (name starlark.StringDict) {
	t.Helper()
	name = starlark.StringDict{"name": starlark.String(fmt.Sprintf("nstar-test-%d-%s", os.Getpid(), strings.ToLower(t.Name())))}
	h, _ := session(t)
	if err := h.script(t.Context(), `cgroup(name + "-try").delete()`, name); err != nil {
		t.Skipf("we may make no cgroups here: %v", err)
	}
	return name
}

// inCgroup runs a script and compares what it prints.
func inCgroup(t *testing.T, src, want string) {
	t.Parallel()
	env := needCgroups(t)
	h, out := session(t)
	if err := h.script(t.Context(), src, env); err != nil {
		t.Fatal(err)
	}
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out, want)
	}
}

// TestCgroupProgram has programs start in a cgroup, in all of its hierarchies.
func TestCgroupProgram(t *testing.T) {
	inCgroup(t, `
cg = cgroup(name)
cg["pids.max"] = 20
def seen(**kw):
    return sh("grep -c '/" + name + "$' /proc/self/cgroup", capture=True, **kw).stdout.strip()
def fds(**kw):
    return sh("ls /proc/$$/fd; true", capture=True, **kw).stdout.split()
print(seen(cgroup=cg) == seen(task=clone(cgroup=cg)), seen(cgroup=cg, timeout=10) == seen(cgroup=cg))
print(seen(cgroup=open(cg.path, O_PATH | O_DIRECTORY)))
print(fds(cgroup=cg), fds(cgroup=cg, session=True, timeout=10))
p = spawn("sleep", "60", cgroup=cg)
print(p.pid in cg.procs(), catch(run, "sleep", "60", cgroup=cg, timeout=0.05).error.errno, p.alive)
cg.delete()
print(wait(p), catch(run, "true", cgroup=cg).error.errno == "")
`, "True True\n1\n[\"0\", \"1\", \"2\"] [\"0\", \"1\", \"2\"]\nTrue ETIMEDOUT True\nkilled by SIGKILL True\n")
}

// TestCgroupMembers compares with what programs inside say.
func TestCgroupMembers(t *testing.T) {
	inCgroup(t, `
cg = cgroup(name)
print(cg.name == name, bool(cg), cg.procs())
t = clone(cgroup=cg)
print(cg.procs() == [t.pid])
print(("/" + name + "\n") in run("cat", "/proc/self/cgroup", capture=True, task=t).stdout)
p = spawn("sleep", "60")
cg.join(task=p)
u = clone()
cg.join(task=u)
print(sorted(cg.procs()) == sorted([t.pid, p.pid, u.pid]), cg.events()["populated"])
inner = cgroup("inner", parent=cg)
v = clone(cgroup=open(inner.path, O_PATH | O_DIRECTORY))
print(inner.procs() == [v.pid])
cg.kill()
print(wait(p), wait(t), cg.events()["populated"], inner.procs())
print(catch(cg.join, task=t).error.message == "cgroup.join: task %d was killed by SIGKILL" % t.pid)
cg.delete()
cg.delete()
print(cg == cg, bool(cg), catch(cg.procs).error.message == "cgroup.procs: the cgroup \"" + name + "\" has been deleted")
inner.delete()
`, "True True []\nTrue\nTrue\nTrue 1\nTrue\nkilled by SIGKILL killed by SIGKILL 0 []\nTrue\nTrue False True\n")
}

// TestCgroupEvacuate moves all from one cgroup into another, as has to be done
// before the first can give controllers to its children, and makes that the
// root of what a program sees.
func TestCgroupEvacuate(t *testing.T) {
	inCgroup(t, `
cg = cgroup(name)
programs = [spawn("sleep", "60", cgroup=cg) for _ in range(3)]
leaf = cgroup("leaf", parent=cg)
for pid in cg.procs():
    leaf.write("cgroup.procs", pid)
print(cg.procs(), sorted(leaf.procs()) == sorted([p.pid for p in programs]))
print(all(["/" + name + "/leaf\n" in read_file("/proc/%d/cgroup" % p.pid) for p in programs]))
t = clone(cgroup=leaf)
unshare(CLONE_NEWCGROUP, task=t)
print("leaf" in t.run("cat", "/proc/self/cgroup", capture=True).stdout)
leaf.kill()
print(wait(programs[0]), leaf.procs())
`, "[] True\nTrue\nFalse\nkilled by SIGKILL []\n")
}

func TestCgroupFreeze(t *testing.T) {
	inCgroup(t, `
cg = cgroup(name)
t = clone(cgroup=cg)
cg.freeze()
print(cg["cgroup.freeze"], cg.events()["frozen"])
cg.thaw()
print(cg.events()["frozen"], getpid(task=t) == t.nspid)
for f in cg.freeze, cg.kill, cg.delete:
    print(catch(f, task=t).error.message.endswith(" is in it; let another do it, with task="))
`, "1 1\n0 True\nTrue\nTrue\nTrue\n")
}

// TestCgroupLimits needs a controller of either version.
func TestCgroupLimits(t *testing.T) {
	t.Parallel()
	env := needCgroups(t)
	for _, tt := range []struct{ file, src, want string }{
		{"pids.max", `
t = clone(cgroup=cg)
cg["pids.max"] = 2
print(cg["pids.max"], cg.read("pids.current"))
print(run("true", task=t), catch(run, "sh", "-c", "exec 2>&-; true & true & true", task=t).ok)
cg["pids.max"] = "max"
print(cg["pids.max"], run("true", task=clone(cgroup=cg)))
`, "2 1\nexit status 0 False\nmax exit status 0\n"},
		{"memory.max", `
cg["memory.max"] = "64M"
print(cg["memory.max"])
t = clone(cgroup=cg)
print(int(cg["memory.current"]) < 64 << 20)
e = catch(cg.write, "memory.max", "64Q").error
print(e.errno, "memory." in e.message, '"64Q"' in e.message)
cg["memory.max"] = "max"
print(cg["memory.max"])
`, "67108864\nTrue\nEINVAL True True\nmax\n"},
		{"cpu.max", `
print(cg["cpu.max"])
cg["cpu.max"] = "20000 50000"
print(cg["cpu.max"])
cg["cpu.max"] = "max"
print(cg["cpu.max"])
`, "max 100000\n20000 50000\nmax 50000\n"},
	} {
		t.Run(tt.file, func(t *testing.T) {
			h, out := session(t)
			src := fmt.Sprintf("cg = cgroup(name + %q)\ncg.read(%q)\n", "-"+tt.file, tt.file)
			if err := h.script(t.Context(), src, env); err != nil {
				t.Skipf("no such limit here: %v", err)
			}
			src = fmt.Sprintf("cg = cgroup(name + %q)\n", "-"+tt.file+"2") + tt.src
			if err := h.script(t.Context(), src, env); err != nil {
				t.Fatal(err)
			}
			if out.String() != tt.want {
				t.Errorf("got\n%s\nwant\n%s", out, tt.want)
			}
		})
	}
}

// TestCgroupEnable has folders of our own in the place of cgroups: which controllers a machine gives is not ours to
// change.
func TestCgroupEnable(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for file, text := range map[string]string{"cgroup.controllers": "cpu memory\n", "cgroup.subtree_control": ""} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	h, out := session(t)
	enable := newBuiltin(Builtin{Sig: "enable(controller, *, task=None)", Func: func(c *Call) (starlark.Value, error) {
		var controller string
		if err := c.Args(&controller); err != nil {
			return nil, err
		}
		fd, err := unix.Open(dir, unix.O_PATH|unix.O_CLOEXEC, 0)
		if err != nil {
			return nil, err
		}
		g := &cgroupValue{base: &cgroupDir{parent: NewFile(c.Host, fd, dir)}}
		g = &cgroupValue{parent: g, base: g.base}
		on, err := g.enable(c, controller)
		return starlark.Bool(on), err
	}})
	if err := h.script(t.Context(), `print(enable("io"), enable("memory"))`, starlark.StringDict{"enable": enable.value()}); err != nil {
		t.Fatal(err)
	}
	now, err := os.ReadFile(filepath.Join(dir, "cgroup.subtree_control"))
	if out.String() != "False True\n" || string(now) != "+memory" || err != nil {
		t.Errorf("got %q, %q, %v", out, now, err)
	}
}

// TestCgroupErrors has the files and values that will not do named.
func TestCgroupErrors(t *testing.T) {
	inCgroup(t, `
cg = cgroup(name)
print(catch(cgroup, name).error.errno)
print(catch(cgroup, "x", parent="/" + name + "-missing").error.errno)
print(catch(cg.read, "../cgroup.procs").error)
print(catch(cg.read, "nonsense.max").error.errno)
print(catch(cg.write, "cgroup.procs", 1.5).error)
e = catch(cg.write, "cgroup.max.depth", "deep").error
print(e.errno, e.message.endswith("/" + name + "/cgroup.max.depth>, \"deep\", 4)"))
print(catch(cg.events, "cgroup.type").error)
print(catch(clone, cgroup=5).error)
print(catch(lambda: cg["cgroup.nothing"]).error.errno)
`, `EEXIST
ENOENT
cgroup.read: bad value: file must be the name of a file of a cgroup, but is string "../cgroup.procs"
ENOENT
cgroup.write: bad value: value must be a string or an int, but is float 1.5
EINVAL True
cgroup.events: bad value: file must be one of names and numbers, but is string "cgroup.type"
clone: bad value: cgroup must be a cgroup or a file, but is int 5
ENOENT
`)
}

// TestCgroupDelegate has a user divide the cgroup that was given to it, and no more than that.
func TestCgroupDelegate(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root gives a cgroup to somebody else")
	}
	inCgroup(t, `
cg = cgroup(name)
cg.delegate(1000, 1001)
def owner(file):
    s = stat(cg.path + file)
    return s.st_uid, s.st_gid
print(owner(""), owner("/cgroup.procs"), owner("/cgroup.max.depth"))
u = clone(cgroup=cg)
setgroups([], task=u)
setresgid(1001, 1001, 1001, task=u)
setresuid(1000, 1000, 1000, task=u)
def divide():
    inner = cgroup("inner", parent=cg)
    inner.join()
    print(inner.procs() == [self().pid])
    print(catch(cg.write, "cgroup.max.depth", 5).error.errno)
    print(catch(cg.join, task=clone()).ok, catch(cgroup, "other", parent="/").error.errno)
    return inner
inner = u.call(divide)
print(inner.read("cgroup.procs") != "", inner.read("cgroup.procs") == inner["cgroup.procs"])
`, "(1000, 1001) (1000, 1001) (0, 0)\nTrue\nEACCES\nTrue EACCES\nTrue True\n")
}

// TestCgroupEnd holds that nothing is left: neither folders nor who has escaped from the session.
func TestCgroupEnd(t *testing.T) {
	t.Parallel()
	env := needCgroups(t)
	h := NewHost(Options{})
	var folders []string
	env["note"] = starlark.NewBuiltin("note", func(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
		for _, a := range args {
			folders = append(folders, string(a.(starlark.String)))
		}
		return starlark.None, nil
	})
	err := h.script(t.Context(), `
cg = cgroup(name)
inner = cgroup("inner", parent=cg)
note(cg.path, inner.path)
t = clone(cgroup=inner)
mkdir(inner.path + "/own")
run("setsid", "sh", "-c", "sleep 60 & sleep 60 & true", task=t)
cg.join()
if catch(inner.write, "pids.max", 50).ok:
    note("/sys/fs/cgroup/pids/" + name)
`, env)
	if e := h.Close(); e != nil {
		t.Error(e)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		if _, err := os.Stat(folder); !os.IsNotExist(err) {
			t.Errorf("%s is left: %v", folder, err)
		}
	}
}

func TestHierarchyFolder(t *testing.T) {
	for _, tt := range []struct{ mount, root, cgroup, want string }{
		{"/sys/fs/cgroup", "/", "/", "/sys/fs/cgroup"},
		{"/sys/fs/cgroup", "/", "/user.slice/a", "/sys/fs/cgroup/user.slice/a"},
		{"/sys/fs/cgroup", "/docker/x", "/docker/x/a", "/sys/fs/cgroup/a"},
		{"/sys/fs/cgroup", "/docker/x", "/", "/sys/fs/cgroup"},
	} {
		h := &hierarchy{mount: tt.mount, root: tt.root}
		if got := h.folder(tt.cgroup); got != tt.want {
			t.Errorf("%s shown at %s: %s is %s, want %s", tt.root, tt.mount, tt.cgroup, got, tt.want)
		}
	}
	if got := ownCgroup("4:memory:/m\n2:cpu,cpuacct:/c:d\n0::/two\n", "cpuacct"); got != "/c:d" {
		t.Errorf("got %q, want /c:d", got)
	}
}
