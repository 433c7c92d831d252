package edit

import (
	"strings"

	"github.com/chzyer/readline"
)

// lines cuts, changes or copies n whole lines: dd, cc, yy.
func (v *vi) lines(e *Editor, op key, n int) {
	b := &e.buf
	from, to := lineStart(b.text, b.cursor), lineEnd(b.text, b.cursor)
	for range n - 1 {
		if to < len(b.text) {
			to = lineEnd(b.text, to+1)
		}
	}
	cut := b.text[from:to]
	switch op {
	case 'c':
		from += len(indentation(cut))
		b.replace(from, to, "")
		v.normal = false
	case 'd':
		if to < len(b.text) {
			to++
		} else if from > 0 {
			from--
		}
		b.replace(from, to, "")
		b.cursor = lineStart(b.text, b.cursor)
		if from < len(b.text) && b.text[from] == '\n' && from > 0 && to > from {
			b.cursor = lineStart(b.text, from)
		}
	}
	b.keep(cut)
	v.line = true
}

func (v *vi) overwrite(b *buffer, k key, n int) {
	to := repeat(b, n, func(i int) int { return right(b.text, i) })
	if to <= lineEnd(b.text, b.cursor) && to > b.cursor {
		b.replace(b.cursor, to, strings.Repeat(string(k), n))
		b.cursor = left(b.text, b.cursor)
	}
}

// put inserts what was cut: p and P.
func (v *vi) put(b *buffer, before bool) {
	s := b.killed()
	switch {
	case s == "":
	case v.line && before:
		b.cursor = lineStart(b.text, b.cursor)
		b.insert(s + "\n")
		b.cursor -= len(s) + 1
	case v.line:
		b.cursor = lineEnd(b.text, b.cursor)
		b.insert("\n" + s)
		b.cursor -= len(s)
	default:
		if !before && b.cursor < lineEnd(b.text, b.cursor) {
			b.cursor = right(b.text, b.cursor)
		}
		b.insert(s)
		b.cursor = left(b.text, b.cursor)
	}
}

// simple does a command that takes no motion.
func (v *vi) simple(e *Editor, k key, n int, goal int) {
	b := &e.buf
	end := lineEnd(b.text, b.cursor)
	insert := func(at int) { b.cursor, v.normal = at, false }
	switch k {
	case 'j', '+':
		e.move(readline.CharNext, goal)
	case 'k', '-':
		e.move(readline.CharPrev, goal)
	case 'i':
		insert(b.cursor)
	case 'a':
		insert(min(right(b.text, b.cursor), end))
	case 'I':
		at, _ := v.motion(b, '^', 1)
		insert(at)
	case 'A':
		insert(end)
	case 'o':
		insert(end)
		e.newline()
	case 'O':
		from := lineStart(b.text, b.cursor)
		blanks := indentation(b.text[from:end])
		b.replace(from, from, blanks+"\n")
		insert(from + len(blanks))
	case 'x', 'X', 's', 'D', 'C', 'S', 'Y':
		v.short(e, k, n)
	case 'p', 'P':
		for range n {
			v.put(b, k == 'P')
		}
	case 'u':
		if !b.undo() {
			e.note = "nothing to undo"
		}
	case 'J':
		if end < len(b.text) {
			to := end + 1
			to += len(indentation(b.text[to:]))
			b.replace(end, to, " ")
			b.cursor = end
		}
	case '~':
		to := min(repeat(b, n, func(i int) int { return right(b.text, i) }), end)
		b.replace(b.cursor, to, strings.Map(flipCase, b.text[b.cursor:to]))
	case '/', '?':
		e.startSearch()
	case 'v':
		e.external()
	}
}

// short does what stands for an operator with a motion.
func (v *vi) short(e *Editor, k key, n int) {
	long := map[key]struct{ op, motion key }{
		'x': {'d', 'l'}, 'X': {'d', 'h'}, 's': {'c', 'l'}, 'D': {'d', '$'}, 'C': {'c', '$'},
	}
	if k == 'S' || k == 'Y' {
		v.lines(e, map[key]key{'S': 'c', 'Y': 'y'}[k], n)
		return
	}
	to, _ := v.motion(&e.buf, long[k].motion, n)
	v.operate(e, long[k].op, to)
}

func flipCase(r rune) rune {
	if up := []rune(strings.ToUpper(string(r))); len(up) == 1 && up[0] != r {
		return up[0]
	}
	if low := []rune(strings.ToLower(string(r))); len(low) == 1 {
		return low[0]
	}
	return r
}
