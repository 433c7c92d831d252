package edit_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

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

// Ctrl-D that was typed before the terminal was raw leaves, also if the editor is called to look about at once.
func TestEndAhead(t *testing.T) {
	t.Parallel()
	m := vttest.Open(t, 20, 4)
	e, err := edit.New(edit.Options{In: m.Tty, Out: m.Tty})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	m.Type("\x04")
	fds := []unix.PollFd{{Fd: int32(m.Tty.Fd()), Events: unix.POLLIN}}
	if n, err := unix.Poll(fds, int(vttest.Patience.Milliseconds())); n != 1 {
		t.Fatal("the terminal has not got it: ", err)
	}
	e.Renew()
	ctx, cancel := context.WithTimeout(t.Context(), vttest.Patience)
	defer cancel()
	if _, err := e.ReadBlock(ctx); err != io.EOF {
		t.Errorf("got %v, want %v", err, io.EOF)
	}
}
