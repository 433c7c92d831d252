package edit

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

const continuation = "... "

// prompts returns what stands before the first line and before the others.
func (e *Editor) prompts(width int) (first, others []cell) {
	n := widthOf(e.prompt)
	if n > len(continuation) && n <= width/2 { // then all lines begin in one column
		return e.prompt, cells(strings.Repeat(" ", n-len(continuation))+continuation, Hint)
	}
	return e.prompt, cells(continuation, Hint)
}

// layout lays the block out around the cursor, as far as a window of some height can show it, and returns the
// rows and which of them the cursor is in.
func (e *Editor) layout(width, height int) (rows []row, at int) {
	text, cursor := e.buf.text, e.buf.cursor
	from, to := lineStart(text, cursor), lineEnd(text, cursor)
	for n := 0; from > 0 && n < height; n++ {
		from = lineStart(text, from-1)
	}
	for n := 0; to < len(text) && n <= height; n++ {
		to = lineEnd(text, to+1)
	}
	rows = make([]row, 0, 3*height)
	e.lay(from, to, width, e.spans(from, to), func(line []row) bool {
		rows = append(rows, line...)
		if line[0].start() <= cursor {
			for at = len(rows) - 1; rows[at].start() > cursor; at-- {
			}
		}
		return line[0].start() <= cursor || len(rows)-at <= height
	})
	return rows, at
}

// lay lays some of the block's lines out and gives each to f, until that has enough.
func (e *Editor) lay(from, to, width int, spans []Span, f func([]row) bool) {
	first, others := e.prompts(width)
	e.lines.begin(width, others)
	for from <= to {
		end := lineEnd(e.buf.text, from)
		for len(spans) > 0 && spans[0].To <= from {
			spans = spans[1:]
		}
		n := sort.Search(len(spans), func(i int) bool { return spans[i].From >= end })
		var rows []row
		if from == 0 {
			rows = wrap(e.buf.text[:end], first, spans[:n], width)
		} else {
			rows = e.lines.rows(e.buf.text[from:end], from, spans[:n])
		}
		if !f(rows) {
			return
		}
		from = end + 1
	}
}

// spans returns how some of the lines look.
func (e *Editor) spans(from, to int) []Span {
	if e.search != nil && e.search.found {
		if from := strings.Index(e.buf.text, e.search.query); from >= 0 && e.search.query != "" {
			return []Span{{from, from + len(e.search.query), Match}}
		}
	}
	if e.o.Style == nil {
		return nil
	}
	return e.o.Style(e.buf.text, e.buf.cursor, from, to)
}

// view returns what the window shows: the part of the block with the cursor, and what stands below it.
func (e *Editor) view(width, height int) frame {
	rows, at := e.layout(width, height)
	below := e.below(width, height)
	if room := height - min(len(rows), max(1, height/2)); len(below) > room {
		below = below[:room]
	}
	room := height - len(below)
	top := 0
	for top < at && rows[top].start() < e.top {
		top++
	}
	top = max(min(top, len(rows)-room), at-room+1, 0)
	e.top = rows[top].start()
	f := frame{row: at - top, col: min(rows[at].column(e.buf.cursor), width-1)}
	e.haunt(&rows[at], width)
	f.rows = append(slices.Clip(rows[top:min(top+room, len(rows))]), below...)
	return f
}

// sureView is view; what is plugged in and fails is not asked again.
func (e *Editor) sureView(width, height int) (f frame) {
	defer func() {
		if r := recover(); r != nil {
			e.o.Style, e.o.Hint = nil, nil
			e.note = fmt.Sprintf("internal error: %v", r)
			f = e.view(width, height)
		}
	}()
	return e.view(width, height)
}

// below returns the rows below the block: the search, the menu, a note or a hint.
func (e *Editor) below(width, height int) []row {
	one := func(text string, style Style) []row { return []row{{cells: fit(cells(text, style), width)}} }
	switch {
	case e.search != nil:
		return one(e.search.String(), Hint)
	case e.menu != nil:
		return e.menu.rows(width, height)
	case e.note != "":
		return one(e.note, Hint)
	case e.vi != nil && e.vi.normal:
		return one("-- normal --", Hint)
	case e.o.Hint != nil:
		if hint, from, to := e.o.Hint(e.buf.text, e.buf.cursor); hint != "" {
			line := append(cells(hint[:from], Hint), cells(hint[from:to], Now)...)
			return []row{{cells: fit(append(line, cells(hint[to:], Hint)...), width)}}
		}
	}
	return nil
}

// draw brings the screen up to date.
func (e *Editor) draw() {
	e.mu.Lock()
	defer e.mu.Unlock()
	width, height := e.tty.size()
	if width != e.screen.width { // the signal is still to come
		e.screen.resize(width)
	}
	e.drawn = e.sureView(width, height)
	e.screen.draw(e.drawn)
	e.flush()
}

// mostShown is how long a block may be to be shown whole, in bytes, when it is done.
const mostShown = 64 << 10

// final returns what is left on the screen of a block that is done: all of it.
func (e *Editor) final() frame {
	width, height := e.tty.size()
	e.buf.cursor = len(e.buf.text)
	if len(e.buf.text) > mostShown {
		rows, at := e.layout(width, height)
		rows = rows[max(0, at+1-height):]
		return frame{rows: rows, row: len(rows) - 1}
	}
	var spans []Span
	if e.o.Style != nil {
		spans = e.o.Style(e.buf.text, -1, 0, len(e.buf.text))
	}
	var rows []row
	e.lay(0, len(e.buf.text), width, spans, func(line []row) bool {
		rows = append(rows, line...)
		return true
	})
	return frame{rows: rows, row: len(rows) - 1}
}
