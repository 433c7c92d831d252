package edit

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// A cell is one character on the screen.
type cell struct {
	text  string
	width int
	style Style
}

// A row is one row of the screen. A row of the block knows which bytes of the text it shows, and where.
type row struct {
	cells    []cell
	line     int   // where its line begins in the text, if the row is of the block
	from, to int   // what of the line it shows
	at       []int // where in the line each cell is; -1: a prompt's
}

func (r *row) columns() int { return widthOf(r.cells) }

// start and end are of what the row shows, in the text.
func (r *row) start() int { return r.line + r.from }
func (r *row) end() int   { return r.line + r.to }

// column returns where the character at an offset begins.
func (r *row) column(offset int) int {
	n := 0
	offset -= r.line
	for i, c := range r.cells {
		if r.at[i] >= 0 && r.at[i] >= offset {
			return n
		}
		n += c.width
	}
	return n
}

// offset returns what is shown at a column, or the last place of the row that the cursor can be at.
func (r *row) offset(column int, lastOfLine bool) int {
	n, last := 0, r.from
	for i, c := range r.cells {
		if r.at[i] >= 0 {
			last = r.at[i]
			if n+c.width > column {
				return r.line + last
			}
		}
		n += c.width
	}
	if lastOfLine {
		return r.end()
	}
	return r.line + last
}

// A wrapper breaks one line of text into rows.
type wrapper struct {
	width int
	rows  []row
	used  int // columns of the last row
	left  int // cells that are still to come, about
}

func (w *wrapper) next(from int) {
	n := max(min(w.left, w.width), 0)
	w.rows = append(w.rows, row{from: from, to: from, cells: make([]cell, 0, n), at: make([]int, 0, n)})
	w.used = 0
}

func (w *wrapper) put(text string, width int, style Style, at int) {
	if w.used+width > w.width && w.used > 0 {
		w.next(max(at, w.rows[len(w.rows)-1].to))
	}
	r := &w.rows[len(w.rows)-1]
	r.cells = append(r.cells, cell{text, min(width, w.width), style})
	r.at = append(r.at, at)
	w.left--
	w.used += width
}

// wrap lays a line, without its newline, out behind a prompt.
func wrap(text string, prompt []cell, spans []Span, width int) []row {
	w := &wrapper{width: width, left: len(prompt) + len(text)}
	w.next(0)
	for _, c := range prompt {
		w.put(c.text, c.width, c.style, -1)
	}
	start := w.used
	for i := 0; i < len(text); {
		c, n := cluster(text[i:])
		for len(spans) > 0 && spans[0].To <= i {
			spans = spans[1:]
		}
		style := Plain
		if len(spans) > 0 && spans[0].From <= i {
			style = spans[0].Style
		}
		switch {
		case c == "\t":
			for range tabStop - (w.used-start+tabStop*w.width)%tabStop {
				w.put(" ", 1, style, i)
			}
		case !graphic(c, n):
			for _, r := range visible(c) {
				w.put(string(r), 1, Control, i)
			}
		default:
			w.put(c, n, style, i)
		}
		i += len(c)
		w.rows[len(w.rows)-1].to = i
	}
	if w.used >= width { // the cursor needs a place after the last character
		w.next(len(text))
	}
	return w.rows
}

const tabStop = 4

// graphic tells whether a character that takes n columns can be sent to a terminal as it is.
func graphic(c string, n int) bool {
	if c[0] < utf8.RuneSelf {
		return c[0] >= ' ' && c[0] != 0x7f
	}
	return n > 0 && utf8.ValidString(c)
}

// visible shows a character that has no looks of its own.
func visible(c string) string {
	if c[0] < ' ' {
		return "^" + string(rune(c[0]+'@'))
	}
	if c[0] == 0x7f {
		return "^?"
	}
	var b strings.Builder
	for _, r := range c {
		fmt.Fprintf(&b, "<%04x>", r)
	}
	return b.String()
}

// cells returns text, which is of one line, as cells of one style.
func cells(text string, style Style) []cell {
	var out []cell
	for text != "" {
		c, n := cluster(text)
		text = text[len(c):]
		if !graphic(c, n) {
			for _, r := range visible(c) {
				out = append(out, cell{string(r), 1, Control})
			}
			continue
		}
		out = append(out, cell{c, n, style})
	}
	return out
}

// fit returns cells cut to a width; an ellipsis stands for what did not fit.
func fit(cs []cell, width int) []cell {
	if widthOf(cs) <= width {
		return cs
	}
	n := 0
	for i, c := range cs {
		if n += c.width; n > width-1 {
			return append(cs[:i:i], cell{"…", 1, Hint})
		}
	}
	return cs
}

func widthOf(cs []cell) int {
	n := 0
	for _, c := range cs {
		n += c.width
	}
	return n
}

// isText tells whether a rune that was typed goes into the text.
func isText(r rune) bool { return r >= ' ' && r != 0x7f && utf8.ValidRune(r) && !private(r) }
