package builtins

import (
	"testing"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"
)

func constants() starlark.StringDict {
	env := starlark.StringDict{}
	for i := range families {
		for _, c := range families[i].table {
			env[c.name] = Flags{Family(i), c.value}
		}
	}
	return env
}

func TestFlags(t *testing.T) {
	tests := []struct{ expr, want string }{
		{"CLONE_NEWUTS | CLONE_NEWNET", "CLONE_NEWNET | CLONE_NEWUTS"},
		{"CLONE_NEWALL", "CLONE_NEWCGROUP | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWTIME | CLONE_NEWUSER | CLONE_NEWUTS"},
		{"CLONE_NEWALL & ~CLONE_NEWUSER & ~CLONE_NEWTIME & (CLONE_NEWUSER | CLONE_NEWNS)", "CLONE_NEWNS"},
		{"CLONE_NEWNS ^ CLONE_NEWNS", "0"},
		{"0 | CLONE_NEWNS", "CLONE_NEWNS"},
		{"MS_REC | MS_PRIVATE", "MS_REC | MS_PRIVATE"},
		{"~MS_RDONLY & ~(~MS_NODEV) | MS_BIND", "MS_NODEV | MS_BIND"},
		{"O_RDONLY", "O_RDONLY"},
		{"O_RDWR | O_CREAT", "O_RDWR | O_CREAT"},
		{"O_SYNC", "O_SYNC"},
		{"O_TMPFILE | O_WRONLY", "O_WRONLY | O_TMPFILE"},
		{"O_DIRECTORY", "O_DIRECTORY"},
		{"S_IFBLK | 0o644", "S_IFBLK | S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH"},
		{"SOCK_SEQPACKET | SOCK_CLOEXEC", "SOCK_SEQPACKET | SOCK_CLOEXEC"},
		{"SIGTERM", "SIGTERM"},
		{"PR_GET_DUMPABLE", "PR_GET_DUMPABLE"},
		{"SIGKILL.value", "9"},
		{"CLONE_NEWUTS in CLONE_NEWALL", "True"},
		{"CLONE_VM in CLONE_NEWALL", "False"},
		{"CLONE_NEWNS == CLONE_NEWNS | 0", "True"},
		{"CLONE_NEWNS == MS_BIND", "False"},
		{"{CLONE_NEWNS: 1}[CLONE_NEWNS]", "1"},
		{"type(CLONE_NEWNS) + type(SIGHUP)", `"flagssignal"`},
		{"CLONE_NEWUTS | MS_BIND", "CLONE_NEWUTS | MS_BIND: a CLONE_ flag cannot be joined with an MS_ flag"},
		{"CLONE_NEWUTS | SIGCHLD", "CLONE_NEWUTS | SIGCHLD: a CLONE_ flag cannot be joined with a signal"},
		{"SIGINT | SIGCHLD", "SIGINT | SIGCHLD: a signal cannot be joined with anything"},
		{"5 | CLONE_NEWNS", "5 | CLONE_NEWNS: a CLONE_ flag cannot be joined with int 5"},
		{"CLONE_NEWNS < CLONE_NEWPID", "CLONE_NEWNS < CLONE_NEWPID: there is no order among flags"},
	}
	env := constants()
	for _, tt := range tests {
		t.Run(tt.expr, func(t *testing.T) {
			v, err := eval(t, tt.expr, env)
			got := ""
			if err != nil {
				got = err.Error()
			} else {
				got = v.String()
			}
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestUnknownBits(t *testing.T) {
	f := Flags{MountFamily, unix.MS_BIND | 1<<31}
	if got, want := f.Text(), "MS_BIND|0x80000000"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := (Flags{SignalFamily, 40}).Text(), "40"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestNames holds that every constant prints as itself: no name hides another.
func TestNames(t *testing.T) {
	other := map[string]bool{"CLONE_NEWALL": true, "WSTOPPED": true} // second names of the same bits
	for i := range families {
		for _, c := range families[i].table {
			if got := (Flags{Family(i), c.value}).String(); got != c.name && !other[c.name] {
				t.Errorf("%s prints as %s", c.name, got)
			}
		}
	}
}

func TestUnpackFlags(t *testing.T) {
	tests := []struct {
		family Family
		expr   string
		want   string
	}{
		{CloneFamily, "CLONE_NEWNS", "CLONE_NEWNS"},
		{CloneFamily, "0", "0"},
		{CloneFamily, "5", "bad value: flags must be CLONE_ flags, but is int 5"},
		{CloneFamily, "MS_BIND", "bad value: flags must be CLONE_ flags, but is MS_BIND, an MS_ flag"},
		{CloneFamily, "'uts'", `bad value: flags must be CLONE_ flags, but is string "uts"`},
		{CloneFamily, "None", "bad value: flags must be CLONE_ flags, but is None"},
		{SignalFamily, "9", "SIGKILL"},
		{SignalFamily, "-1", "bad value: flags must be a signal, but is int -1"},
		{ModeFamily, "1 << 40", "bad value: flags must be a mode, but is int 1099511627776"},
	}
	env := constants()
	for _, tt := range tests {
		v, err := eval(t, tt.expr, env)
		if err != nil {
			t.Fatal(err)
		}
		f := Flags{Family: tt.family}
		got := ""
		if err := unpack("flags", v, &f); err != nil {
			got = err.Error()
		} else {
			got = f.String()
		}
		if got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.expr, got, tt.want)
		}
	}
}
