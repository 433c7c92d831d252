package edit

import (
	"bytes"
	"fmt"
	"strings"
)

// A frame is what the editor shows: rows, and where the cursor is among them.
type frame struct {
	rows     []row
	row, col int
}

// A screen knows what the terminal shows of the editor, and writes what is different. It moves the cursor by
// rows and columns, never by counting what it has written.
type screen struct {
	palette palette
	width   int
	shown   frame
	row     int // of the cursor, from the first row shown
	col     int // likewise; -1: not known
	style   Style
	out     bytes.Buffer
}

// take returns what is to be written to the terminal.
func (s *screen) take() []byte {
	out := bytes.Clone(s.out.Bytes())
	s.out.Reset()
	return out
}

// begin starts at the left of a row of which nothing is known: if the cursor is not there, the row gets a
// mark and what follows goes to the next one.
func (s *screen) begin() {
	s.shown, s.row, s.col = frame{}, 0, 0
	s.setStyle(Hint)
	s.out.WriteString("⏎")
	s.setStyle(Plain)
	s.out.WriteString(strings.Repeat(" ", max(s.width-1, 0)) + "\r\x1b[K")
}

// draw shows f.
func (s *screen) draw(f frame) {
	changed := 0
	for i := range f.rows {
		if i >= len(s.shown.rows) || !same(f.rows[i].cells, s.shown.rows[i].cells) {
			changed++
		}
	}
	hide := changed > 1
	if hide {
		s.out.WriteString("\x1b[?25l")
	}
	if len(f.rows) < len(s.shown.rows) {
		s.move(len(f.rows), 0)
		s.out.WriteString("\x1b[J")
	}
	for i, r := range f.rows {
		var old []cell
		if i < len(s.shown.rows) {
			old = s.shown.rows[i].cells
		}
		if i >= len(s.shown.rows) && i > 0 || !same(r.cells, old) {
			s.change(i, old, r.cells)
		}
	}
	s.shown = f
	s.move(f.row, f.col)
	if hide {
		s.out.WriteString("\x1b[?25h")
	}
}

// change turns a row from old into cells.
func (s *screen) change(i int, old, cells []cell) {
	first, col := 0, 0
	for first < len(old) && first < len(cells) && old[first] == cells[first] {
		col += cells[first].width
		first++
	}
	last := len(cells)
	if was, is := widthOf(old), widthOf(cells); was == is {
		for n := len(old); last > first && n > first && old[n-1] == cells[last-1]; n-- {
			last--
		}
	}
	s.move(i, col)
	for _, c := range cells[first:last] {
		s.setStyle(c.style)
		s.out.WriteString(c.text)
		col += c.width
		if len(c.text) > 1 && col < s.width { // terminals differ in what they give to it
			fmt.Fprintf(&s.out, "\x1b[%dG", col+1)
		}
	}
	s.setStyle(Plain)
	if widthOf(old) > widthOf(cells) {
		s.out.WriteString("\x1b[K")
	}
	if s.col = col; col >= s.width { // it waits to wrap
		s.col = -1
	}
}

// move brings the cursor to a place. Rows below those that are shown are made.
func (s *screen) move(row, col int) {
	if row == s.row && col == s.col {
		return
	}
	s.out.WriteByte('\r')
	if up := s.row - row; up > 0 {
		fmt.Fprintf(&s.out, "\x1b[%dA", up)
	}
	for ; s.row < row; s.row++ {
		s.out.WriteByte('\n')
	}
	s.row, s.col = row, col
	if col > 0 {
		fmt.Fprintf(&s.out, "\x1b[%dC", col)
	}
}

func (s *screen) setStyle(style Style) {
	if s.palette[style] == s.palette[s.style] {
		s.style = style
		return
	}
	s.style = style
	if s.palette[style] == "" {
		s.out.WriteString("\x1b[m")
		return
	}
	s.out.WriteString("\x1b[0;" + s.palette[style] + "m")
}

// erase takes the editor off the screen and leaves the cursor where it was.
func (s *screen) erase() {
	s.move(0, 0)
	s.out.WriteString("\x1b[J")
	s.shown = frame{}
}

// clear empties the whole screen.
func (s *screen) clear() {
	s.out.WriteString("\x1b[H\x1b[2J")
	s.shown, s.row, s.col = frame{}, 0, 0
}

// end leaves the cursor on a row below the editor.
func (s *screen) end() {
	s.move(max(len(s.shown.rows)-1, 0), 0)
	s.out.WriteString("\n")
	s.shown, s.row, s.col = frame{}, 0, 0
}

// resize forgets what the window showed before it got another width: a terminal breaks the rows that have
// become too long.
func (s *screen) resize(width int) {
	if width < s.width {
		above := 0
		for i, r := range s.shown.rows {
			if i >= s.shown.row {
				break
			}
			above += max(0, r.columns()-1) / width
		}
		s.row += above + s.shown.col/width
	}
	s.width, s.col = width, -1
	s.erase()
}

func same(a, b []cell) bool {
	if len(a) != len(b) {
		return false
	}
	if len(a) > 0 && &a[0] == &b[0] { // of a line that was not laid out again
		return true
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
