package edit

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"nstar/interp/edit/vttest"
)

func TestMotions(t *testing.T) {
	t.Parallel()
	const s = "ab, e\u0301漢 x.y"
	for _, x := range []struct {
		name      string
		got, want int
	}{
		{"over a comma", wordEnd(s, 2, onlyNames), strings.Index(s, " x")},
		{"next", nextWord(s, 0, names), 2},
		{"next field", nextWord(s, 0, fields), 4},
		{"start", wordStart(s, len(s), fields), strings.Index(s, "x")},
		{"right over a mark", right(s, 4), 7},
		{"left over a mark", left(s, 7), 4},
		{"left of nothing", left(s, 0), 0},
		{"right of all", right(s, len(s)), len(s)},
	} {
		if x.got != x.want {
			t.Errorf("%s: %d, want %d", x.name, x.got, x.want)
		}
	}
	long := strings.Repeat("é", 4000)
	if got := left(long, len(long)); got != len(long)-2 {
		t.Errorf("in a long line: %d of %d", got, len(long))
	}
}

// Whatever is drawn after whatever else, the screen shows it, and nothing that is the same is written again.
func TestDraw(t *testing.T) {
	t.Parallel()
	const width, height = 12, 6
	screen, s := vttest.NewScreen(width, height), &screen{palette: coloured, width: width}
	s.begin()
	texts := []string{"", "x", "abc\ndef", "abXc\ndef", "漢字漢字漢字漢字", "漢字", "a\tb", "0123456789abcdefghi", "\n\n\n", "e\u0301x", "\x00\u200bx", "👩‍👩‍👧a\n🇩🇪b", "a"}
	for i, from := range texts {
		for j, to := range texts {
			for _, text := range []string{from, to} {
				f := frame{}
				for at := 0; at <= len(text); {
					end := lineEnd(text, at)
					f.rows = append(f.rows, wrap(text, at, end, nil, nil, width)...)
					at = end + 1
				}
				f.row = len(f.rows) - 1
				f.col = f.rows[f.row].columns()
				s.draw(f)
				screen.Write(s.take())
				var want strings.Builder
				for n, r := range f.rows {
					if n > 0 {
						want.WriteString("\n")
					}
					for _, c := range r.cells {
						want.WriteString(c.text)
					}
				}
				want.WriteString("|")
				if got := screen.String(); got != strings.TrimRight(want.String(), " ") && screen.Fault == "" {
					t.Fatalf("%d after %d: got\n%s\nwant\n%s", j, i, got, want.String())
				}
				if screen.Fault != "" {
					t.Fatal(screen.Fault)
				}
				s.draw(f)
				if again := s.take(); len(again) > 0 {
					t.Fatalf("what is the same is drawn again: %q", again)
				}
			}
		}
	}
}

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
		for _, s := range Colours(known)(text, -1) {
			got = append(got, fmt.Sprintf("%c:%s", " PKSNCWBWMHCC"[s.Style], text[s.From:s.To]))
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
		for _, s := range Colours(nil)(x.text, x.cursor) {
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

func TestEnvironment(t *testing.T) {
	t.Parallel()
	env := func(pairs ...string) func(string) string {
		return func(name string) string {
			for i := 0; i < len(pairs); i += 2 {
				if pairs[i] == name {
					return pairs[i+1]
				}
			}
			return ""
		}
	}
	for i, x := range []struct {
		env  func(string) string
		want bool
	}{
		{env(), true}, {env("NO_COLOR", "1"), false}, {env("NO_COLOR", ""), true}, {env("CLICOLOR", "0"), false},
		{env("CLICOLOR", "0", "CLICOLOR_FORCE", "1"), true}, {env("NO_COLOR", "1", "CLICOLOR_FORCE", "1"), false},
	} {
		if wantsColour(x.env) != x.want {
			t.Errorf("colours %d: %v", i, !x.want)
		}
	}
	for i, x := range []struct {
		env  func(string) string
		want string
	}{
		{env("XDG_STATE_HOME", "/s", "HOME", "/h"), "/s/nstar/history"}, {env("HOME", "/h"), "/h/.local/state/nstar/history"},
		{env("XDG_STATE_HOME", "rel", "HOME", "/h"), "/h/.local/state/nstar/history"}, {env(), ""}, {env("NSTAR_HISTORY", "/x"), "/x"},
	} {
		if got := HistoryPath(x.env); got != x.want {
			t.Errorf("path %d: %q, want %q", i, got, x.want)
		}
	}
}

func openHistory(t testing.TB, path string) *History {
	t.Helper()
	h, err := OpenHistory(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close() })
	return h
}

func all(h *History) (blocks []string) {
	for i := 0; ; i++ {
		b, ok := h.Block(i)
		if !ok {
			return blocks
		}
		blocks = append(blocks, b)
	}
}

func TestHistory(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a", "b", "history")
	h := openHistory(t, path)
	blocks := []string{"one", "two\nlines\t\x00\"", "two\nlines\t\x00\"", "漢字", strings.Repeat("long ", 50_000), "", "last"}
	for _, b := range blocks {
		if err := h.Add(b); err != nil {
			t.Fatal(err)
		}
	}
	want := fmt.Sprintf("%q", []string{blocks[6], blocks[4], blocks[3], blocks[1], blocks[0]})
	for _, h := range []*History{h, openHistory(t, path)} {
		if got := fmt.Sprintf("%q", all(h)); got != want {
			t.Errorf("got %.300s", got)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info.Mode(), err)
	}
}

func TestHistoryCorrupt(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history")
	text := "\"one\"\nnonsense\n\x00\xff\xfe\n\n\"cut off\n\"two\"\n'x'\n`x`\n\"\\xzz\"\n\"three\"\n\"torn"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	h := openHistory(t, path)
	if got := fmt.Sprint(all(h)); got != "[three two one]" {
		t.Errorf("got %s", got)
	}
	if err := h.Add("four"); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(all(openHistory(t, path))); got != "[four three two one]" {
		t.Errorf("after the torn line: %s", got)
	}
}

// Several prompts lose nothing of each other.
func TestHistoryShared(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history")
	var wait sync.WaitGroup
	for i := range 4 {
		h := openHistory(t, path)
		wait.Go(func() {
			for j := range 200 {
				if err := h.Add(fmt.Sprintf("block %d of %d\n%s", j, i, strings.Repeat("x", j*20))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	if n := len(all(openHistory(t, path))); n != 800 {
		t.Errorf("%d blocks of 800", n)
	}
}

func TestHistoryRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "history")
	h := openHistory(t, path)
	h.Add("kept")
	h.file.Close()
	h.file, _ = os.Open(path) // as if the disk were full: it cannot be written
	if err := h.Add("two"); err == nil || !strings.Contains(err.Error(), "not kept any more") {
		t.Errorf("got %v", err)
	}
	if err := h.Add("three"); err != nil {
		t.Errorf("it says so twice: %v", err)
	}
	if got := fmt.Sprint(all(h)); got != "[three two kept]" {
		t.Errorf("got %s", got)
	}
	for _, path := range []string{dir, filepath.Join(path, "below"), "/proc/self/nstar/history"} {
		h, err := OpenHistory(path)
		if err == nil {
			t.Errorf("%s: no error", path)
		}
		h.Add("x")
		if got := fmt.Sprint(all(h)); got != "[x]" {
			t.Errorf("%s: got %s", path, got)
		}
	}
	if h, err := OpenHistory("/dev/null"); err != nil || h.file != nil {
		t.Errorf("/dev/null: %v", err)
	}
}

// bigHistory is a history of 100,000 blocks.
func bigHistory(b *testing.B) string {
	path := filepath.Join(b.TempDir(), "history")
	var text strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&text, "%q\n", fmt.Sprintf("def f%d():\n    return mount('proc', '/proc', %d)", i, i))
	}
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}

// BenchmarkHistoryOpen opens a history of 100,000 blocks and recalls the last one.
func BenchmarkHistoryOpen(b *testing.B) {
	path := bigHistory(b)
	for b.Loop() {
		h, err := OpenHistory(path)
		if err != nil {
			b.Fatal(err)
		}
		if _, ok := h.Block(0); !ok {
			b.Fatal("empty")
		}
		h.Close()
	}
}

// BenchmarkHistorySearch reads all of it.
func BenchmarkHistorySearch(b *testing.B) {
	path := bigHistory(b)
	for b.Loop() {
		h, _ := OpenHistory(path)
		if n := len(all(h)); n != 100_000 {
			b.Fatal(n)
		}
		h.Close()
	}
}

// BenchmarkKey is the time from a key to the screen, with a block of 200 lines.
func BenchmarkKey(b *testing.B) {
	term := vttest.Open(b, 100, 40)
	e, err := New(Options{In: term.Tty, Out: term.Tty, Style: Colours(func(s string) bool { return s == "mount" })})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		e.ReadBlock(b.Context())
	}()
	var text strings.Builder
	for i := range 200 {
		fmt.Fprintf(&text, "    mount('proc', \"/proc/%d\", flags=[1, 2]) # line %d", i, i)
		if i < 199 {
			text.WriteByte('\n')
		}
	}
	term.Paste(text.String())
	term.Has("line 199|")
	term.Type("\x1b[A\x1b[H")
	term.Until("the cursor in the middle", func(s *vttest.Screen) bool { return s.Col == 4 })
	var worst time.Duration
	for i := 0; b.Loop(); i++ {
		key, col := "x", 5
		if i%2 == 1 {
			key, col = "\x7f", 4
		}
		start := time.Now()
		term.Type(key)
		term.Until("the key", func(s *vttest.Screen) bool { return s.Col == col })
		worst = max(worst, time.Since(start))
	}
	b.ReportMetric(float64(worst.Microseconds()), "worst-µs")
	term.Type("\x03\x04")
	<-done
}
