package builtins

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.starlark.net/starlark"
)

// evalIn runs statements, or skips the test where the kernel does not let us make namespaces.
func evalIn(t testing.TB, h *Host, src string) {
	t.Helper()
	if err := h.script(t.Context(), src, nil); err != nil {
		if strings.Contains(src, "CLONE_NEWUSER") && strings.Contains(err.Error(), "clone: ") {
			t.Skip(err)
		}
		t.Fatal(err)
	}
}

// completed are the texts that Complete returns in the session of h.
func completed(h *Host, about Subject, typed string) (texts []string) {
	h.Look(context.Background(), func() {
		for _, c := range h.Complete(context.Background(), about, typed) {
			text := c.Text
			if c.Open {
				text += "/"
			}
			texts = append(texts, text)
		}
	})
	return texts
}

// TestCompletePathsOfTask has a task that sees other files than the host: its own mounts, root and working
// directory count.
func TestCompletePathsOfTask(t *testing.T) {
	h, _ := session(t)
	evalIn(t, h, `
t = clone(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID)
map_root(task=t)
mount("tmpfs", "/tmp", "tmpfs", task=t)
for name in ["jail", "jail/proc", "jail/inside", "jail/.hidden"]:
    mkdir("/tmp/" + name, task=t)
write_file("/tmp/jail/index", "", task=t)
symlink("inside", "/tmp/jail/into", task=t)
symlink("nowhere", "/tmp/jail/invalid", task=t)
chdir("/tmp", task=t)
use(t)
`)
	for _, test := range []struct {
		about Subject
		typed string
		want  []string
	}{
		{Path, "/tmp/", []string{"jail/"}},
		{Path, "ja", []string{"jail/"}},
		{Path, "./jail/in", []string{"index", "inside/", "into/", "invalid"}},
		{Path, "jail/IN", []string{"index", "inside/", "into/", "invalid"}},
		{Path, "jail/ix", []string{"index"}},
		{Directory, "jail/in", []string{"inside/", "into/"}},
		{Path, "jail/.", []string{".hidden/"}},
		{Path, "nowhere/", nil},
		{Path, "/tmp/jail/index/", nil},
		{Process, "", nil}, // its /proc is that of another PID namespace
	} {
		if got := completed(h, test.about, test.typed); !slices.Equal(got, test.want) {
			t.Errorf("%q: %q, want %q", test.typed, got, test.want)
		}
	}
	evalIn(t, h, `
jailed = self()
if getpid(task=jailed) != 1: fail("not in the task, but in %d" % jailed.nspid)
mount("proc", "/tmp/jail/proc", "proc", task=jailed)
chroot("/tmp/jail", task=jailed)
chdir("/", task=jailed)
`)
	if got := completed(h, Path, "/"); !slices.Equal(got, []string{"index", "inside/", "into/", "invalid", "proc/"}) {
		t.Errorf("after chroot: %q", got)
	}
	if got := completed(h, Process, ""); !slices.Equal(got, []string{"1"}) {
		t.Errorf("process 1 of a PID namespace sees %q", got)
	}
	if got := completed(h, Filesystem, "tmp"); !slices.Equal(got, []string{"tmpfs"}) {
		t.Errorf("file systems: %q", got)
	}
	if got := completed(h, Interface, "l"); !slices.Equal(got, []string{"lo"}) {
		t.Errorf("interfaces: %q", got)
	}
	evalIn(t, h, `self().close()`)
	start := time.Now()
	if got := completed(h, Path, "/"); got != nil || time.Since(start) > time.Second {
		t.Errorf("a task that has ended sees %q after %v", got, time.Since(start))
	}
}

// TestCompleteBusyTask asks a task that is at work: nothing is shown, and soon.
func TestCompleteBusyTask(t *testing.T) {
	h, _ := session(t)
	evalIn(t, h, `
r, w = pipe()
def read(): r.read(1)
t = clone(0, read)
sleep(0.1)
use(t)
`)
	start := time.Now()
	if got := completed(h, Path, "/"); got != nil || time.Since(start) > 3*tabPatience {
		t.Errorf("a task that reads from a pipe sees %q after %v", got, time.Since(start))
	}
	evalIn(t, h, `
reader = self()
use()
reader.close()
`)
}

// TestCompleteFilteredTask asks a task that would not survive it.
func TestCompleteFilteredTask(t *testing.T) {
	h, _ := session(t)
	evalIn(t, h, `
t = clone()
prctl(PR_SET_NO_NEW_PRIVS, 1, task=t)
seccomp(seccomp_filter({SECCOMP_RET_KILL_PROCESS: ["getdents64"]}), task=t)
use(t)
`)
	if got := completed(h, Path, "/"); got != nil {
		t.Errorf("%q", got)
	}
	evalIn(t, h, `
if not self().alive: fail("it was killed")
`)
}

// TestCompleteOwnProcess finds this process, with its command.
func TestCompleteOwnProcess(t *testing.T) {
	h, _ := session(t)
	h.Look(t.Context(), func() {
		list := h.Complete(t.Context(), Process, fmt.Sprint(os.Getpid()))
		if len(list) == 0 || !strings.Contains(list[0].Note, filepath.Base(os.Args[0])) {
			t.Errorf("%+v", list)
		}
	})
}

// TestCompleteManyPaths has a directory of 10,000 entries, of which some have names that mean to do harm.
func TestCompleteManyPaths(t *testing.T) {
	dir := manyFiles(t)
	for _, name := range []string{"new\nline", "\x1b]0;title\a", "quo\"te", "\xff\xfe"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h, _ := session(t)
	if got := completed(h, Path, dir+"/"); len(got) != 10_004 {
		t.Errorf("%d entries", len(got))
	}
	if got := completed(h, Path, dir+"/file1234"); !slices.Equal(got, []string{"file1234"}) {
		t.Errorf("%q", got)
	}
	if got := completed(h, Path, dir+"/new"); !slices.Equal(got, []string{"new\nline"}) {
		t.Errorf("%q", got)
	}
}

func BenchmarkCompleteManyPaths(b *testing.B) {
	dir := manyFiles(b)
	h, _ := session(b)
	for b.Loop() {
		if got := completed(h, Path, dir+"/file"); len(got) != 10_000 {
			b.Fatalf("%d entries", len(got))
		}
	}
}

func manyFiles(t testing.TB) (dir string) {
	dir = t.TempDir()
	for i := range 10_000 {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("file%d", i)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestPeekAsksNobody has attributes that would ask the kernel: what stands for their types comes instead.
func TestPeekAsksNobody(t *testing.T) {
	h, _ := session(t)
	evalIn(t, h, `t = clone()`)
	var task starlark.Value
	h.Look(t.Context(), func() { task = h.TaskValue(h.engine.Started()) })
	if ns, ok := Peek(task, "ns").(*Namespaces); !ok || ns != nil {
		t.Errorf("t.ns is %v", ns)
	}
	for _, v := range []starlark.Value{(*TaskValue)(nil), (*FileValue)(nil), (*Namespace)(nil), (*Namespaces)(nil)} {
		for _, c := range Attributes(v) {
			if x := Peek(v, c.Text); x != nil && !standsForType(x) {
				t.Errorf("%s of no %s is %v", c.Text, v.Type(), x)
			}
			Method(v, c.Text)
			Bound(v, c.Text)
		}
	}
}

func TestMatch(t *testing.T) {
	for _, test := range []struct {
		name, typed string
		want        int
	}{
		{"sethostname", "", 3}, {"sethostname", "set", 3}, {"CLONE_NEWUTS", "clone_n", 2}, {"sethostname", "shn", 1},
		{"sethostname", "hn", 0}, {"a", "ab", 0}, {"CLONE_NEWUTS", "cnuts", 1}, {"", "", 3}, {"ſ", "s", 0}, {"é", "É", 2},
	} {
		if got := Match(test.name, test.typed); got != test.want {
			t.Errorf("Match(%q, %q) = %d, want %d", test.name, test.typed, got, test.want)
		}
	}
}
