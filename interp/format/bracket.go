package format

import (
	"slices"

	"go.starlark.net/syntax"
)

// An item is one of those between brackets.
type item struct {
	start, end syntax.Position
	print      func() *doc
	named      bool // it has a name or a key: where all have, one a line reads best
	bracket    bool // it is a bracket itself
}

// After the last item a comma may be forbidden, may stand where that ends its line, or must.
type commaRule uint8

const (
	noComma commaRule = iota
	mayComma
	mustComma
)

// A bracket is all from an opening to a closing one.
type bracket struct {
	open, close   string
	lparen, after syntax.Position // after: where it closes
	items         []item
	comma         commaRule
}

// bracket prints on one line, if there is room and the author has not given the first item a line of its own; else
// items that had shared a line do that again.
func (p *printer) bracket(b bracket) *doc {
	g := p.begin(true)
	g.add(p.float(b.lparen), word(b.open))
	if p.hugs(b) {
		g.add(b.items[0].print(), p.float(b.after), word(b.close))
		return p.end(g)
	}
	inner := &doc{kind: nest}
	g.add(inner)
	if len(b.items) > 0 && b.items[0].start.Line > b.lparen.Line {
		g.force = true
	}
	alone := !g.force && oneRow(b.items) && !slices.ContainsFunc(b.items, func(i item) bool { return !i.named })
	at := b.lparen.Line
	for i, it := range b.items {
		lead, now := p.lead(it.start, at)
		inner.add(lead)
		text := concat(it.print())
		switch {
		case i < len(b.items)-1 || b.comma == mustComma:
			text.add(word(","))
		case b.comma == mayComma:
			text.add(&doc{kind: comma})
		}
		switch {
		case i == 0:
			inner.add(newline(soft, 0), text)
		case it.start.Line == at && !alone:
			inner.add(&doc{kind: fill, parts: []*doc{text}})
		default:
			inner.add(newline(line, it.start.Line-now), text)
		}
		at = it.end.Line
	}
	lead, _ := p.lead(b.after, at)
	inner.add(lead)
	if len(b.items) > 0 || len(lead.parts) > 0 {
		g.add(newline(soft, 0))
	}
	g.add(word(b.close))
	return p.end(g)
}

// hugs tells whether the only item is a bracket, and shares its lines with the one around it: f([ … ]).
func (p *printer) hugs(b bracket) bool {
	return len(b.items) == 1 && b.items[0].bracket && b.comma != mustComma && b.items[0].start.Line == b.lparen.Line &&
		(len(p.comments) == 0 || !p.comments[0].before(b.items[0].start))
}

// oneRow tells whether all items are on one line of the text.
func oneRow(items []item) bool {
	return len(items) > 0 && items[0].start.Line == items[len(items)-1].end.Line
}

// begin opens a group: comments that come up until end have it broken.
func (p *printer) begin(bracket bool) *doc {
	g := &doc{kind: group, bracket: bracket}
	p.open = append(p.open, g)
	if bracket {
		p.depth++
	}
	return g
}

func (p *printer) end(g *doc) *doc {
	p.open = p.open[:len(p.open)-1]
	if g.bracket {
		p.depth--
	}
	return g
}
