package lsp

import (
	"sort"
	"unicode/utf16"
	"unicode/utf8"
)

// An encoding is what the client counts in a line.
type encoding string

const (
	utf8Units  encoding = "utf-8"
	utf16Units encoding = "utf-16" // unless agreed otherwise
	utf32Units encoding = "utf-32"
)

// A position is a place between two characters; both count from 0.
type position struct {
	Line      int `json:"line"`
	Character int `json:"character"` // in units of the encoding
}

type span struct {
	Start position `json:"start"`
	End   position `json:"end"`
}

// units is how many units r takes.
func (e encoding) units(r rune, size int) int {
	switch e {
	case utf8Units:
		return size
	case utf32Units:
		return 1
	}
	if n := utf16.RuneLen(r); n > 0 {
		return n
	}
	return 1
}

// lineStarts returns where the lines of text begin. A line ends with LF, CR LF or CR, as the protocol and Starlark
// have it.
func lineStarts(text string) []int {
	starts := []int{0}
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\r':
			if i+1 < len(text) && text[i+1] == '\n' {
				i++
			}
			starts = append(starts, i+1)
		case '\n':
			starts = append(starts, i+1)
		}
	}
	return starts
}

// line returns line n of the text (from 0) and where it begins, without what ends it.
func (d *document) line(n int) (from int, text string) {
	from, to := d.starts[n], len(d.text)
	if n+1 < len(d.starts) {
		to = d.starts[n+1]
	}
	for to > from && (d.text[to-1] == '\n' || d.text[to-1] == '\r') {
		to--
	}
	return from, d.text[from:to]
}

// offset is where a position is in the text. One that is out of it is moved to the end of the line, or of the text;
// one inside a character to its beginning.
func (d *document) offset(p position, e encoding) int {
	switch {
	case p.Line < 0:
		return 0
	case p.Line >= len(d.starts):
		return len(d.text)
	}
	from, line := d.line(p.Line)
	units := 0
	for i, r := range line {
		_, size := utf8.DecodeRuneInString(line[i:])
		if units += e.units(r, size); units > p.Character {
			return from + i
		}
	}
	return from + len(line)
}

// position is the place of an offset from 0 to len(d.text).
func (d *document) position(offset int, e encoding) position {
	n := sort.SearchInts(d.starts, offset+1) - 1
	from, line := d.line(n)
	units := 0
	for i, r := range line {
		if from+i >= offset {
			break
		}
		_, size := utf8.DecodeRuneInString(line[i:])
		units += e.units(r, size)
	}
	return position{n, units}
}

// column is the offset of a column (runes, from 1) of a line (from 1), as Starlark counts.
func (d *document) column(line, col int32) int {
	return d.offset(position{int(line) - 1, int(col) - 1}, utf32Units)
}

func (d *document) span(from, to int, e encoding) span {
	return span{d.position(from, e), d.position(to, e)}
}
