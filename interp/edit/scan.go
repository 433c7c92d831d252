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

// CallAt returns the name of the function whose arguments the cursor is among, or which it is at the end of,
// such as "mount" or "t.call"; "" if there is none.
func CallAt(text string, cursor int) string {
	text = text[:cursor]
	tokens := scan(text)
	if n := len(tokens); n > 0 {
		if last := tokens[n-1]; last.kind == comment || last.kind == command || last.kind == str && last.open && n == 1 {
			return ""
		} else if last.kind == name && last.to == cursor {
			if called := dotted(text, tokens[:n]); called != "" && !enclosed(text, tokens) {
				return called
			}
		}
	}
	depth := 0
	for i := len(tokens) - 1; i >= 0; i-- {
		switch t := tokens[i]; t.kind {
		case closing:
			depth++
		case opening:
			if depth > 0 {
				depth--
			} else if text[t.from] == '(' {
				if called := dotted(text, tokens[:i]); called != "" {
					return called
				}
			}
		}
	}
	return ""
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

// dotted returns the names with dots between them that tokens end with.
func dotted(text string, tokens []token) string {
	i := len(tokens) - 1
	if i < 0 || tokens[i].kind != name || keywords[text[tokens[i].from:tokens[i].to]] {
		return ""
	}
	from, to := tokens[i].from, tokens[i].to
	for i -= 2; i >= 0 && tokens[i].kind == name && text[tokens[i+1].from:tokens[i+1].to] == "." && tokens[i].to == tokens[i+1].from; i -= 2 {
		from = tokens[i].from
	}
	if i+1 >= 0 {
		if t := tokens[i+1]; t.to == from && text[t.from:t.to] == "." {
			return "" // of what is no name
		}
		if t := tokens[i+1]; text[t.from:t.to] == "def" {
			return ""
		}
	}
	return text[from:to]
}

var keywords = map[string]bool{
	"and": true, "break": true, "continue": true, "def": true, "elif": true, "else": true, "for": true,
	"if": true, "in": true, "lambda": true, "load": true, "not": true, "or": true, "pass": true, "return": true,
	"while": true, "True": true, "False": true, "None": true,
}

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

// LastStatement returns where the last statement of a text begins that is in no other.
func LastStatement(text string) int {
	at, depth := 0, 0
	for _, t := range scan(text) {
		first := t.from == 0 || text[t.from-1] == '\n'
		if word := text[t.from:t.to]; first && depth == 0 && word != "else" && word != "elif" && t.kind != comment {
			at = t.from
		}
		switch t.kind {
		case opening:
			depth++
		case closing:
			depth = max(depth-1, 0)
		}
	}
	return at
}

const indent = "    "

// nextIndent returns what the line after text, up to the cursor, begins with.
func nextIndent(text string) string {
	line := text[lineStart(text, len(text)):]
	blanks := indentation(line)
	tokens := scan(text)
	for n := len(tokens); n > 0 && tokens[n-1].kind == comment; n = len(tokens) {
		tokens = tokens[:n-1]
	}
	if len(tokens) == 0 {
		return blanks
	}
	last := tokens[len(tokens)-1]
	if last.open {
		return ""
	}
	switch first, _, _ := strings.Cut(strings.TrimSpace(line), " "); {
	case last.from < len(text)-len(line):
		return blanks // an empty line, or a comment
	case last.kind == opening:
		return blanks + indent
	case enclosed(text, tokens):
		return blanks
	case text[last.from:last.to] == ":":
		return blanks + indent
	case first == "return" || first == "pass" || first == "break" || first == "continue":
		return strings.TrimSuffix(blanks, indent)
	}
	return blanks
}
