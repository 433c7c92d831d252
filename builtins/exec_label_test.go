package builtins

import "testing"

// TestExecLabel reads labels as the kernel writes them: a machine has one
// security module with labels at most, and this may have none.
func TestExecLabel(t *testing.T) {
	for _, tt := range []struct{ apparmor, current, name, value string }{
		{"docker-default (enforce)\n", "docker-default (enforce)\n", "attr/apparmor/exec", "exec docker-default"},
		{"/usr/bin/a b (c)//&x (complain)\n", "", "attr/apparmor/exec", "exec /usr/bin/a b (c)//&x"},
		{"unconfined\n", "system_u:system_r:init_t:s0\x00", "attr/apparmor/exec", "exec unconfined"},
		{"", "unconfined\n", "attr/exec", "exec unconfined"},
		{"", "lxc (enforce)\n", "attr/exec", "exec lxc"},
		{"", "system_u:system_r:container_t:s0:c1,c2\x00", "attr/exec", "system_u:system_r:container_t:s0:c1,c2"},
		{"", "_\x00", "", ""},
		{"", "", "", ""},
	} {
		l, err := execLabel(tt.apparmor, tt.current)
		if (err != nil) != (tt.name == "") || l.name != tt.name || l.value != tt.value {
			t.Errorf("%q, %q: %q to %q (%v), want %q to %q", tt.apparmor, tt.current, l.value, l.name, err, tt.value, tt.name)
		}
	}
}
