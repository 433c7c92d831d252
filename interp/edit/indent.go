package edit

import (
	"strings"
	"unicode/utf8"
)

// newline opens a line, indented as the one before it asks for.
func (e *Editor) newline() {
	b := &e.buf
	blanks := ""
	if !e.burst || !e.explicit {
		blanks = nextIndent(b.text[:b.cursor])
	}
	to := b.cursor
	if rest := b.text[to:lineEnd(b.text, to)]; strings.TrimLeft(rest, " \t") != "" {
		to += len(indentation(rest))
	}
	b.replace(b.cursor, to, "\n"+blanks)
	e.soft, e.ghost.begun = e.burst, !e.burst
}

// blank is a blank that was typed. After a line's end that came in one go with it, it is from a text that has
// its own indentation, as a paste by a terminal that does not bracket it: then that holds, for the whole block.
func (e *Editor) blank(soft bool) {
	if before, ok := e.inIndentation(); ok && soft {
		e.buf.replace(e.buf.cursor-len(before), e.buf.cursor, "")
		e.explicit = true
	}
}

// inIndentation tells whether there are only blanks, or nothing, before the cursor.
func (e *Editor) inIndentation() (before string, ok bool) {
	before = e.buf.text[lineStart(e.buf.text, e.buf.cursor):e.buf.cursor]
	return before, strings.Trim(before, " ") == ""
}

func (e *Editor) tab() {
	before, ok := e.inIndentation()
	if !ok && e.o.Tab != nil {
		e.complete()
		return
	}
	n := utf8.RuneCountInString(before)
	e.buf.insert(indent[n%len(indent):])
}

// outdent takes one step of the line's indentation away.
func (e *Editor) outdent() {
	b := &e.buf
	from := lineStart(b.text, b.cursor)
	n := len(indentation(b.text[from:lineEnd(b.text, from)]))
	if n == 0 {
		return
	}
	cut := (n-1)%len(indent) + 1
	cursor := max(b.cursor-cut, from)
	b.replace(from, from+cut, "")
	b.cursor = cursor
}

// backspace deletes a character, or a step of indentation.
func (e *Editor) backspace() {
	b := &e.buf
	from := left(b.text, b.cursor)
	if before, ok := e.inIndentation(); ok && before != "" {
		from = b.cursor - (len(before)-1)%len(indent) - 1
	}
	if from < b.cursor {
		b.replace(from, b.cursor, "")
	}
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
