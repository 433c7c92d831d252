package edit_test

import (
	"testing"

	"nstar/interp/edit"
	"nstar/interp/edit/vttest"
)

// How a block of the history would go on stands behind what is typed, and is no part of it.
func TestGhost(t *testing.T) {
	t.Parallel()
	s := start(t, 40, 10, withHistory(t, "old(1)", "mount('/a', b)", "def f():\n    return 1", "one"))
	s.Type("m")
	s.Shows("> m|ount('/a', b)")
	s.Screen(func(x *vttest.Screen) {
		if x.Look(0, 2) != "" || x.Look(0, 3) != "90" {
			t.Errorf("it looks %q, and the text %q", x.Look(0, 3), x.Look(0, 2))
		}
	})
	s.Type("x")
	s.Shows("> mx|")
	s.Type("\x7f")
	s.Shows("> m|") // whoever goes back does not want it
	s.Type("o")
	s.Shows("> mo|unt('/a', b)")
	s.Type("\r")
	s.block("mo\n")
	s.Type("o")
	s.Shows("> mo", "> o|ne")
	s.Type("l")
	s.Shows("> mo", "> ol|d(1)")
	s.Type("\x01")
	s.Shows("> mo", "> |ol")
	s.Type("\x05\x05\x03")
	s.Shows("> mo", "> ol^C", "> |")
	s.Type("def")
	s.Shows("> mo", "> ol^C", "> def| f():")
	s.Type("\x1b[C\r") // a line at a time
	s.Shows("> mo", "> ol^C", "> def f():", "...     |return 1")
	s.Type("r")
	s.Shows("> mo", "> ol^C", "> def f():", "...     r|eturn 1")
	s.Type("\x1b[F\r\r")
	s.block("def f():\n    return 1\n")
	s.Type("mo")
	s.Has("> mo|unt('/a', b)") // "mo" itself, which was entered last, goes on no further
	s.Type("\x05")
	s.Has("> mount('/a', b)|")
	s.Type("\x1f")
	s.Has("> mo|")
	s.Type("\x03")
}

// A key takes what is seen, all of it or a word, and nothing else.
func TestGhostTaken(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"\x1b[C", "\x06", "\x05", "\x1b[F", "\x1bf\x1bf\x1bf\x1bf\x1b[C"} {
		s := start(t, 40, 10, withHistory(t, "mount('a b', 漢字)"))
		s.Type("m")
		s.Shows("> m|ount('a b', 漢字)")
		if len(end) > 4 {
			s.Type("\x1bf")
			s.Shows("> mount|('a b', 漢字)")
			s.Type("\x1bf")
			s.Shows("> mount('a| b', 漢字)")
			end = "\x1b[C"
		}
		s.Type(end)
		s.Shows("> mount('a b', 漢字)|")
		s.Type("\r")
		s.block("mount('a b', 漢字)\n")
	}
	s := start(t, 40, 10, withHistory(t, "mount('a b')"))
	s.Type("m\x05\r") // typed ahead: nobody has seen more
	s.block("m\n")
}

// It is out of the way of menus, searches and pastes, of the way through the history, and of the window's edge.
func TestGhostGone(t *testing.T) {
	t.Parallel()
	s := start(t, 16, 6, withHistory(t, "mounts()", "mount('source', 'target')"), func(o *edit.Options) {
		o.Tab = func(text string, cursor int) edit.Candidates {
			return edit.Candidates{List: []edit.Candidate{{Text: "mount"}, {Text: "mounts"}}}
		}
	})
	s.Type("m")
	s.Shows("> m|ount('source…")
	s.Type("\t")
	s.Shows("> mount|", "mount", "mounts")
	s.Type("\x07\x15m")
	s.Has("> m|ount('source…")
	s.Type("\x12")
	s.Has("> m|\nsearch:")
	s.Type("\x07\x15")
	s.Shows("> |")
	s.Paste("mou")
	s.Shows("> mou|")
	s.Type("n")
	s.Shows("> moun|t('source…")
	s.Type("\x1b[A")
	s.Has("> mount('source'")
	s.Type("\x1b[A")
	s.Shows("> mounts()|")
	s.Type("\x15mount('source', 'ta")
	s.Shows("> mount('source'", ", 'ta|rget')")
	s.Type("\x03")
}

// In vi's normal mode the cursor is on a character, and there is nothing to go on with.
func TestGhostVi(t *testing.T) {
	t.Parallel()
	s := start(t, 40, 10, withHistory(t, "mount()"), func(o *edit.Options) { o.Vi = true })
	s.Type("mo")
	s.Shows("> mo|unt()")
	s.Type("\x1b")
	s.Shows("> m|o", "-- normal --")
	s.Type("au")
	s.Shows("> mou|nt()")
	s.Type("\x1b[C\r")
	s.block("mount()\n")
}

// Without colours it could not be told from the text.
func TestGhostNoColour(t *testing.T) {
	t.Parallel()
	s := start(t, 40, 10, withHistory(t, "mount()"), func(o *edit.Options) {
		o.Env = func(name string) string { return map[string]string{"NO_COLOR": "1"}[name] }
	})
	s.Type("m")
	s.Shows("> m|")
	s.Type("\x05\r")
	s.block("m\n")
}
