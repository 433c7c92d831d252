package edit

import (
	"slices"
	"unicode/utf8"
)

// A Scanner breaks texts into tokens that differ little from each other, as a block does from key to key: only
// what has changed is scanned. It is for one goroutine; nil is one that remembers nothing.
type Scanner struct {
	text   string
	tokens []token
}

// scan returns the tokens of text, until the next call.
func (s *Scanner) scan(text string) []token {
	if s == nil || isCommand(text) || isCommand(s.text) {
		tokens := scan(text)
		if s != nil {
			s.text, s.tokens = text, tokens
		}
		return tokens
	}
	if text == s.text {
		return s.tokens
	}
	before := commonPrefix(text, s.text)
	after := commonSuffix(text[before:], s.text[before:])
	shift := len(text) - len(s.text)

	// What ends before the change stays, but for the last token, which may have looked ahead.
	kept, _ := slices.BinarySearchFunc(s.tokens, before, func(t token, at int) int { return t.to - at })
	kept = max(kept-1, 0)
	i := 0
	if kept > 0 {
		i = s.tokens[kept-1].to
	}
	// Behind the change, too, from where a token begins that began there before: the scanner has no other state.
	var fresh []token
	rest := kept
	for {
		t, ok := nextToken(text, i)
		if !ok {
			rest = len(s.tokens)
			break
		}
		for rest < len(s.tokens) && s.tokens[rest].from+shift < t.from {
			rest++
		}
		if t.from >= len(text)-after && rest < len(s.tokens) && s.tokens[rest].from+shift == t.from {
			break
		}
		fresh = append(fresh, t)
		i = t.to
	}
	s.tokens = slices.Replace(s.tokens, kept, rest, fresh...)
	for j := kept + len(fresh); j < len(s.tokens); j++ {
		s.tokens[j].from += shift
		s.tokens[j].to += shift
	}
	s.text = text
	return s.tokens
}

// commonPrefix returns how many bytes a and b begin with alike, whole characters.
func commonPrefix(a, b string) int {
	const step = 256
	n, most := 0, min(len(a), len(b))
	for n+step <= most && a[n:n+step] == b[n:n+step] {
		n += step
	}
	for n < most && a[n] == b[n] {
		n++
	}
	for n > 0 && (n < len(a) && !utf8.RuneStart(a[n]) || n < len(b) && !utf8.RuneStart(b[n])) {
		n--
	}
	return n
}

// commonSuffix returns how many bytes a and b end with alike.
func commonSuffix(a, b string) int {
	const step = 256
	n, most := 0, min(len(a), len(b))
	for n+step <= most && a[len(a)-n-step:len(a)-n] == b[len(b)-n-step:len(b)-n] {
		n += step
	}
	for n < most && a[len(a)-n-1] == b[len(b)-n-1] {
		n++
	}
	return n
}
