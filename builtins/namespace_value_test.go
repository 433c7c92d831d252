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

// TestNeighbours goes from one mount namespace to the next, as the kernel has
// them, without a process in between.
func TestNeighbours(t *testing.T) {
	t.Parallel()
	h, _ := session(t)
	skipOr(t, h.script(t.Context(), `
a = clone(CLONE_NEWNS)
b = clone(CLONE_NEWNS)
r = catch(a.ns.mnt.next)
if not r.ok and r.error.errno == "ENOTTY":
    fail("skip: " + r.error.hint)
def found(first, step, wanted):
    ns = first
    for _ in range(10000):
        if ns == None or ns == wanted:
            break
        ns = getattr(ns, step)()
    return ns == wanted
ids = (a.ns.mnt.id, b.ns.mnt.id) # before Linux 6.18 there are none to see, but they grow
older, newer = (b, a) if None not in ids and ids[0] > ids[1] else (a, b)
if not found(older.ns.mnt, "next", newer.ns.mnt) or not found(newer.ns.mnt, "previous", older.ns.mnt):
    fail("not found")
`, nil))
}
