package format

import (
	"strings"
	"unicode/utf8"

	"go.starlark.net/syntax"
)

// A comment is one from # to the end of the line.
type comment struct {
	line, col int32
	text      string
	whole     bool // there is nothing else on the line
}

func (c comment) before(pos syntax.Position) bool {
	return c.line < pos.Line || c.line == pos.Line && c.col < pos.Col
}

// scanComments finds all comments of a text that has been parsed.
func scanComments(text string) []comment {
	var found []comment
	line, start := int32(1), 0 // start is where the line begins
	for i := 0; i < len(text); {
		switch c := text[i]; c {
		case '\n':
			i++
			line, start = line+1, i
		case '"', '\'':
			end := i + stringLen(text[i:])
			if n := strings.LastIndexByte(text[i:end], '\n'); n >= 0 {
				line, start = line+int32(strings.Count(text[i:end], "\n")), i+n+1
			}
			i = end
		case '#':
			rest, _, _ := strings.Cut(text[i:], "\n")
			before := text[start:i]
			found = append(found, comment{
				line: line, col: int32(utf8.RuneCountInString(before)) + 1,
				text: strings.TrimRight(rest, " \t"), whole: strings.TrimSpace(before) == "",
			})
			i += len(rest)
		default:
			i++
		}
	}
	return found
}

// stringLen is the length of the string literal that s begins with. A backslash takes the next byte along,
// in raw strings too.
func stringLen(s string) int {
	quote := s[:1]
	if strings.HasPrefix(s, quote+quote+quote) {
		quote = s[:3]
	}
	for i := len(quote); i < len(s); i++ {
		if s[i] == '\\' {
			i++
		} else if strings.HasPrefix(s[i:], quote) {
			return i + len(quote)
		}
	}
	return len(s)
}

// float takes the comments before pos to the end of the line that is being printed: the last resort, for places
// where no line can end.
func (p *printer) float(pos syntax.Position) *doc {
	d := &doc{kind: list}
	for len(p.comments) > 0 && p.comments[0].before(pos) {
		d.add(p.suffix())
	}
	return d
}

// trailing takes the comments before pos that end the line of what was printed last.
func (p *printer) trailing(pos syntax.Position) *doc {
	d := &doc{kind: list}
	for len(p.comments) > 0 && p.comments[0].before(pos) && !p.comments[0].whole {
		d.add(p.suffix())
	}
	return d
}

// lead takes the comments before pos: the first may end a line, the others have lines of their own. The caller
// ends the last of these. line is where the text went on before, and after them.
func (p *printer) lead(pos syntax.Position, line int32) (*doc, int32) {
	d := &doc{kind: list}
	for first := true; len(p.comments) > 0 && p.comments[0].before(pos); first = false {
		c := p.comments[0]
		if first && !c.whole {
			d.add(p.suffix())
		} else {
			p.comments = p.comments[1:]
			p.breakOpen()
			d.add(newline(hard, c.line-line), word(c.text))
		}
		line = c.line
	}
	return d, line
}

func (p *printer) suffix() *doc {
	c := p.comments[0]
	p.comments = p.comments[1:]
	p.breakOpen()
	return &doc{kind: suffix, text: c.text}
}

// breakOpen has a line end in all groups out to the nearest bracket: a comment reaches to the end of its line.
func (p *printer) breakOpen() {
	for i := len(p.open) - 1; i >= 0; i-- {
		p.open[i].force = true
		if p.open[i].bracket {
			return
		}
	}
}
