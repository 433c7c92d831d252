package edit_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nstar/interp/edit"
	"nstar/interp/edit/vttest"
)

// Ctrl-D in a block that is not complete loses nothing.
func TestEndInBlock(t *testing.T) {
	t.Parallel()
	s := start(t, 40, 10)
	s.Type("def f():\r\x04\x04return 1\x04\r\r")
	s.block("def f():\n    return 1\n")
}

func TestNewlineInside(t *testing.T) {
	t.Parallel()
	s := start(t, 40, 10, withHistory(t, "if x:\n    y\n    z"))
	s.Type("\x1b[A\x1b[A\x02") // the block, and no older one: the cursor stays in its last line
	s.Shows("> if x:", "...     y", "...     |z")
	s.Type("\x1b<\x05")
	s.Shows("> if x:|", "...     y", "...     z")
	s.Type("\r")
	s.Shows("> if x:", "...     |", "...     y", "...     z")
	s.Type("\x1b[Z\x1b[Z")
	s.Shows("> if x:", "... |", "...     y", "...     z")
	s.Type("\x1f\x1f")
	s.Has("> if x:|")
	s.Type("\x1b>\x1b\ra")
	s.Shows("> if x:", "...     y", "...     z", "...     a|")
	s.Type("\r")
	s.block("if x:\n    y\n    z\n    a\n")
}

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
	hint := func(string, int) string { return "a hint that is too long" }
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

func TestHangup(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history")
	open := func() *edit.History {
		h, err := edit.OpenHistory(path)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	s := start(t, 40, 10, func(o *edit.Options) { o.History = open() })
	s.Type("def f():\rhalf")
	s.Has("half|")
	s.cancel()
	s.ends(context.Canceled)

	s = start(t, 40, 10, func(o *edit.Options) { o.History = open() })
	s.Type("other half")
	s.Has("half|")
	s.Master.Close()
	s.ends(io.EOF)

	h := open()
	defer h.Close()
	for i, want := range []string{"other half", "def f():\n    half"} {
		if got, _ := h.Block(i); got != want {
			t.Errorf("kept: %q, want %q", got, want)
		}
	}
}

// A cancelled wait takes no key: it is for whoever reads next.
func TestTypeAhead(t *testing.T) {
	t.Parallel()
	m := vttest.Open(t, 40, 10)
	e, err := edit.New(edit.Options{In: m.Tty, Out: m.Tty})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	m.Type("first\rsecond\rthird")
	if got, err := e.ReadBlock(t.Context()); got != "first\n" || err != nil {
		t.Fatalf("%q, %v", got, err)
	}
	b := make([]byte, len("second\n"))
	if _, err := io.ReadFull(m.Tty, b); err != nil || string(b) != "second\n" {
		t.Fatalf("%q, %v", b, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := e.ReadBlock(ctx)
		done <- err
	}()
	m.Has("third|")
	cancel()
	<-done
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

func TestEditorProgram(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "ed")
	if err := os.WriteFile(program, []byte("#!/bin/sh\nread line; echo \"$line $(cat \"$1\")\" >\"$1\"; echo seen\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	s := start(t, 40, 10, func(o *edit.Options) {
		o.Env = func(name string) string { return map[string]string{"EDITOR": program}[name] }
	})
	s.Type("text")
	s.Has("text|")
	s.Type("\x18\x05new\r")
	s.Shows("seen", "> new text|")
	s.Type("\r")
	s.block("new text\n")
	s.Type("other")
	s.Has("other|")
	if err := os.Remove(program); err != nil {
		t.Fatal(err)
	}
	s.Type("\x18\x05")
	s.Has("the editor failed: exit status 127")
	s.Has("> other|")
}

func TestClear(t *testing.T) {
	t.Parallel()
	s := start(t, 40, 10)
	s.Type("one\rdef f():\rx\x0c")
	s.Shows("> def f():", "...     x|")
}

func TestMenu(t *testing.T) {
	t.Parallel()
	list := []edit.Candidate{{"mount", "attaches"}, {"mountpoint", ""}, {"mode漢", "the mode"}}
	complete := func(text string, cursor int) edit.Candidates {
		from := strings.LastIndexAny(text[:cursor], " (") + 1
		c := edit.Candidates{From: from}
		for _, x := range list {
			if strings.HasPrefix(x.Text, text[from:cursor]) {
				c.List = append(c.List, x)
			}
		}
		return c
	}
	s := start(t, 20, 10, func(o *edit.Options) { o.Tab = complete })
	s.Type("\tx\x7f\x7f") // at the start of a line Tab indents
	s.Shows("> |")
	s.Type("0123456789012345678 m\t") // on a wrapped line
	s.Shows("> 012345678901234567", "8 mo|", "mount       attaches", "mountpoint", "mode漢      the mode")
	s.Type("\t\t")
	s.Shows("> 012345678901234567", "8 mountpoint|", "mount       attaches", "mountpoint", "mode漢      the mode")
	s.Type("\t\t")
	s.Shows("> 012345678901234567", "8 mo|", "mount       attaches", "mountpoint", "mode漢      the mode")
	s.Type("\x1b[A\r")
	s.Shows("> 012345678901234567", "8 mode漢|")
	s.Type("\x15f(mountp\t)\r")
	s.block("f(mountpoint)\n")
	s.Type("z\t")
	s.Shows("> f(mountpoint)", "> z|", "nothing to complete")
}

func TestHint(t *testing.T) {
	t.Parallel()
	s := start(t, 20, 4, func(o *edit.Options) {
		o.Style = edit.Colours(func(s string) bool { return s == "mount" })
		o.Hint = func(text string, cursor int) string {
			if edit.CallAt(text, cursor) == "mount" {
				return "mount(source, target, fs)"
			}
			return ""
		}
	})
	s.Type("mount(")
	s.Shows("> mount(|", "mount(source, targe…")
	s.Screen(func(x *vttest.Screen) {
		for _, c := range []struct {
			row, col int
			want     string
		}{{0, 0, "1"}, {0, 2, "34"}, {0, 7, ""}, {1, 0, "90"}} {
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

func TestVi(t *testing.T) {
	t.Parallel()
	for _, x := range []struct{ keys, want string }{
		{"one two three\x1bbbdwx", "one hree"},
		{"one two\x1b0dwP", "one two"},
		{"one two\x1b0xp", "noe two"},
		{"one two\x1b0cwsix\x1bA!", "six two!"},
		{"one two\x1b0dfw", "o"},
		{"a.b.c\x1b02f.d0", ".c"},
		{"one two\x1b0ftD", "one"},
		{"one two\x1b0ttD", "one"},
		{"one two\x1bFoi.", ".one two"},
		{"one\x1bu", ""},
		{"one\x1bxxu", "on"},
		{"one\x1brX", "onX"},
		{"one two\x1b0~~~", "ONE two"},
		{"one\x1boif\x1byyPkJ", "one if\nif"},
		{"one\x1bIa \x1bA b", "a one b"},
		{"f(a, b)\x1b%x", "fa, b)"},
		{"a b c d\x1b03dw", "d"},
		{"a b c d\x1b0d2wix", "xc d"},
		{"one\x1bOzero\x1bjA.", "zero\none."},
		{"one\x1botwo\x1bggdd", "two"},
		{"one\x1botwo\x1bddp", "one\ntwo"},
		{"one\x1bcctwo", "two"},
		{"one\x1bStwo", "two"},
		{"one two\x1b0wC2", "one 2"},
		{"abc\x1b0lsX", "aXc"},
		{"漢字\x1bhx", "字"},
	} {
		t.Run(x.keys, func(t *testing.T) {
			t.Parallel()
			s := start(t, 40, 10, func(o *edit.Options) { o.Vi, o.Complete = true, nil })
			s.Type(x.keys)
			s.Type("\r")
			s.block(strings.TrimRight(x.want, " ") + "\n")
		})
	}
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
