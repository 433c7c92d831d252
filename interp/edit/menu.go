package edit

import (
	"strings"

	"github.com/chzyer/readline"
)

// A menu shows the candidates for what is being typed, below the block. Tab goes through them.
type menu struct {
	from   int // what is completed begins here
	list   []Candidate
	chosen int // -1: none
	typed  string
}

// complete inserts what all candidates have in common, and shows them if that is nothing.
func (e *Editor) complete() {
	b := &e.buf
	c := e.o.Tab(b.text, b.cursor)
	if len(c.List) == 0 || c.From < 0 || c.From > b.cursor {
		e.note = "nothing to complete"
		return
	}
	typed := b.text[c.From:b.cursor]
	common := c.List[0].Text
	for _, x := range c.List[1:] {
		for !strings.HasPrefix(x.Text, common) {
			common = common[:left(common, len(common))]
		}
	}
	if common != typed && strings.HasPrefix(common, typed) || len(c.List) == 1 {
		b.replace(c.From, b.cursor, common)
		if len(c.List) == 1 {
			return
		}
		typed = common
	}
	e.menu = &menu{from: c.From, list: c.List, chosen: -1, typed: typed}
}

// menuKey handles a key while the menu is shown. Another one than those of the menu ends it, and then means
// what it always means.
func (e *Editor) menuKey(k key) bool {
	m := e.menu
	switch k {
	case readline.CharTab, readline.CharNext:
		e.choose(m.chosen + 1)
	case keyBackTab, readline.CharPrev:
		e.choose(m.chosen - 1)
	case readline.CharEnter:
		e.menu = nil
		return m.chosen >= 0
	case keyEscape, keyCtrlG:
		e.choose(-1)
		e.menu = nil
	default:
		e.menu = nil
		return false
	}
	return true
}

// choose puts candidate i, or what was typed, into the text.
func (e *Editor) choose(i int) {
	m := e.menu
	if i < -1 {
		i = len(m.list) - 1
	}
	text := m.typed
	if m.chosen = i; i >= len(m.list) {
		m.chosen = -1
	}
	if m.chosen >= 0 {
		text = m.list[m.chosen].Text
	}
	e.buf.replace(m.from, e.buf.cursor, text)
}

// rows lays the menu out: one candidate to a row with its note, as many as half of the window takes.
func (m *menu) rows(width, height int) []row {
	n := min(len(m.list), max(1, height/2))
	top := min(max(0, m.chosen-n+1), len(m.list)-n)
	column := 0
	for _, c := range m.list[top : top+n] {
		column = max(column, widthOf(cells(c.Text, Plain)))
	}
	column = min(column, max(width/2, 8))
	var out []row
	for i, c := range m.list[top : top+n] {
		style := Plain
		if top+i == m.chosen {
			style = Chosen
		}
		line := fit(cells(c.Text, style), column)
		if c.Note != "" {
			gap := strings.Repeat(" ", column-widthOf(line)+2)
			line = append(append(line, cells(gap, Plain)...), cells(c.Note, Hint)...)
		}
		out = append(out, row{cells: fit(line, width)})
	}
	return out
}
