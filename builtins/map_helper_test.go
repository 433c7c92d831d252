package builtins

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.starlark.net/starlark"
)

// TestHelper has a program of our own in the place of newuidmap: what nstar may not write itself goes to it, and
// what it says comes back.
func TestHelper(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("root writes the maps itself")
	}
	h, out := session(t)
	if err := h.script(t.Context(), `clone(CLONE_NEWUSER).close()`, nil); err != nil {
		t.Skipf("this machine does not let us make user namespaces: %v", err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "newuidmap"), []byte("#!/bin/sh\nshift; echo \"no range for $*: not allowed\" >&2; exit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	src := `
environ["PATH"] = dir
t = clone(CLONE_NEWUSER)
e = catch(map_ids, [(0, getuid(), 1), (1, 5, 7)], task=t).error
print(e)
print(e.hint)
print(uid_map(task=t))
map_ids([(0, getuid(), 1)], [(0, getgid(), 1)], task=t)
print(getuid(task=t), getgid(task=t), read_file("/proc/self/setgroups", task=t))
`
	if err := h.script(t.Context(), src, starlark.StringDict{"dir": starlark.String(dir)}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"map_ids: nstar may not write the uid_map, and \"newuidmap ", "says: no range for 0 ", " 1 1 5 7: not allowed\nbeside one's own id these must be in /etc/subuid, ", "\n[]\n", "0 0 deny\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}
