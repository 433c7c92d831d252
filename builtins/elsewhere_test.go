package builtins

import (
	"strings"
	"testing"

	"nstar/builtins/internal/task"
)

// TestElsewhere names a system call that another architecture has: it cannot be
// made, and a rule for it is for none.
func TestElsewhere(t *testing.T) {
	t.Parallel()
	name := "mkdir"
	if task.Known(name) {
		name = "arch_specific_syscall"
	}
	h, _ := session(t)
	err := h.script(t.Context(), `syscall("`+name+`")`, nil)
	if want := "there is no system call " + name + " on this architecture"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %q", err, want)
	}
	for _, calls := range []string{`"` + name + `"`, `("` + name + `", 0, "==", 1)`} {
		err := h.script(t.Context(), `
with_it = seccomp_filter({SECCOMP_RET_ERRNO | EPERM: ["mkdirat", `+calls+`, "mknodat"]})
without = seccomp_filter({SECCOMP_RET_ERRNO | EPERM: ["mkdirat", "mknodat"]})
if with_it.bpf != without.bpf:
    fail(with_it.listing)
`, nil)
		if err != nil {
			t.Error(err)
		}
	}
}
