package edit

import (
	"strings"

	"github.com/chzyer/readline"
)

// vi is the state of vi mode: the keys of a command, as far as they are typed.
type vi struct {
	normal bool // not inserting
	count  int
	op     key // d, c or y, which waits for a motion; or r, f, t, F, T, g for a key
	within key // d, c or y, while op waits for the key of f, t…
	find   viFind
	line   bool // what was cut last were lines
}

// A viFind is what ; and , repeat.
type viFind struct {
	op   key
	char rune
}

func (v *vi) reset() { *v = vi{find: v.find, line: v.line} }

// key handles a key; false: it means what it means elsewhere.
func (v *vi) key(e *Editor, k key, goal int) bool {
	if !v.normal {
		if k != keyEscape || e.prefix != 0 {
			return false
		}
		v.normal = true
		if b := &e.buf; b.cursor > lineStart(b.text, b.cursor) {
			b.cursor = left(b.text, b.cursor)
		}
		return true
	}
	if k > 0xff && private(k) || k < ' ' {
		return v.special(e, k)
	}
	v.command(e, k, goal)
	if v.normal {
		v.stay(&e.buf)
	}
	return true
}

// special handles keys that are no letters.
func (v *vi) special(e *Editor, k key) bool {
	v.count, v.op, v.within = 0, 0, 0
	switch k {
	case keyEscape:
	case readline.CharBckSearch:
		if !e.buf.redo() {
			e.note = "nothing to redo"
		}
	case readline.CharEnter, readline.CharInterrupt, readline.CharDelete:
		v.normal = k == readline.CharInterrupt
		return false
	default:
		return false
	}
	return true
}

// stay keeps the cursor on a character.
func (v *vi) stay(b *buffer) {
	if from, to := lineStart(b.text, b.cursor), lineEnd(b.text, b.cursor); b.cursor == to && to > from {
		b.cursor = left(b.text, to)
	}
}

func (v *vi) command(e *Editor, k key, goal int) {
	b := &e.buf
	if k >= '1' && k <= '9' || k == '0' && v.count > 0 {
		if v.op == 0 || strings.ContainsRune("dcy", v.op) {
			v.count = min(v.count*10+int(k-'0'), 9999)
			return
		}
	}
	n, op := max(v.count, 1), v.op
	switch op {
	case 'r':
		v.count, v.op = 0, 0
		v.overwrite(b, k, n)
		return
	case 'f', 'F', 't', 'T', 'g':
		motion := op
		op, v.op, v.within = v.within, 0, 0
		v.count = 0
		if motion == 'g' {
			if k == 'g' {
				v.operate(e, op, 0)
			}
			return
		}
		v.find = viFind{motion, k}
		v.until(e, op, v.find, n)
		return
	}
	if strings.ContainsRune("fFtTg", k) {
		v.op, v.within = k, op
		return
	}
	if op == 0 && (k == 'd' || k == 'c' || k == 'y' || k == 'r') {
		v.op = k
		return
	}
	v.count, v.op = 0, 0
	switch {
	case op != 0 && k == op:
		v.lines(e, op, n)
	case op == 'c' && (k == 'w' || k == 'W'): // as vi does, without the blanks
		v.operate(e, op, repeat(b, n, func(i int) int { return wordEnd(b.text, i, viClass(k)) }))
	case k == ';':
		v.until(e, op, v.find, n)
	case k == ',':
		v.until(e, op, viFind{swapCase(v.find.op), v.find.char}, n)
	default:
		if to, ok := v.motion(b, k, n); ok {
			v.operate(e, op, to)
		} else if op == 0 {
			v.simple(e, k, n, goal)
		}
	}
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

// operate moves to a place, or cuts, changes or copies what is on the way.
func (v *vi) operate(e *Editor, op key, to int) {
	b := &e.buf
	from := min(b.cursor, to)
	to = max(b.cursor, to)
	switch op {
	case 0:
		b.cursor += to + from - 2*b.cursor // whichever of the two it is not
		return
	case 'y':
		b.keep(b.text[from:to])
		b.cursor = from
	default:
		b.calm()
		b.kill(from, to)
		v.normal = op != 'c'
	}
	v.line = false
}

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
