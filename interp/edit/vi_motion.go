package edit

import (
	"strings"
)

// A viFind is what ; and , repeat.
type viFind struct {
	op   key
	char rune
}

func swapCase(k key) key { return k ^ ('a' ^ 'A') }

func viClass(k key) class {
	if k < 'a' {
		return fields
	}
	return names
}

func repeat(b *buffer, n int, f func(int) int) int {
	i := b.cursor
	for range n {
		i = f(i)
	}
	return i
}

// motion returns where a motion leads.
func (v *vi) motion(b *buffer, k key, n int) (int, bool) {
	from, to := lineStart(b.text, b.cursor), lineEnd(b.text, b.cursor)
	switch k {
	case 'h':
		return max(repeat(b, n, func(i int) int { return left(b.text, i) }), from), true
	case 'l', ' ':
		return min(repeat(b, n, func(i int) int { return right(b.text, i) }), to), true
	case '0':
		return from, true
	case '^':
		return from + len(indentation(b.text[from:to])), true
	case '$':
		return to, true
	case 'w', 'W':
		return repeat(b, n, func(i int) int { return nextWord(b.text, i, viClass(k)) }), true
	case 'b', 'B':
		return repeat(b, n, func(i int) int { return wordStart(b.text, i, viClass(k)) }), true
	case 'e', 'E':
		i := repeat(b, n, func(i int) int {
			return left(b.text, wordEnd(b.text, right(b.text, i), viClass(k)))
		})
		return i, true
	case 'G':
		return len(b.text), true
	case '%':
		tokens := scan(b.text)
		for i, other := range pairs(b.text, tokens) {
			if tokens[i].from >= b.cursor && other >= 0 {
				return tokens[other].from, true
			}
		}
		return b.cursor, true
	}
	return 0, false
}

// until moves to a character of the line: f, F, t and T.
func (v *vi) until(e *Editor, op key, f viFind, n int) {
	b := &e.buf
	line, start := b.text[:lineEnd(b.text, b.cursor)], lineStart(b.text, b.cursor)
	i := b.cursor
	for range n {
		switch f.op {
		case 'f', 't':
			from := right(line, i)
			if f.op == 't' && from < len(line) {
				from = min(from, len(line))
			}
			next := strings.IndexRune(line[from:], f.char)
			if next < 0 {
				return
			}
			i = from + next
		case 'F', 'T':
			next := strings.LastIndex(line[start:i], string(f.char))
			if next < 0 {
				return
			}
			i = start + next
		default:
			return
		}
	}
	switch {
	case f.op == 't':
		i = left(line, i)
	case f.op == 'T':
		i = right(line, i)
	}
	if op != 0 && (f.op == 'f' || f.op == 't') {
		i = right(line, i)
	}
	v.operate(e, op, i)
}
