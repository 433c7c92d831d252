package edit

import (
	"strings"
	"testing"

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
					f.rows = append(f.rows, wrap(text[at:end], nil, nil, width)...)
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
