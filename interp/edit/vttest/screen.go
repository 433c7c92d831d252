// Package vttest has a terminal for tests: a pty whose other end keeps a screen. The screen knows exactly
// what the editor may send, and takes everything else for a fault.
package vttest

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// A Screen is what a terminal shows. It wraps as xterm does: a character in the last column leaves the cursor
// there, and the next one goes to the next row.
type Screen struct {
	Width, Height int
	Row, Col      int
	Hidden        bool     // the cursor
	Pasting       bool     // pastes are bracketed
	Bells         int      // since the start
	Gone          []string // rows that left at the top
	Fault         string   // what was not understood, or is wrong

	rows  [][]string // "" after a wide character
	wait  bool       // the next character wraps
	rest  []byte     // of a sequence that is not complete
	sgr   string
	looks [][]string // SGR of each cell
}

// NewScreen returns an empty screen.
func NewScreen(width, height int) *Screen {
	s := &Screen{Width: width, Height: height}
	for range height {
		s.rows, s.looks = append(s.rows, s.blank()), append(s.looks, make([]string, width))
	}
	return s
}

func (s *Screen) blank() []string {
	r := make([]string, s.Width)
	for i := range r {
		r[i] = " "
	}
	return r
}

// Line returns a row without the blanks at its end.
func (s *Screen) Line(i int) string { return strings.TrimRight(strings.Join(s.rows[i], ""), " ") }

// Look returns the SGR parameters of a cell.
func (s *Screen) Look(row, col int) string { return s.looks[row][col] }

// String returns the rows with | where the cursor is, up to the last that is not empty.
func (s *Screen) String() string {
	var lines []string
	for i, r := range s.rows {
		var b strings.Builder
		for j, c := range r {
			if i == s.Row && j == s.Col {
				b.WriteByte('|')
			}
			b.WriteString(c)
		}
		lines = append(lines, strings.TrimRight(b.String(), " "))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// Write takes what a program sends.
func (s *Screen) Write(p []byte) (int, error) {
	s.rest = append(s.rest, p...)
	for len(s.rest) > 0 && s.Fault == "" {
		n := s.next(s.rest)
		if n == 0 {
			break
		}
		s.rest = s.rest[n:]
	}
	return len(p), nil
}

// next takes one sequence or character, and returns its length; 0 if it is not complete.
func (s *Screen) next(b []byte) int {
	switch c := b[0]; {
	case c == 0x1b:
		return s.escape(b)
	case c == '\r':
		s.Col, s.wait = 0, false
	case c == '\n':
		s.down()
		s.wait = false
	case c == '\b':
		s.Col, s.wait = max(s.Col-1, 0), false
	case c == '\a':
		s.Bells++
	case c < ' ' || c == 0x7f:
		s.Fault = fmt.Sprintf("control character %q", c)
	case !utf8.FullRune(b):
		return 0
	default:
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			s.Fault = fmt.Sprintf("not UTF-8: %q", b[:1])
		}
		s.print(string(b[:n]))
		return n
	}
	return 1
}

// print shows one rune; one that belongs to the character before joins it.
func (s *Screen) print(c string) {
	if row, col := s.before(); col >= 0 {
		joined := s.rows[row][col] + c
		if g, rest, width, _ := uniseg.FirstGraphemeClusterInString(joined, -1); rest == "" && g != c {
			was := uniseg.StringWidth(s.rows[row][col])
			s.rows[row][col] = g
			if width > was && col+1 < s.Width && s.Col == col+1 {
				s.rows[row][col+1] = ""
				s.Col = min(col+2, s.Width-1)
			}
			return
		}
	}
	width := uniseg.StringWidth(c)
	if s.wait || s.Col+width > s.Width {
		s.Col, s.wait = 0, false
		s.down()
	}
	s.rows[s.Row][s.Col], s.looks[s.Row][s.Col] = c, s.sgr
	for i := 1; i < width; i++ {
		s.rows[s.Row][s.Col+i] = ""
	}
	if s.Col += width; s.Col >= s.Width {
		s.Col, s.wait = s.Width-1, true
	}
}

// before returns where the character before the cursor is.
func (s *Screen) before() (row, col int) {
	col = s.Col - 1
	if s.wait {
		col = s.Col
	}
	for col >= 0 && s.rows[s.Row][col] == "" {
		col--
	}
	return s.Row, col
}

func (s *Screen) down() {
	if s.Row++; s.Row < s.Height {
		return
	}
	s.Row = s.Height - 1
	s.Gone = append(s.Gone, s.Line(0))
	s.rows = append(s.rows[1:], s.blank())
	s.looks = append(s.looks[1:], make([]string, s.Width))
}

func (s *Screen) escape(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	if b[1] != '[' {
		s.Fault = fmt.Sprintf("sequence %q", b[:2])
		return 2
	}
	for i := 2; i < len(b); i++ {
		if b[i] >= 0x40 && b[i] <= 0x7e {
			s.csi(string(b[2:i]), b[i])
			return i + 1
		}
	}
	return 0
}

func (s *Screen) csi(params string, final byte) {
	n, err := strconv.Atoi(params)
	if params == "" {
		n, err = 1, nil
	}
	switch {
	case final == 'm':
		if s.sgr = strings.TrimPrefix(params, "0;"); params == "0" {
			s.sgr = ""
		}
	case params == "?2004" && (final == 'h' || final == 'l'):
		s.Pasting = final == 'h'
	case params == "?25" && (final == 'h' || final == 'l'):
		s.Hidden = final == 'l'
	case err != nil:
		s.Fault = fmt.Sprintf("sequence CSI %s%c", params, final)
	case final == 'A':
		s.Row, s.wait = max(s.Row-n, 0), false
	case final == 'B':
		s.Row, s.wait = min(s.Row+n, s.Height-1), false
	case final == 'C':
		s.Col, s.wait = min(s.Col+n, s.Width-1), false
	case final == 'D':
		s.Col, s.wait = max(s.Col-n, 0), false
	case final == 'G':
		s.Col, s.wait = min(n, s.Width)-1, false
	case final == 'H' && params == "":
		s.Row, s.Col, s.wait = 0, 0, false
	case final == 'K' && params == "":
		s.erase(s.Row, s.Col)
	case final == 'J' && params == "":
		s.erase(s.Row, s.Col)
		for i := s.Row + 1; i < s.Height; i++ {
			s.erase(i, 0)
		}
	case final == 'J' && n == 2:
		for i := range s.rows {
			s.erase(i, 0)
		}
	default:
		s.Fault = fmt.Sprintf("sequence CSI %s%c", params, final)
	}
}

func (s *Screen) erase(row, from int) {
	for i := from; i < s.Width; i++ {
		s.rows[row][i], s.looks[row][i] = " ", ""
	}
	s.wait = false
}

// Resize gives the window another size, and breaks rows that have become too long, as most terminals do. Rows
// that do not fit any more leave at the top.
func (s *Screen) Resize(width, height int) {
	var rows [][]string
	row, col := 0, s.Col
	for i, r := range s.rows {
		used := len(r)
		for used > 0 && r[used-1] == " " && (i != s.Row || used > s.Col+1) {
			used--
		}
		for {
			n := min(used, width)
			if n > 0 && n < used && r[n] == "" {
				n--
			}
			if i == s.Row && row == 0 && (col < n || n == used) {
				row = len(rows) + 1 // from 1, so that 0 is unknown
			} else if i == s.Row && row == 0 {
				col -= n
			}
			line := make([]string, width)
			for j := range line {
				line[j] = " "
			}
			copy(line, r[:n])
			rows = append(rows, line)
			r, used = r[n:], used-n
			if used == 0 {
				break
			}
		}
	}
	row--
	for len(rows) > height && row < len(rows)-1 && strings.TrimRight(strings.Join(rows[len(rows)-1], ""), " ") == "" {
		rows = rows[:len(rows)-1]
	}
	for len(rows) > height {
		s.Gone = append(s.Gone, strings.TrimRight(strings.Join(rows[0], ""), " "))
		rows, row = rows[1:], row-1
	}
	s.Width, s.Height = width, height
	for len(rows) < height {
		rows = append(rows, s.blank())
	}
	s.rows, s.Row, s.Col, s.wait = rows, max(row, 0), min(col, width-1), false
	s.looks = nil
	for range rows {
		s.looks = append(s.looks, make([]string, width))
	}
}
