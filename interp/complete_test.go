package interp

import (
	"io"
	"slices"
	"strings"
	"testing"

	"go.starlark.net/starlark"

	"nstar/builtins"
)

// outside has two of everything.
func outside(about builtins.Subject, typed string) []builtins.Candidate {
	switch about {
	case builtins.Path, builtins.Directory:
		return []builtins.Candidate{{Text: "dir", Open: true}, {Text: "file"}}
	case builtins.Executable:
		return []builtins.Candidate{{Text: "id"}, {Text: "ip"}}
	case builtins.Process:
		return []builtins.Candidate{{Text: "12", Note: "a program"}, {Text: "128", Note: "another"}}
	case builtins.Filesystem:
		return []builtins.Candidate{{Text: "proc"}, {Text: "tmpfs"}}
	case builtins.NamedNetns:
		return []builtins.Candidate{{Text: "blue"}}
	}
	return nil
}

// surroundings has a session in which a few things were defined.
func surroundings(t *testing.T) Environment {
	in := New(Options{Stdout: io.Discard, Stderr: io.Discard, Env: []string{"HOME=/root", "HOST=here"}})
	t.Cleanup(func() { in.Close() })
	define := `
t = clone()
ns = ns_of(t)
uts = ns.uts
count = 3
config = {"name": "x", "new\nline": 1, "size": 2}
some = CLONE_NEWUTS | CLONE_NEWIPC
box = struct(root="/", run=lambda file, *args, quiet=False: None)
def launch(root, size=64, *, quiet=False):
    """Launches it."""
def loop(): fail("was called")
`
	if err := in.Item(t.Context(), define); err != nil {
		t.Fatal(err)
	}
	env := in.environment()
	env.Outside = outside
	env.Modules = func(string) []builtins.Candidate { return []builtins.Candidate{{Text: "box.star"}} }
	return env
}

// TestComplete compares the texts of the candidates at the | in text. What is wanted may be the first of them: then
// it ends with "…".
func TestComplete(t *testing.T) {
	env := surroundings(t)
	tests := []struct{ text, want string }{
		{"sethost|", "sethostname"},
		{"SETHOST|", "sethostname"},
		{"gthn|", "gethostname"},
		{"laun|", "launch"},
		{"coun|", "count"},
		{"nothing_like_it|", ""},
		{"netns.a|", "add attach"},
		{"netns.|", "add attach delete exec get identify list pids"},
		{"def f(first):\n    fir|", "first"},
		{"# seth|", ""},
		{`"sethost|`, ""},
		{`"x"|`, ""},
		{`"".joi|`, "join"},
		{"config.ke|", "keys"},
		{"box.ro|", "root"},
		{"t.p|", "parent pid"},
		{"t.ns.u|", "user uts"},
		{"ns.uts.own|", "owner_uid"},
		{"t.ns.uts.parent.han|", "handle"},
		{"ns_of(1).ut|", "uts"},
		{"clone(CLONE_NEWUTS).ali|", "alive"},
		{"loop().a|", ""},
		{"launch(|", "root= size= quiet="},
		{"launch(1, q|", "quiet= …"},
		{"launch(1, quiet=True, si|", "size="},
		{"box.run(|", "file= quiet="},

		{"unshare(|", "some CLONE_NEWCGROUP CLONE_NEWIPC …"},
		{"unshare(CLONE_NEWU|", "CLONE_NEWUSER CLONE_NEWUTS"},
		{"unshare(MS_|", ""},
		{"unshare(flags=CLONE_NEWU|", "CLONE_NEWUSER CLONE_NEWUTS"},
		{"unshare(CLONE_NEWUSER | CLONE_NEWU|", "CLONE_NEWUTS"},
		{"x = MS_BIND | MS_RE|", "MS_REMOUNT MS_REC MS_RELATIME"},
		{`mount("a", "b", "c", MS_BI|`, "MS_BIND"},
		{"kill(12, SIGTE|", "SIGTERM"},
		{"kill(12, sigte|", "SIGTERM"},
		{"kill(|", "t 12 128 pid= sig= task="},
		{"kill(12|", "12 128"},
		{"t.kill(sigki|", "SIGKILL"},
		{"setns(|", "t uts …"},
		{"getpid(task=|", "t"},
		{"capset(effective=[CAP_SYS_AD|", "CAP_SYS_ADMIN"},
		{"landlock({\"/\": LANDLOCK_ACCESS_FS_EX|", "LANDLOCK_ACCESS_FS_EXECUTE"},
		{"mount(sou|", "source="},
		{"run(\"ls\", capture=T|", "True …"},

		{`mount("none", "|`, "dir/ file"},
		{`mount("none", "/x", "tm|`, "proc tmpfs"},
		{`mount("none", filesystemtype="tm|`, "proc tmpfs"},
		{`landlock({"/u|`, "dir/ file"},
		{`netns.get("b|`, `blue"`},
		{`netns.get("b|"`, `blue`},
		{`run("i|`, "id ip"},
		{`run("ls", "|`, "dir/ file"},
		{`sethostname("|`, ""},
		{`sethostname("/|`, ""},
		{`x = "/etc/|`, "dir/ file"},
		{`x = "etc|`, ""},
		{`environ["HO|`, "HOME HOST"},
		{`environ.get("HOM|`, `HOME"`},
		{`config["|`, `name new\nline size`},
		{`config[r"|`, `name size`},
		{`t.ns["u|`, "user uts"},
		{`ns["u|`, "user uts"},
		{`load("|`, `box.star"`},
		{`help("sethostn|`, `sethostname"`},
		{`syscall("getpi|`, `getpid"`},
		{"!i|", "id ip"},
		{"!ls /et|", "dir/ file"},
		{"!ls | i|", "id ip"},
	}
	for _, test := range tests {
		at := strings.LastIndexByte(test.text, '|')
		c := Complete(test.text[:at]+test.text[at+1:], at, env)
		var got []string
		for _, x := range c.List {
			got = append(got, x.Text)
		}
		want := strings.Fields(test.want)
		if n := len(want); n > 0 && want[n-1] == "…" {
			want = want[:n-1]
			got = got[:min(len(got), n-1)]
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s\ngot  %s\nwant %s", test.text, strings.Join(got, " "), test.want)
		}
	}
}

// TestCompleteAtAll has the cursor anywhere in texts that are no code.
func TestCompleteAtAll(t *testing.T) {
	env := surroundings(t)
	for _, text := range []string{"))](=.,\"", "f(=,=.)(.x", "r\"\\", "\"\\", "'''\n\"", "\xff\xfe.", "a.b.c.(((", "x[", "**.", "f(a==", "0x.", "!\\ ", "environ[\"\\", "=", "f(=", "é.ü(", ".", "|", "a|"} {
		for i := range len(text) + 1 {
			c := Complete(text, i, env)
			if c.From < 0 || c.From > i {
				t.Errorf("%q at %d: begins at %d", text, i, c.From)
			}
			SignatureAt(text, i, env)
		}
	}
}

func TestQuoteIn(t *testing.T) {
	tests := []struct{ quote, text, want string }{
		{`"`, "plain name", "plain name"},
		{`"`, "it's \"so\"", `it's \"so\"`},
		{`'`, "it's \"so\"", `it\'s "so"`},
		{`"`, "a\nb\tc\\d", `a\nb\tc\\d`},
		{`"`, "\x1b]0;owned\a", `\x1b]0;owned\x07`},
		{`"`, "\u009b1m\u202e\U000e0001", `\u009b1m\u202e\U000e0001`},
		{`"`, "\xff", ""},
		{`b"`, "\xff", `\xff`},
		{`r"`, "a\\b", ""},
		{`"""`, `a"""b`, `a\"\"\"b`},
		{`"`, "grün 名", "grün 名"},
	}
	for _, test := range tests {
		got, ok := quoteIn(test.quote, test.text)
		if got != test.want || ok != (test.want != "") {
			t.Errorf("quoteIn(%q, %q) = %q, %v; want %q", test.quote, test.text, got, ok, test.want)
		}
		if back, sound := literal(test.quote, got); ok && (!sound || back != test.text) {
			t.Errorf("%s%s stands for %q", test.quote, got, back)
		}
	}
}

func TestSignatureAt(t *testing.T) {
	env := surroundings(t)
	tests := []struct{ text, want string }{
		{"setns|", "setns(fd, nstype=0, *, task=None)"},
		{"setns(|", "setns(‹fd›, nstype=0, *, task=None)  a namespace or file or task"},
		{"setns(f, CLONE|", "setns(fd, ‹nstype=0›, *, task=None)  CLONE_ flags"},
		{"setns(f, task=|", "setns(fd, nstype=0, *, ‹task=None›)  a task"},
		{"setns((f), [1, 2|", "setns(fd, ‹nstype=0›, *, task=None)  CLONE_ flags"},
		{"setns(f, 0, 0, |", "setns(fd, nstype=0, *, task=None)"},
		{"setns(ns_of(|", "ns_of(‹pid=None›, *, task=None)  a pid or a task"},
		{"setns(ns_of(1).uts, |", "setns(fd, ‹nstype=0›, *, task=None)  CLONE_ flags"},
		{"t.kill(|", "kill(‹sig=SIGTERM›, *, task=None)  a signal"},
		{"t.call(f, 1, 2|", "call(fn, ‹*args›, **kwargs)"},
		{"launch(1, |", "launch(root, ‹size=64›, *, quiet=False)"},
		{"launch|", "launch(root, size=64, *, quiet=False)"},
		{"x = sethost|", ""},
		{"# setns(|", ""},
		{"count(|", ""},
		{"netns.add(|", "netns.add(‹name›, *, task=None)"},
		{`open("a", O_RDWR, |`, "open(path, flags=O_RDONLY, ‹mode=0o666›, *, task=None)  a mode"},
	}
	for _, test := range tests {
		at := strings.LastIndexByte(test.text, '|')
		got := ""
		if s, ok := SignatureAt(test.text[:at]+test.text[at+1:], at, env); ok {
			var from, to int
			if got, from, to = s.line(); from < to {
				got = got[:from] + "‹" + got[from:to] + "›" + got[to:]
			}
		}
		if got != test.want {
			t.Errorf("%s\ngot  %s\nwant %s", test.text, got, test.want)
		}
	}
}

// TestBriefIsQuick has values whose text would take long.
func TestBriefIsQuick(t *testing.T) {
	list := starlark.NewList(make([]starlark.Value, 10_000_000))
	if got := builtins.Brief(list); got != "list of 10000000" {
		t.Error(got)
	}
}
