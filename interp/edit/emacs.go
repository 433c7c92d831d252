package edit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/chzyer/readline"
)

// emacs handles a key as readline(3) does, where lines are those of the block.
func (e *Editor) emacs(k key, goal int) {
	if e.prefix != 0 {
		e.prefixed(k, goal)
		return
	}
	soft := e.soft
	e.soft = false
	if e.move(k, goal) || e.cut(k) {
		return
	}
	b := &e.buf
	switch k {
	case readline.CharEnter:
		e.enter()
	case keyNewline, keyCtrlO:
		e.burst = false
		e.newline()
	case readline.CharTab:
		e.blank(soft)
		e.tab()
	case keyBackTab:
		e.outdent()
	case readline.CharInterrupt:
		e.dropped = true
	case readline.CharDelete:
		if b.text == "" {
			e.ended = true
		} else if to := right(b.text, b.cursor); to > b.cursor {
			b.replace(b.cursor, to, "")
		}
	case keyDelete:
		if to := right(b.text, b.cursor); to > b.cursor {
			b.replace(b.cursor, to, "")
		}
	case readline.CharBackspace, readline.CharCtrlH:
		e.backspace()
	case readline.CharTranspose:
		e.transpose()
	case readline.CharCtrlY:
		b.yank()
	case alt('y'):
		b.yankPop()
	case keyUndo:
		if !b.undo() {
			e.note = "nothing to undo"
		}
	case alt('/'), alt('_'):
		if !b.redo() {
			e.note = "nothing to redo"
		}
	case alt('u'):
		e.changeWord(strings.ToUpper)
	case alt('l'):
		e.changeWord(strings.ToLower)
	case alt('c'):
		e.changeWord(capitalize)
	case readline.CharBckSearch, readline.CharFwdSearch:
		e.startSearch()
	case readline.CharCtrlL:
		e.mu.Lock()
		e.screen.clear()
		e.mu.Unlock()
	case keySuspend:
		e.suspend()
	case keyEscape, keyCtrlX, 0x16, 0x11: // Ctrl-V, Ctrl-Q
		e.prefix = k
	default:
		if k == ' ' {
			e.blank(soft)
		}
		if isText(k) {
			b.typed(string(k))
		}
	}
}

// prefixed handles the key after Escape, Ctrl-X or Ctrl-V.
func (e *Editor) prefixed(k key, goal int) {
	prefix := e.prefix
	e.prefix = 0
	switch {
	case prefix == keyEscape && k == readline.CharEnter:
		e.newline()
	case prefix == keyEscape && k == 'b':
		e.emacs(readline.MetaBackward, goal)
	case prefix == keyEscape && k == 'f':
		e.emacs(readline.MetaForward, goal)
	case prefix == keyEscape && k == 'd':
		e.emacs(readline.MetaDelete, goal)
	case prefix == keyEscape && k >= ' ' && k < 0x7f:
		e.emacs(alt(k), goal)
	case prefix == keyEscape:
		e.emacs(k, goal)
	case prefix == keyCtrlX && k == readline.CharLineEnd:
		e.external()
	case prefix == keyCtrlX && k == readline.CharCtrlU:
		e.emacs(keyUndo, goal)
	case prefix != keyCtrlX && k > 0 && !private(k):
		e.buf.insert(string(k))
	}
}

// move handles the keys that move the cursor, and tells whether k is one.
func (e *Editor) move(k key, goal int) bool {
	b := &e.buf
	switch k {
	case readline.CharForward, readline.CharLineEnd, keyEnd, readline.MetaForward, keyWordRight:
		if e.materialize(k == readline.MetaForward || k == keyWordRight) {
			return true
		}
	}
	switch k {
	case readline.CharBackward:
		b.cursor = left(b.text, b.cursor)
	case readline.CharForward:
		b.cursor = right(b.text, b.cursor)
	case readline.CharLineStart, keyHome:
		b.cursor = lineStart(b.text, b.cursor)
	case readline.CharLineEnd, keyEnd:
		b.cursor = lineEnd(b.text, b.cursor)
	case readline.MetaBackward, keyWordLeft:
		b.cursor = wordStart(b.text, b.cursor, onlyNames)
	case readline.MetaForward, keyWordRight:
		b.cursor = wordEnd(b.text, b.cursor, onlyNames)
	case alt('<'):
		b.cursor = 0
	case alt('>'):
		b.cursor = len(b.text)
	case readline.CharPrev:
		if e.recall.active || !e.vertical(-1, goal) {
			e.older()
		}
	case readline.CharNext:
		if e.recall.active || !e.vertical(1, goal) {
			e.newer()
		}
	case alt('p'):
		e.older()
	case alt('n'):
		e.newer()
	case keyPageUp, keyPageDown:
		e.page(k == keyPageUp, goal)
	default:
		return false
	}
	return true
}

// cut handles the keys that cut, and tells whether k is one.
func (e *Editor) cut(k key) bool {
	b := &e.buf
	switch k {
	case readline.CharKill:
		to := lineEnd(b.text, b.cursor)
		if to == b.cursor && to < len(b.text) {
			to++
		}
		b.kill(b.cursor, to)
	case readline.CharCtrlU:
		from := lineStart(b.text, b.cursor)
		if from == b.cursor && from > 0 {
			from--
		}
		b.kill(from, b.cursor)
	case readline.CharCtrlW:
		b.kill(wordStart(b.text, b.cursor, fields), b.cursor)
	case readline.MetaBackspace, alt(readline.CharCtrlH):
		b.kill(wordStart(b.text, b.cursor, onlyNames), b.cursor)
	case readline.MetaDelete, keyKillWord:
		b.kill(b.cursor, wordEnd(b.text, b.cursor, onlyNames))
	default:
		return false
	}
	return true
}

// vertical moves the cursor by rows, and tells whether there was one to go to.
func (e *Editor) vertical(by, goal int) bool {
	width, height := e.tty.size()
	rows, at := e.layout(width, max(height, by, -by))
	to := at + by
	if to < 0 || to >= len(rows) {
		return false
	}
	if goal < 0 {
		goal = rows[at].column(e.buf.cursor)
	}
	lastOfLine := to+1 == len(rows) || rows[to+1].start() > rows[to].end()
	e.buf.cursor = rows[to].offset(goal, lastOfLine)
	e.goal = goal
	return true
}

// page moves by a window; in a block that is shorter it goes to the end, and then through the history.
func (e *Editor) page(up bool, goal int) {
	_, height := e.tty.size()
	switch by := max(height-2, 1); {
	case up && !e.vertical(-by, goal) && e.buf.cursor > 0 && !e.recall.active:
		e.buf.cursor = 0
	case up && e.goal < 0:
		e.older()
	case !up && !e.vertical(by, goal) && e.buf.cursor < len(e.buf.text) && !e.recall.active:
		e.buf.cursor = len(e.buf.text)
	case !up && e.goal < 0:
		e.newer()
	}
}

// enter submits a block that is complete, and goes on to another line in one that is not. Where the cursor is
// at the end of a line with others below, a line is what is wanted.
func (e *Editor) enter() {
	b := &e.buf
	complete := e.o.Complete
	if complete == nil {
		complete = func(string) bool { return true }
	}
	trimmed := strings.TrimRight(b.text, " \t")
	line := b.text[lineStart(b.text, b.cursor):lineEnd(b.text, b.cursor)]
	last := strings.TrimSpace(b.text[b.cursor:]) == ""
	switch {
	case strings.TrimSpace(b.text) == "",
		last && !e.recall.recalled && complete(trimmed+"\n"),
		last && e.recall.recalled && complete(trimmed+"\n\n"),
		!last && (strings.TrimSpace(line) == "" || b.cursor < lineEnd(b.text, b.cursor)) && complete(trimmed+"\n\n"):
		e.submitted = true
	default:
		e.newline()
	}
}

// transpose swaps the characters around the cursor, at the end of a line those before it.
func (e *Editor) transpose() {
	b := &e.buf
	at := b.cursor
	if at == lineEnd(b.text, at) {
		at = left(b.text, at)
	}
	from, to := left(b.text, at), right(b.text, at)
	if from == at || to == at || from < lineStart(b.text, b.cursor) {
		return
	}
	b.replace(from, to, b.text[at:to]+b.text[from:at])
}

func (e *Editor) changeWord(change func(string) string) {
	b := &e.buf
	if to := wordEnd(b.text, b.cursor, onlyNames); to > b.cursor {
		b.replace(b.cursor, to, change(b.text[b.cursor:to]))
	}
}

func capitalize(s string) string {
	for i, r := range s {
		if unicode.IsLetter(r) {
			n := i + utf8.RuneLen(r)
			return s[:i] + strings.ToUpper(s[i:n]) + strings.ToLower(s[n:])
		}
	}
	return s
}
