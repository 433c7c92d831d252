package interp

import (
	"strings"
	"unicode"

	"go.starlark.net/syntax"
)

// underline returns the line without its indentation and a line with a caret below column col (runes, from
// 1). Tabs stay tabs in both, and wide characters take two blanks, so that the caret stands right.
func underline(line string, col int) (text, caret string) {
	text = strings.TrimLeft(line, " \t")
	skipped := len(line) - len(text) // blanks and tabs: one byte each
	var b strings.Builder
	for i, r := range []rune(text) {
		if i >= col-1-skipped {
			break
		}
		if r == '\t' {
			b.WriteByte('\t')
			continue
		}
		b.WriteString(strings.Repeat(" ", width(r)))
	}
	return text, b.String() + "^"
}

// width returns how many columns a terminal gives to r.
func width(r rune) int {
	switch {
	case r < 0x20, unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case r < 0x1100:
		return 1
	}
	for _, w := range wide {
		if r >= w[0] && r <= w[1] {
			return 2
		}
	}
	return 1
}

// wide lists the ranges of East Asian wide characters and emoji, coarsely: a caret forgives one column.
var wide = [...][2]rune{
	{0x1100, 0x115f}, {0x2e80, 0x303e}, {0x3041, 0x33ff}, {0x3400, 0x4dbf}, {0x4e00, 0x9fff},
	{0xa000, 0xa4cf}, {0xac00, 0xd7a3}, {0xf900, 0xfaff}, {0xfe30, 0xfe6f}, {0xff00, 0xff60},
	{0xffe0, 0xffe6}, {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
}

// offending moves the position of a syntax error to the start of the token it is about:
// the parser reports where that token ends.
func offending(line string, e syntax.Error) syntax.Position {
	pos := e.Pos
	if strings.HasSuffix(e.Msg, "want primary expression") ||
		!strings.HasPrefix(e.Msg, "got ") && !strings.Contains(e.Msg, "associate") && !strings.HasPrefix(e.Msg, "not an") {
		return pos
	}
	for _, t := range lex(line) {
		if t.end == int(pos.Col)-1 {
			pos.Col = int32(t.start) + 1
		}
	}
	return pos
}

// A lexeme is a piece of one line, by runes [start, end). Good enough to point at and to recognize habits;
// Starlark's own scanner does not survive the text it complains about.
type lexeme struct {
	text       string
	start, end int
}

func (t lexeme) isString() bool { return t.text[0] == '"' || t.text[0] == '\'' }
func (t lexeme) isName() bool   { return t.text[0] == '_' || unicode.IsLetter([]rune(t.text)[0]) }

func lex(line string) []lexeme {
	rs := []rune(line)
	var out []lexeme
	for i := 0; i < len(rs); {
		start := i
		switch r := rs[i]; {
		case r == '#':
			return out
		case unicode.IsSpace(r):
			i++
			continue
		case r == '"' || r == '\'':
			i = endOfString(rs, i)
		case word(r):
			for i < len(rs) && word(rs[i]) {
				i++
			}
		default:
			i++
			if i < len(rs) && twoRunes(string(rs[start:i+1])) {
				i++
			}
		}
		out = append(out, lexeme{string(rs[start:i]), start, i})
	}
	return out
}

func word(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

func twoRunes(op string) bool {
	switch op {
	case "**", "//", "==", "!=", "<=", ">=", "<<", ">>", "+=", "-=", "*=", "/=", "%=", "|=", "&=", "^=":
		return true
	}
	return false
}

func endOfString(rs []rune, i int) int {
	quote := rs[i]
	for i++; i < len(rs); i++ {
		switch rs[i] {
		case '\\':
			i++
		case quote:
			return i + 1
		}
	}
	return len(rs)
}
