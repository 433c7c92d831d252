package edit

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// A kind of token.
type kind uint8

const (
	name kind = iota
	number
	str
	comment
	opening
	closing
	operator
	command // a line for the shell: !cmd
)

// A token is a piece of a text, by bytes.
type token struct {
	kind     kind
	from, to int
	open     bool // a string without an end
}

// scan breaks any text into tokens, also one that the language's own scanner refuses.
func scan(text string) []token {
	if isCommand(text) {
		return []token{{kind: command, from: len(text) - len(strings.TrimLeft(text, " \t")), to: len(text)}}
	}
	var out []token
	for i := 0; ; {
		t, ok := nextToken(text, i)
		if !ok {
			return out
		}
		out = append(out, t)
		i = t.to
	}
}

// isCommand tells whether a text is a line for the shell.
func isCommand(text string) bool {
	t := strings.TrimLeft(text, " \t")
	return strings.HasPrefix(t, "!") && !strings.HasPrefix(t, "!=")
}

// nextToken returns the first token from i on; false if there is none. It looks at no more than the character
// behind the token.
func nextToken(text string, i int) (t token, ok bool) {
	for i < len(text) {
		r, n := utf8.DecodeRuneInString(text[i:])
		if unicode.IsSpace(r) {
			i += n
			continue
		}
		t := token{kind: operator, from: i, to: i + n}
		switch {
		case r == '#':
			t.kind, t.to = comment, lineEnd(text, i)
		case r == '"' || r == '\'':
			t.kind = str
			t.to, t.open = stringEnd(text, i)
		case unicode.IsDigit(r):
			t.kind, t.to = number, skipRight(text, i, numberClass, inWord)
		case names(r) == inWord:
			t.kind, t.to = name, skipRight(text, i, names, inWord)
			if prefix := text[i:t.to]; t.to < len(text) && (text[t.to] == '"' || text[t.to] == '\'') && stringPrefix(prefix) {
				t.kind = str
				t.to, t.open = stringEnd(text, t.to)
			}
		case strings.ContainsRune("([{", r):
			t.kind = opening
		case strings.ContainsRune(")]}", r):
			t.kind = closing
		}
		return t, true
	}
	return token{}, false
}

func stringPrefix(s string) bool { return s == "r" || s == "b" || s == "rb" }

func numberClass(r rune) int {
	if r == '.' {
		return inWord
	}
	return names(r)
}

// stringEnd returns where the string ends whose quote is at i, and whether its end is missing.
func stringEnd(text string, i int) (end int, open bool) {
	quote := text[i : i+1]
	long := i+3 <= len(text) && text[i+1] == text[i] && text[i+2] == text[i]
	if long {
		quote = text[i : i+3]
	}
	for i += len(quote); i < len(text); {
		switch {
		case text[i] == '\\' && i+1 < len(text): // also in a raw string a quote after it is no end
			i += 2
		case strings.HasPrefix(text[i:], quote):
			return i + len(quote), false
		case text[i] == '\n' && !long:
			return i, true
		default:
			i++
		}
	}
	return len(text), true
}

// pairs matches brackets: it returns, for each token, which one belongs to it, or -1.
func pairs(text string, tokens []token) []int {
	match := make([]int, len(tokens))
	var open []int
	for i, t := range tokens {
		match[i] = -1
		switch t.kind {
		case opening:
			open = append(open, i)
		case closing:
			if n := len(open); n > 0 && strings.Index("([{", text[tokens[open[n-1]].from:][:1]) == strings.Index(")]}", text[t.from:t.to]) {
				match[i], match[open[n-1]] = open[n-1], i
				open = open[:n-1]
			}
		}
	}
	return match
}

// enclosed tells whether the last token is within brackets.
func enclosed(text string, tokens []token) bool {
	depth := 0
	for _, t := range tokens {
		switch t.kind {
		case opening:
			depth++
		case closing:
			depth--
		}
	}
	return depth > 0
}

var keywords = sync.OnceValue(func() map[string]bool {
	return map[string]bool{
		"and": true, "break": true, "continue": true, "def": true, "elif": true, "else": true, "for": true,
		"if": true, "in": true, "lambda": true, "load": true, "not": true, "or": true, "pass": true, "return": true,
		"while": true, "True": true, "False": true, "None": true,
	}
})
