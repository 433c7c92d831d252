package edit

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// pieces are what texts are made of here: all that makes the scanner go on further than one expects.
var pieces = []string{
	"a", "mount", "r", "b", "1.5", "'", "\"", "'''", "\"\"\"", "\\", "#", "\n", "\n    ", " ", "(", ")", "[", "]", "+", "!", "!=", ".",
	"é", "\u0301", "\u0302", "漢", "👩", "\u200d", "🇩", "🇪", "\xff", "\xcc", "\x00", "def f(x):\n", "x = 'y' # z\n",
}

func randomText(r *rand.Rand, n int) string {
	var b strings.Builder
	for range r.IntN(n + 1) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

// A scanner that remembers says what one says that does not.
func TestScanner(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	s, text := &Scanner{}, ""
	for i := range 5_000 {
		from := r.IntN(len(text) + 1)
		to := min(from+r.IntN(10), len(text))
		if len(text) > 300 {
			to = min(from+250, len(text))
		}
		before := text
		text = text[:from] + randomText(r, 4) + text[to:]
		if got, want := s.scan(text), scan(text); !slices.Equal(got, want) {
			t.Fatalf("%d: from %q to %q:\ngot  %v\nwant %v", i, before, text, got, want)
		}
	}
	for _, text := range []string{"!ls 'a", "'a", "!=", "", "'''", "!"} {
		if got, want := s.scan(text), scan(text); !slices.Equal(got, want) {
			t.Fatalf("%q: got %v, want %v", text, got, want)
		}
	}
}

// Lines that were laid out before look as if they had not been.
func TestLineCache(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	style := Colours(func(s string) bool { return s == "mount" })
	e := &Editor{o: Options{Style: style}, prompt: cells("> ", Prompt)}
	for i := range 1000 {
		text := e.buf.text
		from := left(text, r.IntN(len(text)+1))
		to := min(from+r.IntN(5), len(text))
		if len(text) > 600 {
			to = len(text)
		}
		e.buf.replace(from, to, strings.ToValidUTF8(randomText(r, 6), "?"))
		width, height := 8+r.IntN(2)*20, 5
		rows, at := e.layout(width, height)
		anew := &Editor{o: e.o, prompt: e.prompt, buf: e.buf}
		want, wantAt := anew.layout(width, height)
		if got, want := fmt.Sprint(at, rows), fmt.Sprint(wantAt, want); got != want {
			t.Fatalf("%d: %q:\ngot  %s\nwant %s", i, e.buf.text, got, want)
		}
		e.buf.undone = nil
	}
}
