package edit_test

import (
	"path/filepath"
	"testing"

	"nstar/interp/edit"
)

func withHistory(t *testing.T, blocks ...string) change {
	t.Helper()
	h, err := edit.OpenHistory(filepath.Join(t.TempDir(), "dir", "history"))
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range blocks {
		if err := h.Add(b); err != nil {
			t.Fatal(err)
		}
	}
	return func(o *edit.Options) { o.History = h }
}

func TestRecall(t *testing.T) {
	t.Parallel()
	s := start(t, 40, 10, withHistory(t, "one", "def f():\n    return 1", "three"))
	s.Type("\x1b[A")
	s.Shows("> three|")
	s.Type("\x1b[A")
	s.Shows("> def f():", "...     return 1|")
	s.Type("\x1b[A")
	s.Shows("> one|")
	s.Type("\x1b[A\x1b[B")
	s.Shows("> def f():", "...     return 1|")
	s.Type("0\x1b[D\x1b[A\x1b[Dg\r") // in its midst, and one Enter runs it
	s.block("def f()g:\n    return 10\n")
}

func TestPrefix(t *testing.T) {
	t.Parallel()
	s := start(t, 40, 10, withHistory(t, "mount(1)", "umount(2)", "mount(3)", "x"))
	s.Type("mou\x1b[A")
	s.Shows("> mount(3)|")
	s.Type("\x1b[A")
	s.Shows("> mount(1)|")
	s.Type("\x1b[A")
	s.Shows("> mount(1)|", "no older block begins like this")
	s.Type("\x1b[B\x1b[B")
	s.Shows("> mou|")
}

func TestSearch(t *testing.T) {
	t.Parallel()
	s := start(t, 40, 10, withHistory(t, "mount(1)", "umount(2)", "mount(3)", "x"))
	s.Type("draft\x12mount")
	s.Shows("> |mount(3)", "search: mount")
	s.Type("\x12")
	s.Shows("> u|mount(2)", "search: mount")
	s.Type("\x12\x12")
	s.Shows("> |mount(1)", "search: mount")
	s.Type("\x13")
	s.Shows("> u|mount(2)", "search: mount")
	s.Type("z")
	s.Shows("> u|mount(2)", "no block contains: mountz")
	s.Type("\x07")
	s.Shows("> draft|")
	s.Type("\x12(1\r")
	s.block("mount(1)\n")
}
