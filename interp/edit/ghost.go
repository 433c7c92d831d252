package edit

import (
	"slices"
	"strings"
)

// A ghost is how the newest block of the history that begins like the text would go on, up to the end of the line.
// It stands behind the cursor while somebody types, and is of the text only when a key has taken it: what is not on
// the screen cannot be taken.
type ghost struct {
	shown string
	begun bool   // the key before has begun a line: how that goes on is shown at once
	text  string // what was looked for last
	index int    // blocks before this one do not begin like it
}

// mostLooked is how many blocks are looked at: keys come first.
const mostLooked = 2000

// find looks for the ghost of the text; "" if there is none, or it would be in the way.
func (e *Editor) find() string {
	b, g := &e.buf, &e.ghost
	if !b.typing && !g.begun || b.text == "" || b.cursor != len(b.text) || e.screen.palette[Ghost] == "" ||
		e.search != nil || e.menu != nil || e.recall.active || e.vi != nil && e.vi.normal {
		return ""
	}
	if g.text == "" || !strings.HasPrefix(b.text, g.text) {
		g.index = 0
	}
	first := -1
	g.text = b.text
	for i := g.index; i < mostLooked; i++ {
		block, ok := e.o.History.Block(i)
		if !ok {
			break
		}
		rest, begins := strings.CutPrefix(block, b.text)
		if !begins {
			continue
		}
		if first < 0 {
			first, g.index = i, i
		}
		if rest, _, _ = strings.Cut(rest, "\n"); rest != "" {
			return rest
		}
	}
	if first < 0 {
		g.index = mostLooked
	}
	return ""
}

// haunt shows the ghost in what is left of the row that the cursor is at the end of.
func (e *Editor) haunt(r *row, width int) {
	e.ghost.shown = ""
	rest := e.find()
	room := width - r.columns()
	if rest == "" || room < 2 {
		return
	}
	e.ghost.shown = rest
	if most := 8 * room; len(rest) > most { // a character has few bytes
		rest = rest[:right(rest, most)]
	}
	r.cells = append(slices.Clip(r.cells), fit(cells(rest, Ghost), room)...)
}

// materialize takes the ghost, or one word of it, into the text, and tells whether there was one.
func (e *Editor) materialize(word bool) bool {
	b, rest := &e.buf, e.ghost.shown
	if rest == "" {
		return false
	}
	if word {
		rest = rest[:wordEnd(b.text+rest, len(b.text), onlyNames)-len(b.text)]
	}
	b.insert(rest)
	b.typing = word // the rest of it stays
	return true
}
