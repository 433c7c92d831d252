package layout

import (
	"slices"
	"strings"
	"testing"
)

func row(texts ...string) []Cell {
	var cells []Cell
	for _, t := range texts {
		cells = append(cells, Cell{Text: t})
	}
	return cells
}

func TestTable(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		table Table
		width int
		want  []string
	}{
		{"numbers are flush right", Table{[]string{"pid", "name"}, [][]Cell{row("1", "init"), row("4711", "sh")}}, 80,
			[]string{" pid  name", "   1  init", "4711  sh"}},
		{"wide characters take two columns", Table{nil, [][]Cell{row("日本", "x"), row("e\u0301t", "y"), row("👩‍🚀", "z")}}, 80,
			[]string{"日本  x", "e\u0301t    y", "👩‍🚀    z"}},
		{"the widest column is cut", Table{nil, [][]Cell{row("ab", "abcdefghijkl", "cd")}}, 14,
			[]string{"ab  abcde…  cd"}},
		{"two wide columns are cut alike", Table{nil, [][]Cell{row("aaaaaaaaaa", "bbbbbbbb")}}, 12,
			[]string{"aaaa…  bbbb…"}},
		{"a wide character is not halved", Table{nil, [][]Cell{row("日本語日本語")}}, 6, []string{"日本…"}},
		{"a tiny window", Table{nil, [][]Cell{row("aaaa", "bbbb", "cccc")}}, 8, []string{"aa…  bb…"}},
		{"a short row, an empty cell", Table{[]string{"a", "b"}, [][]Cell{row("x"), row("", "y")}}, 80,
			[]string{"a  b", "x", "   y"}},
		{"nothing", Table{}, 80, []string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.table.Lines(tt.width, false)
			if strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
			for _, l := range got {
				if Width(l) > tt.width {
					t.Errorf("%q takes %d columns of %d", l, Width(l), tt.width)
				}
			}
		})
	}
}

// Colours change nothing but themselves.
func TestPaint(t *testing.T) {
	t.Parallel()
	table := Table{[]string{"name", "n"}, [][]Cell{{{"a", New}, {"1", Bad}}, {{"", New}, {"22", Plain}}}}
	plain := strings.Join(table.Lines(80, false), "\n")
	painted := strings.Join(table.Lines(80, true), "\n")
	for _, look := range append(looks[:], "0") {
		painted = strings.ReplaceAll(painted, "\x1b["+look+"m", "")
	}
	if painted != plain {
		t.Errorf("got %q, want %q", painted, plain)
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"plain": "plain", "a\tb": "a    b", "\x1b[31mred": `\x1b[31mred`, "\xff日": `\xff日`, "a\u200bb": `a\u200bb`, "x\n": `x\n`,
	} {
		if got := Clean(s); got != want || !Printable(got) {
			t.Errorf("Clean(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		s     string
		width int
		want  string
	}{
		{"abcdef", 4, "abcd|ef"}, {"日本語", 4, "日本|語"}, {"日本語", 1, "日|本|語"}, {"", 4, ""}, {"abcd", 4, "abcd"},
	} {
		if got := strings.Join(Wrap(tt.s, tt.width), "|"); got != tt.want {
			t.Errorf("Wrap(%q, %d) = %q, want %q", tt.s, tt.width, got, tt.want)
		}
	}
}

func TestFill(t *testing.T) {
	t.Parallel()
	if got := strings.Join(Fill([]string{"[1,", "22,", "333,", "4]"}, 8), "|"); got != "[1, 22,|333, 4]" {
		t.Error(got)
	}
}

// Lines are broken between words, words nowhere.
func TestFold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		line        string
		width, hang int
		want        []string
	}{
		{"", 4, 0, []string{""}}, {"one two", 7, 0, []string{"one two"}}, {"one two", 6, 2, []string{"one", "  two"}},
		{"one two three", 7, 2, []string{"one two", "  three"}}, {"a  b   c", 3, 0, []string{"a", "b", "c"}},
		{"/a/long/path and more", 6, 1, []string{"/a/long/path", " and", " more"}}, {"abcdef", 3, 1, []string{"abcdef"}},
		{"漢字 漢字", 5, 0, []string{"漢字", "漢字"}}, {"a b   ", 3, 2, []string{"a b"}}, {"a b", 1, 9, []string{"a", "b"}},
	} {
		if got := Fold(c.line, c.width, c.hang); !slices.Equal(got, c.want) {
			t.Errorf("Fold(%q, %d, %d) = %q, want %q", c.line, c.width, c.hang, got, c.want)
		}
	}
}
