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

// operate moves to a place, or cuts, changes or copies what is on the way.
func (v *vi) operate(e *Editor, op key, to int) {
	b := &e.buf
	from, end := min(b.cursor, to), max(b.cursor, to)
	switch op {
	case 0:
		b.cursor = to
		return
	case 'y':
		b.keep(b.text[from:end])
		b.cursor = from
	default:
		b.calm()
		b.kill(from, end)
		v.normal = op != 'c'
	}
	v.line = false
}
