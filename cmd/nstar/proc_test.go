package main

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// TestForeignProc runs nstar as process 1 of a PID namespace that the /proc of its folder does not show, as after
// unshare -pf: under its tasks' numbers others are seen there.
func TestForeignProc(t *testing.T) {
	t.Parallel()
	const script = `
t = clone(CLONE_NEWUSER)
map_root(task=t)
print(read_file("/proc/self/uid_map", task=t).split())
q = spawn("/bin/sleep", "60", env={"A": "1"})
print(environ_of(q), namespace(ns_of(t).user.ino) == ns_of(t).user)
p = clone(CLONE_NEWUSER)
oom_score_adj(987, task=p)
print(read_file("/proc/self/oom_score_adj", task=p).strip())
`
	const mapped = `["0", "0", "1"]` + "\n{\"A\": \"1\"} True\n987\n"
	const refused = "start it with unshare --mount-proc"
	tests := []struct {
		name  string
		flags uintptr
		want  string
	}{
		{"own", syscall.CLONE_NEWUSER | syscall.CLONE_NEWPID | syscall.CLONE_NEWNS, mapped}, // which it mounts
		{"none", syscall.CLONE_NEWUSER | syscall.CLONE_NEWPID, refused},                     // it may not mount
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if mounts, _ := os.ReadFile("/proc/self/mountinfo"); test.want == mapped && bytes.Contains(mounts, []byte(" /proc/")) {
				t.Skip("parts of /proc are covered: no other may be mounted")
			}
			cmd := exec.Command(installed("nstar"), "-c", script)
			cmd.SysProcAttr = &syscall.SysProcAttr{
				Cloneflags:  test.flags,
				UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
				GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
			}
			out, err := cmd.CombinedOutput()
			if test.want == mapped && err != nil || !strings.Contains(string(out), test.want) {
				t.Errorf("%v, %s\nwant %s", err, out, test.want)
			}
		})
	}
}

// TestContainersProc runs nstar among the mounts of a PID namespace that it is not in: it has no number at all in that
// /proc, and its tasks' are those of strangers.
func TestContainersProc(t *testing.T) {
	t.Parallel()
	const script = `
t = clone(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS)
map_root(task=t)
mount("proc", "/proc", "proc", task=t)
u = clone()
setns(ns_of(t).user, task=u)
setns(ns_of(t).mnt, task=u)
print(catch(environ_of, u.pid, task=u).error)
u.run(argv[1], "-c", "map_root(task=clone(CLONE_NEWUSER))")
`
	if mounts, _ := os.ReadFile("/proc/self/mountinfo"); bytes.Contains(mounts, []byte(" /proc/")) {
		t.Skip("parts of /proc are covered: no other may be mounted")
	}
	exe := installed("nstar")
	out, _ := exec.Command(exe, "-c", script, exe).CombinedOutput()
	for _, want := range []string{"environ_of: the task's /proc shows another PID namespace", "map_root: the /proc where nstar runs shows another PID namespace"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("want %q in %s", want, out)
		}
	}
}
