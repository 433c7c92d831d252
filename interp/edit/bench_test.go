package edit

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nstar/interp/edit/vttest"
)

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

// BenchmarkGhost is the time from a key to the screen where the history of 100,000 blocks is looked through for it.
func BenchmarkGhost(b *testing.B) {
	term := vttest.Open(b, 100, 40)
	h, err := OpenHistory(bigHistory(b))
	if err != nil {
		b.Fatal(err)
	}
	e, err := New(Options{In: term.Tty, Out: term.Tty, History: h})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		e.ReadBlock(b.Context())
	}()
	col, worst := 0, time.Duration(0)
	term.Type("xx")
	term.Until("the keys", func(s *vttest.Screen) bool { col = s.Col; return col == 2 })
	for i := 0; b.Loop(); i++ {
		key, want := "x", 3
		if i%2 == 1 {
			key, want = "\x7f", 2
		}
		start := time.Now()
		term.Type(key)
		term.Until("the key", func(s *vttest.Screen) bool { return s.Col == want })
		worst = max(worst, time.Since(start))
	}
	b.ReportMetric(float64(worst.Microseconds()), "worst-µs")
	term.Type("\x03\x04")
	<-done
}
