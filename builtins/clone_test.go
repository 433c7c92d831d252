package builtins_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nstar/interp"
)

// TestCloneIntoCgroup starts a task in a cgroup of its own.
func TestCloneIntoCgroup(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp(cgroup2(t), "nstar-test-")
	if err != nil {
		t.Skip("no cgroup can be made: ", err)
	}
	t.Cleanup(func() {
		if err := os.Remove(dir); err != nil {
			t.Error(err)
		}
	})
	out := runScript(t, `
t = clone(cgroup=open("`+dir+`", O_DIRECTORY))
print(read_file("/proc/%d/cgroup" % t.pid))
print(catch(clone, cgroup=open("/", O_DIRECTORY)).error.errno)
t.close()
`)
	if want := "/" + filepath.Base(dir) + "\n"; !strings.Contains(out, want) {
		t.Errorf("the task is not in %s: %s", dir, out)
	}
	if !strings.HasSuffix(out, "EBADF\n") {
		t.Errorf("a folder that is no cgroup: %s", out)
	}
}

// cgroup2 is where a cgroup v2 hierarchy is mounted.
func cgroup2(t *testing.T) string {
	for _, dir := range []string{"/sys/fs/cgroup", "/sys/fs/cgroup/unified"} {
		var st unix.Statfs_t
		if unix.Statfs(dir, &st) == nil && st.Type == unix.CGROUP2_SUPER_MAGIC {
			return dir
		}
	}
	t.Skip("no cgroup v2 is mounted")
	return ""
}

// runScript runs code in a session of its own and returns what it printed.
func runScript(t *testing.T, code string) string {
	t.Helper()
	var out, errs bytes.Buffer
	in := interp.New(interp.Options{Stdout: &out, Stderr: &errs})
	in.Finish(context.Background(), in.RunCode(context.Background(), code))
	if err := in.Close(); err != nil {
		t.Error(err)
	}
	return out.String() + errs.String()
}
