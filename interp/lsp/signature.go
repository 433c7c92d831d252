package lsp

import (
	"nstar/interp/edit"
)

// A signature is that of a word or of a function: name(a, b=1, *rest, c=None, **others).
type signature struct {
	text   string
	doc    string // plain
	params []param
}

type param struct {
	name     string
	from, to int // in the text
	kind     paramKind
}

type paramKind uint8

const (
	byPlace paramKind = iota
	byName
	rest   // *name
	others // **name
)

// readSignature finds the parameters in the text of a signature.
func readSignature(text, doc string) *signature {
	s := &signature{text: text, doc: doc}
	tokens := edit.Scan(text)
	kind, depth, first := byPlace, 0, -1
	add := func(end int) { // the tokens [first, end) are a parameter
		if first < 0 || first >= end {
			return
		}
		p := param{from: tokens[first].From, to: tokens[end-1].To, kind: kind}
		stars := 0
		for first < end && text[tokens[first].From] == '*' {
			stars, first = stars+1, first+1
		}
		if stars > 0 {
			kind = byName
		}
		if first == end || tokens[first].Kind != edit.NameToken {
			return // the * alone
		}
		p.name = text[tokens[first].From:tokens[first].To]
		switch stars {
		case 1:
			p.kind = rest
		case 2:
			p.kind = others
		}
		s.params = append(s.params, p)
	}
	for i, t := range tokens {
		switch {
		case t.Kind == edit.OpeningToken:
			if depth++; depth == 1 {
				first = i + 1
			}
		case t.Kind == edit.ClosingToken:
			if depth--; depth == 0 {
				add(i)
				return s
			}
		case depth == 1 && text[t.From:t.To] == ",":
			add(i)
			first = i + 1
		}
	}
	return s
}

// active is the index of the parameter that the argument at the cursor is for; len(s.params) if there is none.
func (s *signature) active(c *call) int {
	for i, p := range s.params {
		switch {
		case c.keyword != "" && p.name == c.keyword && p.kind < rest,
			c.keyword != "" && p.kind == others,
			c.keyword == "" && p.kind == byPlace && i == c.index,
			c.keyword == "" && p.kind == rest:
			return i
		}
	}
	return len(s.params)
}

// open lists the parameters that the call may give by name.
func (s *signature) open(c *call) []param {
	given := map[string]bool{}
	for _, name := range c.given {
		given[name] = true
	}
	places := c.index - len(c.given) // arguments by place come first
	var list []param
	for i, p := range s.params {
		if p.kind < rest && !given[p.name] && (p.kind == byName || i >= places) {
			list = append(list, p)
		}
	}
	return list
}
