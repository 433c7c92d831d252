package edit

import (
	"fmt"
	"strings"
	"testing"
)

func TestColours(t *testing.T) {
	t.Parallel()
	known := func(s string) bool { return s == "mount" }
	for text, want := range map[string]string{
		"def f(x): # no":            "K:def C:# no",
		"mount('a', 1.5)":           "W:mount S:'a' N:1.5",
		"x.mount.in":                "",
		"r'\\' + 'open":             "S:r'\\' + '", // an escaped quote does not end even a raw string
		"'''a\nb''' if not":         "S:'''a\nb''' K:if K:not",
		"!ls 'it' if":               "",
		"0x1f 017 é漢 \"\x00\" \xff": "N:0x1f N:017 S:\"\x00\"",
	} {
		var got []string
		for _, s := range Colours(known)(text, -1, 0, len(text)) {
			got = append(got, fmt.Sprintf("%c:%s", " PKSNCWBWMHNCC"[s.Style], text[s.From:s.To]))
		}
		if g := strings.Join(got, " "); g != want {
			t.Errorf("%q: got %q, want %q", text, g, want)
		}
	}
	for _, x := range []struct {
		text   string
		cursor int
		want   string
	}{
		{"f(a[1])", 7, "1 6"}, {"f(a[1])", 1, "1 6"}, {"f(a[1])", 6, "3 5"}, {"f(a]", 4, "wrong 3"}, {"f('(')", 6, "1 5"}, {"f(", 1, ""},
	} {
		var got []string
		for _, s := range Colours(nil)(x.text, x.cursor, 0, len(x.text)) {
			switch s.Style {
			case Bracket:
				got = append(got, fmt.Sprint(s.From))
			case Wrong:
				got = append(got, "wrong", fmt.Sprint(s.From))
			}
		}
		if g := strings.Join(got, " "); g != x.want {
			t.Errorf("%q at %d: %q, want %q", x.text, x.cursor, g, x.want)
		}
	}
}

func TestCallAt(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"mount|": "mount", "mount(|": "mount", "mount('a', f(1), |": "mount", "x = mount(a, g|": "mount", "t.call(|": "t.call",
		"mount(')|": "mount", "# mount(|": "", "def mount(|": "", "if (|": "", "f()(|": "", "mount()|": "", "a[mount(1)|": "",
		"mount(\n  1,\n|": "mount", "|mount(": "", "!mount(|": "", "f().call(|": "",
	} {
		cursor := strings.Index(text, "|")
		text := strings.Replace(text, "|", "", 1)
		if got := CallAt(text, cursor); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestIndent(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"def f():": "    ", "def f(): # why": "    ", "    if x:": "        ", "    return 1": "", "    x": "    ", "f(": "    ",
		"f(1,": "", "f(\n    1,": "    ", "x = '''a:": "", "  # c:": "  ", "x = {'a':": "", "": "",
	} {
		if got := nextIndent(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestLastStatement(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"x = 1\ndef f():\n    y\n": "def f():\n    y\n", "if x:\n  y\nelse:\n  z\n": "if x:\n  y\nelse:\n  z\n", "f(\n1,\n)\n": "f(\n1,\n)\n",
		"x\n'''\na\n'''\n": "'''\na\n'''\n", "": "", "!ls\nx": "!ls\nx",
	} {
		if got := text[LastStatement(text):]; got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
