package format

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

const (
	width  = 100 // columns of a line, unless a single token is longer
	indent = 4
)

// A doc is text with places where a line may end.
type doc struct {
	kind  kind
	text  string
	parts []*doc

	force   bool // group: broken in any case
	bracket bool // group: of a bracket
	blank   bool // line, soft, hard: with an empty line before what follows
}

type kind uint8

const (
	words  kind = iota
	list        // parts, one after the other
	group       // parts, whose lines are all broken or, if there is room, all not
	nest        // parts, with deeper lines
	line        // a blank, or a new line
	soft        // nothing, or a new line
	hard        // a new line
	fill        // a blank or, in a broken group where parts have no room, a new line; then parts
	comma       // a comma in a broken group
	suffix      // a comment that ends the line, whatever else will be on it
)

func word(text string) *doc { return &doc{kind: words, text: text} }

// newline is a place where a line may end, lines of the text before what follows.
func newline(k kind, lines int32) *doc { return &doc{kind: k, blank: lines > 1} }

func (d *doc) add(parts ...*doc) { d.parts = append(d.parts, parts...) }

func concat(parts ...*doc) *doc { return &doc{kind: list, parts: parts} }

// A frame is a doc that is to be printed, and where it is.
type frame struct {
	doc    *doc
	indent int
	broken bool // the group around it is
}

// A layouter prints docs.
type layouter struct {
	out     *bytes.Buffer
	column  int
	stack   []frame
	comment string // for the end of the line
}

// layout prints d at an indentation, with the end of its line.
func layout(out *bytes.Buffer, d *doc, depth int) {
	l := &layouter{out: out}
	l.margin(depth * indent)
	l.stack = []frame{{d, depth * indent, true}}
	for len(l.stack) > 0 {
		f := l.stack[len(l.stack)-1]
		l.stack = l.stack[:len(l.stack)-1]
		l.print(f)
	}
	l.endLine()
}

func (l *layouter) print(f frame) {
	switch d := f.doc; d.kind {
	case words:
		l.write(d.text)
	case comma:
		if f.broken {
			l.write(",")
		}
	case suffix:
		l.comment += "  " + d.text
	case hard:
		l.newline(f)
	case line, soft:
		if f.broken {
			l.newline(f)
		} else if d.kind == line {
			l.write(" ")
		}
	case fill:
		if f.broken && !fits(frame{d, f.indent, false}, l.stack, width-l.column) {
			l.newline(f)
		} else {
			l.write(" ")
		}
		l.push(f)
	case nest:
		f.indent += indent
		l.push(f)
	case group:
		f.broken = d.force || !fits(frame{d, f.indent, false}, l.stack, width-l.column)
		l.push(f)
	default:
		l.push(f)
	}
}

// push has the parts of f printed next.
func (l *layouter) push(f frame) { l.stack = pushParts(l.stack, f) }

func pushParts(stack []frame, f frame) []frame {
	for i := len(f.doc.parts) - 1; i >= 0; i-- {
		stack = append(stack, frame{f.doc.parts[i], f.indent, f.broken})
	}
	return stack
}

func (l *layouter) write(text string) {
	l.out.WriteString(text)
	if i := strings.LastIndexByte(text, '\n'); i >= 0 {
		l.column, text = 0, text[i+1:]
	}
	l.column += utf8.RuneCountInString(text)
}

func (l *layouter) newline(f frame) {
	l.endLine()
	if f.doc.blank {
		l.out.WriteByte('\n')
	}
	l.margin(f.indent)
}

func (l *layouter) endLine() {
	l.out.WriteString(l.comment + "\n")
	l.comment = ""
}

func (l *layouter) margin(n int) {
	l.out.WriteString(strings.Repeat(" ", n))
	l.column = n
}

// fits tells whether next, and what of rest must be on the same line, has room in left columns.
func fits(next frame, rest []frame, left int) bool {
	stack := []frame{next}
	for left >= 0 {
		if len(stack) == 0 {
			if len(rest) == 0 {
				return true
			}
			stack, rest = append(stack, rest[len(rest)-1]), rest[:len(rest)-1]
		}
		f := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		switch d := f.doc; d.kind {
		case words:
			text, _, ends := strings.Cut(d.text, "\n")
			left -= utf8.RuneCountInString(text)
			if ends {
				return left >= 0
			}
		case comma:
			if f.broken {
				left--
			}
		case hard:
			return true
		case line, soft, fill:
			if f.broken {
				return true
			}
			if d.kind != soft {
				left--
			}
			stack = pushParts(stack, f)
		default:
			f.broken = f.broken || d.force
			stack = pushParts(stack, f)
		}
	}
	return false
}
