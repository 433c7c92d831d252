package edit_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"nstar/interp/edit"
	"nstar/interp/edit/vttest"
)

// A session is an editor on a terminal whose blocks are collected.
type session struct {
	*vttest.Terminal
	editor *edit.Editor
	blocks chan string
	err    chan error
	cancel context.CancelFunc
}

// complete is enough of a language: a colon or an open bracket wants more, and then an empty line.
func complete(text string) bool {
	if strings.Count(text, "(") > strings.Count(text, ")") {
		return false
	}
	return !strings.Contains(text, ":\n") || strings.HasSuffix(text, "\n\n")
}

type change func(*edit.Options)

func start(t *testing.T, width, height int, changes ...change) *session {
	t.Helper()
	s := &session{Terminal: vttest.Open(t, width, height), blocks: make(chan string, 100), err: make(chan error, 1)}
	o := edit.Options{
		In: s.Tty, Out: s.Tty, Complete: complete,
		Prompt: func(context.Context) string { return "> " },
		Notice: func(err error) { t.Log(err) },
	}
	for _, c := range changes {
		c(&o)
	}
	e, err := edit.New(o)
	if err != nil {
		t.Fatal(err)
	}
	s.editor = e
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			block, err := e.ReadBlock(ctx)
			if err != nil {
				s.err <- err
				return
			}
			s.blocks <- block
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-done
		e.Close()
	})
	s.Has("> |")
	return s
}

// block waits for the next block.
func (s *session) block(want string) {
	s.T.Helper()
	select {
	case got := <-s.blocks:
		if got != want {
			s.T.Fatalf("got block %q, want %q", got, want)
		}
	case err := <-s.err:
		s.T.Fatal(err)
	case <-time.After(vttest.Patience):
		s.Screen(func(x *vttest.Screen) { s.T.Fatalf("no block; the screen is\n%s", x) })
	}
}

func (s *session) ends(want error) {
	s.T.Helper()
	select {
	case err := <-s.err:
		if err != want {
			s.T.Fatalf("got %v, want %v", err, want)
		}
	case <-time.After(vttest.Patience):
		s.T.Fatal("it does not end")
	}
}

func TestBlock(t *testing.T) {
	t.Parallel()
	s := start(t, 40, 10)
	s.Type("def f():")
	s.Shows("> def f():|")
	s.Type("\r")
	s.Shows("> def f():", "...     |")
	s.Type("return 1")
	s.Shows("> def f():", "...     return 1|")
	s.Type("\x1b[A")
	s.Shows("> def f():|", "...     return 1") // the column that the cursor was in is beyond the line
	s.Type("\x1b[D\x1b[D\x1b[Dxy")
	s.Shows("> def fxy|():", "...     return 1")
	s.Type("\x1b[B\x1b[F\r")
	s.Shows("> def fxy():", "...     return 1", "... |")
	s.Type("\r")
	s.block("def fxy():\n    return 1\n")
	s.Shows("> def fxy():", "...     return 1", "...", "> |")
}

func TestEnd(t *testing.T) {
	t.Parallel()
	for _, keys := range []string{"\x04", "x\x7f\x04", "x\x01\x04\x04"} {
		s := start(t, 40, 10)
		s.Type(keys)
		s.ends(io.EOF)
	}
}

// None of the keys that end or break other editors does so here.
func TestHarmlessKeys(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string]string{
		"Delete": "\x1b[3~", "Ctrl-T on nothing": "\x14", "Ctrl-T after one": "a\x14\x7f", "Backspace": "\x7f", "Ctrl-W": "\x17",
		"NUL": "\x00", "not UTF-8": "\xff\x7f", "cut off": "\xe6\x7f\x7f", "unknown": "\x1b[99~\x1b[1;9Q\x1bOz", "F1": "\x1b[[A\x1bOP",
		"Escape": "\x1b\x1b\x07", "private": "\U0010ff05\x7f", "Alt": "\x1bz\x1bq", "Ctrl-Y": "\x19\x1by",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, 40, 10)
			s.Type(keys)
			s.Type("ok")
			s.Has("ok|")
			s.Type("\x01\x0b") // whatever is left
			s.Type("fine\r")
			s.block("fine\n")
		})
	}
}

func TestPaste(t *testing.T) {
	t.Parallel()
	s := start(t, 60, 30)
	text := "def f():\n\tx = 'a\tb'\n\n\treturn x\n"
	s.Paste(text)
	s.Has("return x")
	s.Type("\r")
	s.block(strings.TrimRight(text, "\n") + "\n")
}

func TestKeys(t *testing.T) {
	t.Parallel()
	for _, x := range []struct{ name, keys, want string }{
		{"Ctrl-W first word", "one\x17two", "two"},
		{"Ctrl-W", "one two/three\x17x", "one x"},
		{"Alt-Backspace", "one two/three\x1b\x7fx", "one two/x"},
		{"Home and End of tmux", "b\x1b[1~a\x1b[4~c", "abc"},
		{"Home and End", "b\x1b[Ha\x1b[Fc\x1bOHx\x1bOFy", "xabcy"},
		{"Ctrl-arrows", "one two\x1b[1;5D\x1b[1;5Dx\x1b[1;5Cy", "xoney two"},
		{"Alt-letters", "one two\x1bbx\x1bb\x1bby\x1bfz", "yonez xtwo"},
		{"kill and yank", "one two\x17\x01\x19.", "two.one"},
		{"kills in a row", "one two three\x17\x17\x19", "one two three"},
		{"yank pop", "one\x15two\x15\x19\x1by", "one"},
		{"Ctrl-K", "one two\x01\x1bf\x0bx", "onex"},
		{"undo", "one two\x1f.", "one ."},
		{"undo and redo", "one two\x1f\x1f\x1b/.", "one ."},
		{"undo of a kill", "one two\x15\x1f", "one two"},
		{"transpose", "abc\x14", "acb"},
		{"transpose inside", "abc\x02\x02\x14", "bac"},
		{"case", "one two three\x01\x1bu\x1bc\x1bl", "ONE Two three"},
		{"Delete", "abc\x01\x1b[3~", "bc"},
		{"Ctrl-D", "abc\x01\x04", "bc"},
		{"quoted", "a\x16\tb", "a\tb"},
		{"wide left", "漢字\x1b[Dx", "漢x字"},
		{"combining", "e\u0301a\x1b[D\x1b[Dx", "xe\u0301a"},
		{"family", "👩‍👩‍👧\x7fa", "a"},
		{"flag", "🇩🇪🇫🇷\x1b[D\x7f", "🇫🇷"},
		{"Alt-d", "one two\x01\x1bd\x19\x19", "oneone two"},
		{"backspace in indentation", "if x:\n\x7fy", "if x:\ny"},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, 40, 10, func(o *edit.Options) { o.Complete = nil })
			s.Type(strings.ReplaceAll(x.keys, "\n", "\x1b\r"))
			s.Type("\r")
			s.block(x.want + "\n")
		})
	}
}

func TestInterrupt(t *testing.T) {
	t.Parallel()
	s := start(t, 40, 10)
	s.Type("def f():\r  abc\x03")
	s.Shows("> def f():", "...   abc^C", "> |")
	s.Type("ok\r")
	s.block("ok\n")
}

// A prompt is asked for anew while it stands alone, not before a block that was begun.
func TestRenew(t *testing.T) {
	t.Parallel()
	var n atomic.Int32
	s := start(t, 40, 10, func(o *edit.Options) {
		o.Prompt = func(context.Context) string { return fmt.Sprint(n.Load()) + "> " }
	})
	n.Store(1)
	s.editor.Renew()
	s.Shows("1> |")
	s.Type("x")
	s.Shows("1> x|")
	n.Store(2)
	s.editor.Renew()
	s.Type("y")
	s.Shows("1> xy|")
	s.Type("\x7f\x7f")
	s.Shows("2> |")
	n.Store(3)
	s.Type("z")
	s.Shows("2> z|")
	s.editor.Renew()
	s.Type("\x03")
	s.Shows("2> z^C", "3> |")
}

// What is typed without waiting is indented by the editor, unless it brings its own indentation.
func TestBurst(t *testing.T) {
	t.Parallel()
	s := start(t, 40, 10)
	want := "def f():\n    if x:\n        y\n    return 1\n"
	s.Type("def f():\rif x:\ry\r\x7freturn 1\r\r")
	s.block(want)
	s.Type("def f():\r    if x:\r        y\r    return 1\r\r")
	s.block(want)
	s.Type("if x:\r    y\relse:\r    z\r\r")
	s.block("if x:\n    y\nelse:\n    z\n")
}

// A fault in what is plugged in costs neither the block nor the session.
func TestFault(t *testing.T) {
	t.Parallel()
	faulty := true
	s := start(t, 40, 10, func(o *edit.Options) {
		o.Complete = func(string) bool {
			if faulty {
				faulty = false
				panic("oops")
			}
			return true
		}
	})
	s.Type("text\r")
	s.Shows("> text|", "internal error: oops")
	s.Type("\r")
	s.block("text\n")

	s = start(t, 40, 10, func(o *edit.Options) {
		o.Style = func(text string, cursor, from, to int) []edit.Span {
			if text == "xy" {
				panic("oops")
			}
			return nil
		}
	})
	s.Type("x")
	s.Shows("> x|")
	s.Type("y")
	s.Shows("> xy|", "internal error: oops")
	s.Type("\r")
	s.block("xy\n")
}

// Whatever a task calls its host, the terminal is not told what to do.
func TestHostilePrompt(t *testing.T) {
	t.Parallel()
	s := start(t, 60, 10, func(o *edit.Options) {
		o.Prompt = func(context.Context) string { return "a\x1b[2J\x9b2J\u009b2J\u202e\r> " }
	})
	s.Shows("a^[[2J<fffd>2J<009b>2J<202e>^M> |")
}
