package builtins

import (
	"strings"
	"testing"

	"nstar/builtins/internal/layout"
)

// A line goes on in the column that it has begun in.
func TestFoldNamed(t *testing.T) {
	t.Parallel()
	got := foldNamed("    .close  Closes the file\n    >>> close(a, b)\nplain text\n", 18)
	want := "    .close  Closes\n         the file\n    >>> close(a,\n    b)\nplain text\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A usual window has room for all words, and for pages but their examples.
func TestHelpFits(t *testing.T) {
	t.Parallel()
	text := overview(80)
	if n := strings.Count(text, "\n"); n > 22 {
		t.Errorf("the overview has %d lines:\n%s", n, text)
	}
	names := strings.NewReplacer(" .", " netns.", "\n", " ").Replace(text)
	for _, b := range All() {
		if !strings.Contains(names, " "+b.name+" ") {
			t.Errorf("%s is missing in the overview", b.name)
		}
		page, _, _ := strings.Cut(b.page(60), "\n    >>> ")
		for line := range strings.Lines(page) {
			table := strings.HasPrefix(line, indent+" ") || strings.HasPrefix(line, indent+"\t")
			if layout.Width(strings.TrimSuffix(line, "\n")) > 60 && !table {
				t.Errorf("%s: too long: %s", b.name, line)
			}
		}
	}
}
