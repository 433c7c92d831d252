package edit

// mostColoured is the longest text that is coloured: a longer one was pasted, and keys come first.
const mostColoured = 128 << 10

// Colours returns the built-in Styler: the syntax, the words that known tells, and the bracket that belongs
// to the one at the cursor.
func Colours(known func(name string) bool) Styler {
	return func(text string, cursor int) []Span {
		if len(text) > mostColoured {
			return nil
		}
		tokens := scan(text)
		spans := make([]Span, 0, len(tokens))
		for i, t := range tokens {
			if s := look(text, tokens, i, known); s != Plain {
				spans = append(spans, Span{t.from, t.to, s})
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
		case keywords[s]:
			return Keyword
		case known != nil && known(s):
			return Word
		}
	}
	return Plain
}

// brackets adds the spans of the bracket at the cursor, or before it, and of the one that belongs to it.
func brackets(text string, cursor int, tokens []token, spans []Span) []Span {
	at := -1
	for i, t := range tokens {
		if t.kind == opening && t.from == cursor || t.kind == closing && t.to == cursor {
			at = i
		}
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
