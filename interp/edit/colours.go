package edit

import (
	"slices"
	"sort"
)

// mostColoured is the longest text that is coloured: a longer one was pasted, and keys come first.
const mostColoured = 128 << 10

// Colours returns the built-in Styler: the syntax, the words that known tells, and the bracket that belongs
// to the one at the cursor.
func Colours(known func(name string) bool) Styler {
	scanner := &Scanner{}
	return func(text string, cursor, from, to int) []Span {
		if len(text) > mostColoured {
			return nil
		}
		tokens := scanner.scan(text)
		first := sort.Search(len(tokens), func(i int) bool { return tokens[i].to > from })
		var spans []Span
		for i := first; i < len(tokens) && tokens[i].from < to; i++ {
			if s := look(text, tokens, i, known); s != Plain {
				spans = append(spans, Span{tokens[i].from, tokens[i].to, s})
			}
		}
		return brackets(text, cursor, tokens, spans)
	}
}

func look(text string, tokens []token, i int, known func(string) bool) Style {
	t := tokens[i]
	switch t.kind {
	case str:
		return String
	case number:
		return Number
	case comment:
		return Comment
	case name:
		s := text[t.from:t.to]
		switch {
		case i > 0 && text[tokens[i-1].from:tokens[i-1].to] == ".":
		case keywords()[s]:
			return Keyword
		case known != nil && known(s):
			return Word
		}
	}
	return Plain
}

// brackets adds the spans of the bracket at the cursor, or before it, and of the one that belongs to it.
func brackets(text string, cursor int, tokens []token, spans []Span) []Span {
	at := slices.IndexFunc(tokens, func(t token) bool {
		return t.kind == opening && t.from == cursor || t.kind == closing && t.to == cursor
	})
	if at >= 0 && at+1 < len(tokens) && tokens[at].kind == closing && tokens[at+1].kind == opening && tokens[at+1].from == cursor {
		at++ // the cursor is on it
	}
	if at < 0 {
		return spans
	}
	other := pairs(text, tokens)[at]
	if other < 0 {
		if tokens[at].kind == opening {
			return spans // it is yet to come
		}
		return addSpan(spans, Span{tokens[at].from, tokens[at].to, Wrong})
	}
	spans = addSpan(spans, Span{tokens[at].from, tokens[at].to, Bracket})
	return addSpan(spans, Span{tokens[other].from, tokens[other].to, Bracket})
}

// addSpan puts a span where nothing else is styled in its place among the others.
func addSpan(spans []Span, s Span) []Span {
	i := len(spans)
	for i > 0 && spans[i-1].From > s.From {
		i--
	}
	spans = append(spans, Span{})
	copy(spans[i+1:], spans[i:])
	spans[i] = s
	return spans
}
