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
