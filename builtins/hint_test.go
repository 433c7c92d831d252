package builtins

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"go.starlark.net/starlark"
)

// hintOf runs src and returns the hint of the error that it ends with.
func hintOf(t *testing.T, src string) string {
	t.Helper()
	h, _ := session(t)
	hints := starlark.NewList(nil)
	err := h.script(t.Context(), "def f():\n    "+strings.ReplaceAll(strings.TrimSpace(src), "\n", "\n    ")+"\nhints.append(catch(f).error.hint)\n",
		starlark.StringDict{"hints": hints})
	if err != nil {
		t.Fatal(err)
	}
	return string(hints.Index(0).(starlark.String))
}

// TestHintsOfOrdinaryUser are those that only somebody without capabilities
// gets to see.
func TestHintsOfOrdinaryUser(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("root has the capabilities that these are about")
	}
	if h, _ := session(t); h.script(t.Context(), "clone(CLONE_NEWUSER)", nil) != nil {
		t.Skip("this machine lets us make no user namespaces")
	}
	own := fmt.Sprintf("[(0, %d, 1)]", os.Geteuid())
	for src, want := range map[string]string{
		"gid_map([(0, getgid(), 1)], task=clone(CLONE_NEWUSER))":            `without CAP_SETGID outside, the gid_map can be written only after setgroups("deny")`,
		"uid_map([(0, 0, 1)], task=clone(CLONE_NEWUSER))":                   "without CAP_SETUID outside, the id outside must be one's own: " + own,
		"uid_map([(0, getuid(), 1), (1, 0, 1)], task=clone(CLONE_NEWUSER))": "without CAP_SETUID outside, a map has one extent, of one id: " + own,
		"unshare(CLONE_NEWUTS)":                                             "make a user namespace first: unshare(CLONE_NEWUSER)",
		"clone(CLONE_NEWNET | CLONE_NEWIPC)":                                "CLONE_NEWIPC | CLONE_NEWNET takes CAP_SYS_ADMIN",
		"chroot('/')":                                                       "chroot takes CAP_SYS_CHROOT",
		"sethostname('x')":                                                  "unshare(CLONE_NEWUSER | CLONE_NEWUTS)",
		"mount('tmpfs', '/tmp', 'tmpfs')":                                   "unshare(CLONE_NEWUSER | CLONE_NEWNS)",
		"t = clone()\nsetrlimit(RLIMIT_NPROC, 1, task=t)\nclone(task=t)":    "RLIMIT_NPROC of the task is 1",
		"setuid(0)": "takes CAP_SETUID",
		"ns_of(1)":  "or CAP_SYS_PTRACE in its user namespace",
		"t = clone(CLONE_NEWUSER)\nsetns(ns_of(t).uts, task=t)":                  "but the task is in user:[",
		"t = clone(CLONE_NEWUSER | CLONE_NEWUTS)\nsetns(ns_of(t).uts)":           "join user:[",
		"t = clone(CLONE_NEWUSER)\nmap_root(task=t)\nsetgroups('allow', task=t)": `setgroups is "deny" here`,
	} {
		t.Run(src, func(t *testing.T) {
			t.Parallel()
			if got := hintOf(t, src); !strings.Contains(got, want) {
				t.Errorf("got  %q\nwant %q in it", got, want)
			}
		})
	}
}

// TestHintOfFilesystem needs a file system that a user namespace cannot have.
func TestHintOfFilesystem(t *testing.T) {
	t.Parallel()
	if !knownFilesystem("ext4") {
		t.Skip("the kernel has no ext4")
	}
	if h, _ := session(t); h.script(t.Context(), "clone(CLONE_NEWUSER)", nil) != nil {
		t.Skip("this machine lets us make no user namespaces")
	}
	got := hintOf(t, "unshare(CLONE_NEWUSER | CLONE_NEWNS)\nmap_root()\nmount('/dev/null', '/tmp', 'ext4')")
	if want := "ext4 can be mounted by root of the initial user namespace only"; !strings.Contains(got, want) {
		t.Errorf("got %q, want %q in it", got, want)
	}
}

// TestHintOfSysctl needs a machine that has switched user namespaces off.
func TestHintOfSysctl(t *testing.T) {
	t.Parallel()
	n, ok := sysctl("kernel.unprivileged_userns_clone")
	if os.Geteuid() == 0 || !ok || n != 0 {
		t.Skip("kernel.unprivileged_userns_clone is not 0, or root asks")
	}
	if got := hintOf(t, "unshare(CLONE_NEWUSER)"); !strings.Contains(got, "kernel.unprivileged_userns_clone is 0") {
		t.Errorf("got %q", got)
	}
}

func TestIDMapRanges(t *testing.T) {
	m := idMap{{0, 1000, 1}, {1, 5000, 10}, {11, 7000, 5}}
	for _, tt := range []struct {
		first, count uint32
		side         func(extent) uint32
		want         bool
	}{
		{0, 16, insideOf, true}, {0, 17, insideOf, false}, {1000, 1, outsideOf, true}, {1000, 2, outsideOf, false},
		{5009, 1, outsideOf, true}, {5009, 2, outsideOf, false}, {7000, 5, outsideOf, true}, {4294967295, 1, insideOf, false},
	} {
		if got := m.maps(tt.first, tt.count, tt.side); got != tt.want {
			t.Errorf("maps(%d, %d) = %v", tt.first, tt.count, got)
		}
	}
	if id, ok := m.toInside(5003); id != 4 || !ok {
		t.Errorf("toInside(5003) = %d, %v", id, ok)
	}
}

func TestMasks(t *testing.T) {
	mounts := readMounts(`20 1 0:19 / / rw,relatime shared:1 - ext4 /dev/vda rw
21 20 0:20 / /proc rw,nosuid - proc proc rw
22 21 0:21 / /proc/sys/fs/binfmt_misc rw - binfmt_misc none rw
23 21 0:22 / /proc/a\040b ro master:1 - tmpfs tmpfs ro
`)
	if len(mounts) != 4 || mounts[0].shared != "1" || mounts[3].shared != "" {
		t.Fatalf("read %+v", mounts)
	}
	if got := mounts[1].masks(mounts); len(got) != 1 || got[0] != "/proc/a b" {
		t.Errorf("masks are %q", got)
	}
}

// TestELFInterpreter feeds it files that break off anywhere.
func TestELFInterpreter(t *testing.T) {
	file, err := os.ReadFile("/bin/sh")
	if err != nil {
		t.Skip(err)
	}
	head := file[:min(4096, len(file))]
	for n := range head {
		elfInterpreter(head[:n])
	}
	if got := elfInterpreter(head); got != "" && !strings.HasPrefix(got, "/") {
		t.Errorf("got %q", got)
	}
}

func TestBefore(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{{"6.1.0-x", "6.11", true}, {"6.11", "6.11", false}, {"7.0-rc1", "6.19", false}, {"odd", "1.0", false}} {
		if got := before(tt.a, tt.b); got != tt.want {
			t.Errorf("before(%s, %s) = %v", tt.a, tt.b, got)
		}
	}
}
