package edit

import "strings"

// A buffer is the block being edited: text, cursor (a byte offset), the way back, and what was cut. All
// changes of the text go through replace.
type buffer struct {
	text   string
	cursor int

	undone, redone []state // what undo and redo return to, the next one last
	typing         bool    // the last change was a typed character: the next one belongs to it

	kills   []string // the newest last
	killing bool     // the last key cut: the next cut adds to it
	yanked  span     // where the last yank is, if it was the last key
}

// A state is a text with its cursor.
type state struct {
	text   string
	cursor int
}

type span struct{ from, to int }

const (
	mostStates = 1000     // that undo can return to
	mostBytes  = 64 << 20 // in those states
	mostKills  = 60
)

func (b *buffer) state() state { return state{b.text, b.cursor} }

// reset starts a new block; what was cut stays.
func (b *buffer) reset(text string) {
	b.text, b.cursor = text, len(text)
	b.undone, b.redone = nil, nil
	b.calm()
}

// calm says that the next change is not one with the last.
func (b *buffer) calm() { b.typing, b.killing, b.yanked = false, false, span{} }

// replace puts s in the place of text[from:to], and the cursor behind it.
func (b *buffer) replace(from, to int, s string) {
	b.remember()
	b.text = b.text[:from] + s + b.text[to:]
	b.cursor = from + len(s)
	b.calm()
}

func (b *buffer) insert(s string) { b.replace(b.cursor, b.cursor, s) }

// typed inserts what one key typed. Undo takes a word at once.
func (b *buffer) typed(s string) {
	starts := s != " " && strings.HasSuffix(b.text[:b.cursor], " ")
	if b.typing && !starts {
		b.text = b.text[:b.cursor] + s + b.text[b.cursor:]
		b.cursor += len(s)
	} else {
		b.insert(s)
	}
	b.calm()
	b.typing = true
}

func (b *buffer) remember() {
	b.redone = nil
	b.undone = append(b.undone, b.state())
	bytes := 0
	for i := len(b.undone) - 1; i >= 0; i-- {
		bytes += len(b.undone[i].text)
		if bytes > mostBytes || len(b.undone)-i > mostStates {
			b.undone = append([]state(nil), b.undone[i+1:]...)
			return
		}
	}
}

// undo takes the last change back, redo makes it again. They tell whether there was one.
func (b *buffer) undo() bool { return b.travel(&b.undone, &b.redone) }
func (b *buffer) redo() bool { return b.travel(&b.redone, &b.undone) }

func (b *buffer) travel(from, to *[]state) bool {
	n := len(*from)
	if n == 0 {
		return false
	}
	*to = append(*to, b.state())
	s := (*from)[n-1]
	*from = (*from)[:n-1]
	b.text, b.cursor = s.text, s.cursor
	b.calm()
	return true
}

// kill cuts text[from:to]. Cuts that follow each other are yanked as one.
func (b *buffer) kill(from, to int) {
	if from >= to {
		return
	}
	cut, backward, more := b.text[from:to], to == b.cursor, b.killing
	b.replace(from, to, "")
	n := len(b.kills)
	switch {
	case more && n > 0 && backward:
		b.kills[n-1] = cut + b.kills[n-1]
	case more && n > 0:
		b.kills[n-1] += cut
	default:
		b.keep(cut)
	}
	b.killing = true
}

// keep puts s on the kill ring.
func (b *buffer) keep(s string) {
	if len(b.kills) == mostKills {
		b.kills = append([]string(nil), b.kills[1:]...)
	}
	b.kills = append(b.kills, s)
}

// killed returns what the last cut took.
func (b *buffer) killed() string {
	if n := len(b.kills); n > 0 {
		return b.kills[n-1]
	}
	return ""
}

// yank inserts the last cut.
func (b *buffer) yank() {
	if s := b.killed(); s != "" {
		from := b.cursor
		b.insert(s)
		b.yanked = span{from, b.cursor}
	}
}

// yankPop replaces what was just yanked by the cut before it.
func (b *buffer) yankPop() {
	n := len(b.kills)
	at := b.yanked
	if at.to == 0 || n < 2 {
		return
	}
	b.kills = append([]string{b.kills[n-1]}, b.kills[:n-1]...)
	b.replace(at.from, at.to, b.killed())
	b.yanked = span{at.from, b.cursor}
}
