package builtins

import (
	"os"
	"strings"
	"testing"

	"go.starlark.net/starlark"
)

// needOwnPidMax skips a test where kernel.pid_max is the machine's. To try it
// would set that, since root of a user namespace may be uid 0 of the machine.
func needOwnPidMax(t *testing.T) {
	t.Helper()
	if before(release(), "6.14") {
		t.Skip("kernel.pid_max is one for all PID namespaces before Linux 6.14")
	}
}

// TestPidMax gives a PID namespace a highest pid of its own.
func TestPidMax(t *testing.T) {
	t.Parallel()
	needOwnPidMax(t)
	h, _ := session(t)
	if h.script(t.Context(), "clone(CLONE_NEWUSER)", nil) != nil {
		t.Skip("this machine lets us make no user namespaces")
	}
	machine, err := os.ReadFile("/proc/sys/kernel/pid_max")
	if err != nil {
		t.Fatal(err)
	}
	got := starlark.NewList(nil)
	err = h.script(t.Context(), `
unshare(CLONE_NEWUSER)
map_root()
t = clone(CLONE_NEWPID)
write_file("/proc/sys/kernel/pid_max", "400", task=t)
got.append(read_file("/proc/sys/kernel/pid_max", task=t))
got.append(str(t.call(clone, set_tid=399).nspid))
got.append(catch(t.call, clone, set_tid=400).error.hint)
`, starlark.StringDict{"got": got})
	if err != nil {
		t.Fatal(err)
	}
	if want := `["400\n", "399", "a pid must be less than kernel.pid_max, which is 400"]`; got.String() != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if now, err := os.ReadFile("/proc/sys/kernel/pid_max"); err != nil || strings.TrimSpace(string(now)) != strings.TrimSpace(string(machine)) {
		t.Errorf("the machine's was %s and is %s (%v)", machine, now, err)
	}
}
