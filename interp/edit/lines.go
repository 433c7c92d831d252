package edit

import "slices"

// A lineCache has the lines that were laid out last: most of them are the same at the next key. It does not know
// the first line of a block, which has another prompt.
type lineCache struct {
	width     int
	prompt    []cell
	now, last map[string]laidOut
}

// laidOut is a line as it was laid out.
type laidOut struct {
	spans []Span // from the start of the line
	rows  []row
}

// begin starts another layout. What the one before it did not need is forgotten.
func (c *lineCache) begin(width int, prompt []cell) {
	c.now, c.last = c.last, c.now
	if c.now == nil {
		c.now = map[string]laidOut{}
	}
	clear(c.now)
	if width != c.width || !slices.Equal(prompt, c.prompt) {
		clear(c.last)
		c.width, c.prompt = width, prompt
	}
}

// rows lays a line out that begins at some place of the text.
func (c *lineCache) rows(line string, at int, spans []Span) []row {
	known, ok := c.now[line]
	if !ok {
		known, ok = c.last[line]
	}
	if !ok || !slices.EqualFunc(known.spans, spans, func(a, b Span) bool { return a == b.within(at, len(line)) }) {
		known.spans = make([]Span, len(spans))
		for i, s := range spans {
			known.spans[i] = s.within(at, len(line))
		}
		known.rows = wrap(line, c.prompt, known.spans, c.width)
	}
	c.now[line] = known
	rows := slices.Clone(known.rows)
	for i := range rows {
		rows[i].line = at
	}
	return rows
}

// within returns the part of a span that is in a line, from its start.
func (s Span) within(at, length int) Span {
	return Span{max(s.From-at, 0), min(s.To-at, length), s.Style}
}
