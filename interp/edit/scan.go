package edit

import (
	"strings"
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
	if t := strings.TrimLeft(text, " \t"); strings.HasPrefix(t, "!") && !strings.HasPrefix(t, "!=") {
		return []token{{kind: command, from: len(text) - len(t), to: len(text)}}
	}
	var out []token
	for i := 0; i < len(text); {
		from := i
		r, n := utf8.DecodeRuneInString(text[i:])
		t := token{kind: operator, from: from}
		switch {
		case unicode.IsSpace(r):
			i += n
			continue
		case r == '#':
			t.kind, i = comment, lineEnd(text, i)
		case r == '"' || r == '\'':
			t.kind = str
			i, t.open = stringEnd(text, i, false)
		case unicode.IsDigit(r):
			t.kind, i = number, skipRight(text, i, numberClass, inWord)
		case names(r) == inWord:
			t.kind, i = name, skipRight(text, i, names, inWord)
			if prefix := text[from:i]; i < len(text) && (text[i] == '"' || text[i] == '\'') && stringPrefix(prefix) {
				t.kind = str
				i, t.open = stringEnd(text, i, strings.HasPrefix(prefix, "r"))
			}
		case strings.ContainsRune("([{", r):
			t.kind, i = opening, i+1
		case strings.ContainsRune(")]}", r):
			t.kind, i = closing, i+1
		default:
			i += n
		}
		t.to = i
		out = append(out, t)
	}
	return out
}

func stringPrefix(s string) bool { return s == "r" || s == "b" || s == "rb" }

func numberClass(r rune) int {
	if r == '.' {
		return inWord
	}
	return names(r)
}

// stringEnd returns where the string ends whose quote is at i, and whether its end is missing.
func stringEnd(text string, i int, raw bool) (end int, open bool) {
	quote := text[i : i+1]
	long := strings.HasPrefix(text[i:], strings.Repeat(quote, 3))
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

var keywords = map[string]bool{
	"and": true, "break": true, "continue": true, "def": true, "elif": true, "else": true, "for": true,
	"if": true, "in": true, "lambda": true, "load": true, "not": true, "or": true, "pass": true, "return": true,
	"while": true, "True": true, "False": true, "None": true,
}
