package edit_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nstar/interp/edit"
	"nstar/interp/edit/vttest"
)

func TestTallBlock(t *testing.T) {
	t.Parallel()
	s := start(t, 20, 5)
	for i := range 9 {
		s.Type(fmt.Sprintf("line %d\x1b\r", i))
	}
	s.Shows("... line 5", "... line 6", "... line 7", "... line 8", "... |")
	s.Type(strings.Repeat("\x1b[A", 5))
	s.Shows("... |line 4", "... line 5", "... line 6", "... line 7", "... line 8")
	s.Type("\x1b[B")
	s.Shows("... line 4", "... |line 5", "... line 6", "... line 7", "... line 8")
	s.Type("\x1b<")
	s.Shows("> |line 0", "... line 1", "... line 2", "... line 3", "... line 4")
	s.Type("\x1b[6~x")
	s.Shows("> line 0", "... line 1", "... line 2", "... x|line 3", "... line 4")
	s.Type("\x1b>\x7f")
	s.Has("line 8|")
	s.Type("\r") // all of it is left to be read
	s.block("line 0\nline 1\nline 2\nxline 3\nline 4\nline 5\nline 6\nline 7\nline 8\n")
	s.Shows("... line 5", "... line 6", "... line 7", "... line 8", "> |")
	s.Screen(func(x *vttest.Screen) {
		if got := strings.Join(x.Gone[len(x.Gone)-5:], "|"); got != "> line 0|... line 1|... line 2|... xline 3|... line 4" {
			t.Errorf("above the window: %s", got)
		}
	})
}

func TestTinyWindow(t *testing.T) {
	t.Parallel()
	hint := func(string, int) (string, int, int) { return "a hint that is too long", 2, 6 }
	s := start(t, 8, 5)
	s.Type("012345678漢字9\x1b\r\x1b\rx")
	s.Shows("> 012345", "678漢字9", "", "...", "... x|")
	s.Type("\x1b<")
	s.Has("> |012345")
	s.Type("\x03")
	s.Type("\xff\x00\x1b[3~y\r")
	s.block("\ufffdy\n")

	s = start(t, 3, 2, func(o *edit.Options) { o.Hint = hint })
	s.Type("abcdef")
	s.Shows("ef|", "a …")
	s.Type("\x01\x0b漢字x")
	s.Shows("|", "a …")
	s.Type("\r")
	s.block("漢字x\n")
}

func TestHugePaste(t *testing.T) {
	t.Parallel()
	line := "x = '" + strings.Repeat("0123456789", 9) + "\t漢'\n"
	text := strings.Repeat(line, 1<<20/len(line))
	s := start(t, 80, 24, func(o *edit.Options) { o.Style = edit.Colours(nil) })
	s.Paste(text + "end")
	s.Has("... end|")
	s.Type("\x1b<")
	s.Has("> |x = ")
	s.Type("y\r")
	s.block("y" + text + "end\n")
}

// One long line without an end.
func TestHugeLine(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("0123456789", 1<<20/10)
	s := start(t, 80, 24)
	s.Paste(text)
	s.Has("789|")
	s.Type("x\r")
	s.block(text + "x\n")
}

// What is written meanwhile stands above the block.
func TestAbove(t *testing.T) {
	t.Parallel()
	s := start(t, 20, 8)
	w := s.editor.Above(s.Tty)
	s.Type("def f():\rx\x1b[A")
	s.Has("> def f()|:")
	fmt.Fprint(w, "a task has ended\n")
	s.Shows("a task has ended", "> def f()|:", "...     x")
	fmt.Fprint(w, "no newline")
	s.Shows("a task has ended", "no newline", "> def f()|:", "...     x")
	fmt.Fprint(w, strings.Repeat("long ", 10)+"\n")
	s.Shows("a task has ended", "no newline", "long long long long", "long long long long", "long long", "> def f()|:", "...     x")
	fmt.Fprint(w, "1\n2\n3\n")
	s.Shows("long long long long", "long long long long", "long long", "1", "2", "3", "> def f()|:", "...     x")
}

// Keys that are read in one go are drawn once: what is written before that, but after the keys that clear the screen or
// drop the block, stands above the block as well.
func TestAboveUndrawn(t *testing.T) {
	t.Parallel()
	above, text := make(chan io.Writer, 1), make(chan string, 1)
	s := start(t, 40, 10, func(o *edit.Options) {
		o.Tab = func(string, int) edit.Candidates {
			w := <-above
			io.WriteString(w, <-text)
			above <- w
			return edit.Candidates{List: []edit.Candidate{{Text: "xy"}}}
		}
	})
	above <- s.editor.Above(s.Tty)
	text <- "a task has ended\n"
	s.Type("old\x15\x0cx\t")
	s.Shows("a task has ended", "> xy|")
	text <- "no newline"
	s.Type("\x03x\t")
	s.Shows("a task has ended", "> xy^C", "no newline", "> xy|")
	text <- "no newline"
	s.Type("\rx\t")
	s.Shows("a task has ended", "> xy^C", "no newline", "> xy", "no newline", "> xy|")
}

// The prompt begins at the left, whatever a program has left behind.
func TestNoNewline(t *testing.T) {
	t.Parallel()
	for _, left := range []string{"x", strings.Repeat("x", 20), strings.Repeat("x", 19)} {
		m := vttest.Open(t, 20, 8)
		e, err := edit.New(edit.Options{In: m.Tty, Out: m.Tty, Prompt: func(context.Context) string { return "> " }})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(m.Tty, left)
		done := make(chan struct{})
		go func() {
			defer close(done)
			e.ReadBlock(t.Context())
		}()
		m.Type("abc")
		m.Until("a prompt below "+left, func(s *vttest.Screen) bool {
			lines := strings.Split(s.String(), "\n")
			return strings.HasPrefix(lines[0], left) && lines[len(lines)-1] == "> abc|"
		})
		m.Type("\x03\x04")
		<-done
		e.Close()
	}
}

func TestClear(t *testing.T) {
	t.Parallel()
	s := start(t, 40, 10)
	s.Type("one\rdef f():\rx\x0c")
	s.Shows("> def f():", "...     x|")
}

func TestHint(t *testing.T) {
	t.Parallel()
	s := start(t, 20, 4, func(o *edit.Options) {
		o.Style = edit.Colours(func(s string) bool { return s == "mount" })
		o.Hint = func(text string, cursor int) (string, int, int) {
			if edit.CallAt(text, cursor) == "mount" {
				return "mount(source, target, fs)", len("mount("), len("mount(source")
			}
			return "", 0, 0
		}
	})
	s.Type("mount(")
	s.Shows("> mount(|", "mount(source, targe…")
	s.Screen(func(x *vttest.Screen) {
		for _, c := range []struct {
			row, col int
			want     string
		}{{0, 0, "1"}, {0, 2, "34"}, {0, 7, ""}, {1, 0, "90"}, {1, 5, "90"}, {1, 6, "1"}, {1, 11, "1"}, {1, 12, "90"}} {
			if got := x.Look(c.row, c.col); got != c.want {
				t.Errorf("%d, %d looks %q, want %q", c.row, c.col, got, c.want)
			}
		}
	})
	s.Type(")")
	s.Shows("> mount()|")
	s.Screen(func(x *vttest.Screen) {
		if x.Look(0, 7) != "1;4" || x.Look(0, 8) != "1;4" {
			t.Errorf("the brackets look %q and %q", x.Look(0, 7), x.Look(0, 8))
		}
	})
	s.Type(" mount(0123456789")
	s.Shows("> mount() mount(0123", "456789|", "mount(source, targe…")
	s.Type("\r")
	s.Has("... |")
	s.Type(")\r")
	s.block("mount() mount(0123456789\n)\n")
}

func TestNoColour(t *testing.T) {
	t.Parallel()
	s := start(t, 20, 4, func(o *edit.Options) {
		o.Style = edit.Colours(nil)
		o.Env = func(name string) string { return map[string]string{"NO_COLOR": "1"}[name] }
	})
	s.Type("def 'x' 1")
	s.Has("1|")
	s.Screen(func(x *vttest.Screen) {
		for i := 2; i < 11; i++ {
			if x.Look(0, i) != "" {
				t.Errorf("%d looks %q", i, x.Look(0, i))
			}
		}
	})
}

// Keys, resizes and output from elsewhere come at once.
func TestRace(t *testing.T) {
	s := start(t, 40, 10, func(o *edit.Options) { o.Style = edit.Colours(nil) })
	w := s.editor.Above(s.Tty)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 50 {
			fmt.Fprintf(w, "task %d\n", i)
		}
	}()
	for i := range 50 {
		wake(t)
		s.Type(fmt.Sprint(i % 10))
	}
	<-done
	s.Type("\r")
	s.block(strings.Repeat("0123456789", 5) + "\n")
}

func TestWide(t *testing.T) {
	t.Parallel()
	s := start(t, 10, 6)
	s.Type("漢字漢字x")
	s.Shows("> 漢字漢字", "x|")
	s.Type("\x1b[D\x1b[D\x7f")
	s.Shows("> 漢字|字x")
	s.Type("\x1b[H")
	s.Shows("> |漢字字x")
	s.Type("a")
	s.Shows("> a|漢字字x")
	s.Type("b")
	s.Shows("> ab|漢字字", "x")
	s.Type("c")
	s.Shows("> abc|漢字", "字x")
}

// A line of many rows is edited in its midst, and wrapped as it should be.
func TestLongLine(t *testing.T) {
	t.Parallel()
	s := start(t, 10, 8)
	s.Type("0123456789abcdefghijkl")
	s.Shows("> 01234567", "89abcdefgh", "ijkl|")
	s.Type("\x1b[A")
	s.Shows("> 01234567", "89ab|cdefgh", "ijkl")
	s.Type("X")
	s.Shows("> 01234567", "89abX|cdefg", "hijkl")
	s.Type("\x1b[A")
	s.Shows("> 012|34567", "89abXcdefg", "hijkl")
	s.Type("\x0b")
	s.Shows("> 012|")
	s.Type("\x1934567")
	s.Type("\x15")
	s.Shows("> |")
	s.Type("12345678")
	s.Shows("> 12345678", "|")
	s.Type("\x7f")
	s.Shows("> 1234567|")
}

func TestResize(t *testing.T) {
	s := start(t, 20, 8)
	s.Type("0123456789abcdefghij")
	s.Shows("> 0123456789abcdefgh", "ij|")
	text := "> 0123456789abcdefghij"
	for _, width := range []int{10, 30, 13, 20} {
		s.Resize(width, 8)
		s.Type("x") // before the signal, which this terminal does not send
		text += "x"
		text := text
		var rows []string
		for len(text) > width {
			rows, text = append(rows, text[:width]), text[width:]
		}
		s.Shows(append(rows, text+"|")...)
	}
}

// wake sends the signal of a resized window to the tests, which the pty does not control, and waits until it is there:
// later it would reach the editor of the next test, in the midst of a resize.
func wake(t *testing.T) {
	t.Helper()
	here := make(chan os.Signal, 1)
	signal.Notify(here, unix.SIGWINCH)
	defer signal.Stop(here)
	p, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = p.Signal(unix.SIGWINCH)
	}
	if err != nil {
		t.Fatal(err)
	}
	<-here
}
