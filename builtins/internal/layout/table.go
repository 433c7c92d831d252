package layout

import (
	"slices"
	"strings"
)

// A Style says what a cell means; Paint says how that looks.
type Style uint8

// The styles.
const (
	Plain Style = iota
	Head        // of a column
	New         // not the host's
	Bad         // an error, an end
	Faint       // beside the point
)

// SGR parameters, ECMA-48.
var looks = [...]string{Head: "1", New: "32", Bad: "31", Faint: "2"}

// Paint gives text a style, if colour is wanted.
func Paint(text string, s Style, colour bool) string {
	if !colour || looks[s] == "" || text == "" {
		return text
	}
	return "\x1b[" + looks[s] + "m" + text + "\x1b[0m"
}

// A Cell is one line of Printable text.
type Cell struct {
	Text  string
	Style Style
}

// A Table is rows of cells below the names of their columns. A row may be short.
type Table struct {
	Columns []string // nil: the rows stand alone
	Rows    [][]Cell
}

// Unbounded is the width of a table that is cut nowhere.
const Unbounded = 1 << 30

const (
	gap   = 2 // between columns
	least = 3 // what the narrowest column that was cut keeps
)

// Lines are the table in at most width columns. What is too wide is cut where
// most room is taken.
func (t *Table) Lines(width int, colour bool) []string {
	rows := t.Rows
	if t.Columns != nil {
		head := make([]Cell, len(t.Columns))
		for i, name := range t.Columns {
			head[i] = Cell{name, Head}
		}
		rows = slices.Concat([][]Cell{head}, rows)
	}
	widths := natural(rows)
	shrink(widths, width)
	right := t.numbers(len(widths))
	lines := make([]string, len(rows))
	for i, row := range rows {
		lines[i] = line(row, widths, right, width, colour)
	}
	return lines
}

// natural is how wide each column would like to be.
func natural(rows [][]Cell) []int {
	var widths []int
	for _, row := range rows {
		for i, c := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], Width(c.Text))
		}
	}
	return widths
}

// shrink takes columns from the widest until all fit.
func shrink(widths []int, width int) {
	total := gap * (len(widths) - 1)
	for _, w := range widths {
		total += w
	}
	for total > width {
		widest, second := 0, least
		for i, w := range widths {
			if w > widths[widest] {
				widest = i
			}
		}
		for i, w := range widths {
			if i != widest {
				second = max(second, w)
			}
		}
		if widths[widest] <= least {
			return
		}
		by := min(total-width, max(1, widths[widest]-second), widths[widest]-least)
		widths[widest] -= by
		total -= by
	}
}

// numbers tells which columns have nothing but numbers: they are flush right.
func (t *Table) numbers(n int) []bool {
	right := make([]bool, n)
	for i := range right {
		for _, row := range t.Rows {
			if i >= len(row) || row[i].Text == "" {
				continue
			}
			right[i] = strings.Trim(row[i].Text, "-0123456789.") == ""
			if !right[i] {
				break
			}
		}
	}
	return right
}

// line is one row. Where even the least widths do not fit, it ends early.
func line(row []Cell, widths []int, right []bool, width int, colour bool) string {
	var b strings.Builder
	column, blanks := 0, 0 // blanks are written when something follows
	for i, c := range row {
		if i > 0 {
			blanks, column = blanks+gap, column+gap
		}
		if column >= width {
			break
		}
		text := Cut(c.Text, min(widths[i], width-column))
		pad := max(0, widths[i]-Width(text))
		column += widths[i]
		if right[i] {
			blanks, pad = blanks+pad, 0
		}
		if text != "" {
			b.WriteString(strings.Repeat(" ", blanks) + Paint(text, c.Style, colour))
			blanks = 0
		}
		blanks += pad
	}
	return b.String()
}

// legible is how narrow a column may become before others are left out.
const legible = 16

// Fit leaves the last columns out for which there is no room, and returns their
// names. One column always stays.
func (t *Table) Fit(width int) []string {
	head := make([]Cell, len(t.Columns))
	for i, name := range t.Columns {
		head[i] = Cell{Text: name}
	}
	total := -gap
	for i, w := range natural(slices.Concat([][]Cell{head}, t.Rows)) {
		total += gap + min(w, legible)
		if total <= width || i == 0 || i >= len(t.Columns) {
			continue
		}
		left := t.Columns[i:]
		t.Columns = t.Columns[:i]
		for r, row := range t.Rows {
			t.Rows[r] = row[:min(i, len(row))]
		}
		return left
	}
	return nil
}
