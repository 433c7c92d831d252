package builtins

import (
	"testing"

	"golang.org/x/sys/unix"
)

// TestLandlockLacks is about kernels that are not here.
func TestLandlockLacks(t *testing.T) {
	t.Parallel()
	fs := func(bits uint64) Flags { return Flags{LandlockFsFamily, bits} }
	for _, tt := range []struct {
		abi   int
		flags Flags
		want  string
	}{
		{1, fs(unix.LANDLOCK_ACCESS_FS_MAKE_SYM), ""},
		{1, fs(unix.LANDLOCK_ACCESS_FS_REFER | unix.LANDLOCK_ACCESS_FS_EXECUTE), "LANDLOCK_ACCESS_FS_REFER needs Landlock ABI 2, Linux 5.19; this kernel has ABI 1"},
		{4, fs(unix.LANDLOCK_ACCESS_FS_IOCTL_DEV), "LANDLOCK_ACCESS_FS_IOCTL_DEV needs Landlock ABI 5, Linux 6.10; this kernel has ABI 4"},
		{5, fs(unix.LANDLOCK_ACCESS_FS_IOCTL_DEV), ""},
		{3, Flags{LandlockNetFamily, unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP},
			"LANDLOCK_ACCESS_NET_BIND_TCP | LANDLOCK_ACCESS_NET_CONNECT_TCP needs Landlock ABI 4, Linux 6.7; this kernel has ABI 3"},
		{5, Flags{LandlockScopeFamily, unix.LANDLOCK_SCOPE_SIGNAL}, "LANDLOCK_SCOPE_SIGNAL needs Landlock ABI 6, Linux 6.12; this kernel has ABI 5"},
		{10, Flags{LandlockNetFamily, unix.LANDLOCK_ACCESS_NET_BIND_UDP}, ""},
	} {
		if got := landlockLacks(tt.abi, tt.flags); got != tt.want {
			t.Errorf("ABI %d, %s: got %q, want %q", tt.abi, tt.flags, got, tt.want)
		}
	}
}

// TestLandlockBestEffort holds that an older kernel gets less, and no more.
func TestLandlockBestEffort(t *testing.T) {
	t.Parallel()
	d := landlockDomain{files: true, attr: rulesetAttr{
		Flags{Family: LandlockFsFamily}, Flags{LandlockNetFamily, unix.LANDLOCK_ACCESS_NET_BIND_TCP}, Flags{LandlockScopeFamily, unix.LANDLOCK_SCOPE_SIGNAL},
	}}
	d.rules = []*landlockRule{
		{kind: Flags{LandlockRuleFamily, unix.LANDLOCK_RULE_PATH_BENEATH}, access: Flags{LandlockFsFamily, unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_TRUNCATE}},
		{kind: Flags{LandlockRuleFamily, landlockRuleNetPort}, access: Flags{LandlockNetFamily, unix.LANDLOCK_ACCESS_NET_BIND_TCP}, port: 80},
	}
	if err := d.fit(2, true, true); err != nil {
		t.Fatal(err)
	}
	if len(d.rules) != 1 || d.rules[0].access.Value != unix.LANDLOCK_ACCESS_FS_READ_FILE {
		t.Errorf("rules of ABI 2: %+v", d.rules)
	}
	if want := uint64(unix.LANDLOCK_ACCESS_FS_REFER<<1 - 1); d.attr.fs.Value != want || d.attr.net.Value|d.attr.scoped.Value != 0 {
		t.Errorf("ABI 2 handles %s, %s, %s", d.attr.fs, d.attr.net, d.attr.scoped)
	}
}
