package builtins

import (
	"testing"

	"golang.org/x/sys/unix"
)

// TestForgedNamespace gives a host another file where a task was to send a
// namespace: it is refused and closed.
func TestForgedNamespace(t *testing.T) {
	t.Parallel()
	h := NewHost(Options{})
	t.Cleanup(func() { h.Close() })
	fd, err := unix.MemfdCreate("no namespace", unix.MFD_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	var before unix.Stat_t
	if err := unix.Fstat(fd, &before); err != nil {
		t.Fatal(err)
	}
	if ns, err := h.namespace(fd); err == nil {
		t.Errorf("a memfd became %s", ns)
	}
	var after unix.Stat_t
	if err := unix.Fstat(fd, &after); err == nil && after.Ino == before.Ino && after.Dev == before.Dev {
		t.Error("it is open still")
	}
}
