package lsp

import (
	"strings"

	"nstar/interp/edit"
)

// This file finds the names that a text binds by its tokens, not by its syntax tree: while somebody types there
// is none.

// A binding is a place where a name gets its value.
type binding struct {
	name     string
	from, to int
	kind     bindingKind
	function *scope // of a function, its own
	module   string // of a loaded name, the file
	original string // and what it is called there
}

type bindingKind uint8

const (
	variable bindingKind = iota
	parameter
	passing // of a comprehension or a lambda
	function
	loaded
)

// A scope is the whole text, or a function.
type scope struct {
	from, to int    // of the def statement
	reach    int    // where the next statement outside begins
	indent   int    // of the def, in bytes; -1: the whole text
	header   string // name(parameters)
	doc      string
	empty    bool // no statement has been seen
	bindings []binding
	parent   *scope
	children []*scope
}

// outliner reads a text statement by statement.
type outliner struct {
	text   string
	tokens []edit.Token
	at     *scope
}

func outline(text string, tokens []edit.Token) *scope {
	top := &scope{to: len(text), reach: len(text), indent: -1, empty: true}
	o := &outliner{text: text, at: top}
	for _, t := range tokens {
		if t.Kind != edit.CommentToken {
			o.tokens = append(o.tokens, t)
		}
	}
	for from := 0; from < len(o.tokens); {
		to := o.statementEnd(from)
		o.enter(from)
		o.statement(from, to)
		from = to
	}
	for s := o.at; s != top; s = s.parent {
		s.to, s.reach = o.tokens[len(o.tokens)-1].To, len(text)
	}
	return top
}

func (o *outliner) word(i int) string {
	if i < 0 || i >= len(o.tokens) {
		return ""
	}
	return o.text[o.tokens[i].From:o.tokens[i].To]
}

func (o *outliner) is(i int, k edit.TokenKind) bool {
	return i >= 0 && i < len(o.tokens) && o.tokens[i].Kind == k
}

// statementEnd returns where the statement ends that begins with a token: at the end of a line outside of
// brackets. A line that can only begin a statement ends one whose brackets are open yet.
func (o *outliner) statementEnd(from int) int {
	depth := 0
	for i := from; i < len(o.tokens); i++ {
		if i > from && o.startsLine(i) && o.word(i-1) != `\` {
			if depth == 0 {
				return i
			}
			switch o.word(i) {
			case "def", "load", "return", "while", "pass", "break", "continue", "elif":
				return i
			}
		}
		switch o.tokens[i].Kind {
		case edit.OpeningToken:
			depth++
		case edit.ClosingToken:
			depth = max(0, depth-1)
		}
	}
	return len(o.tokens)
}

func (o *outliner) startsLine(i int) bool {
	return i == 0 || strings.ContainsAny(o.text[o.tokens[i-1].To:o.tokens[i].From], "\r\n")
}

// indentation is the blanks before a place, if it is the first in its line.
func indentation(text string, at int) int { return at - 1 - strings.LastIndexAny(text[:at], "\r\n") }

// enter finds the scope of the statement that begins with token i: a function ends where its body is no longer
// indented.
func (o *outliner) enter(i int) {
	indent := indentation(o.text, o.tokens[i].From)
	for o.at.indent >= indent {
		o.at.to, o.at.reach = o.tokens[i-1].To, o.tokens[i].From
		o.at = o.at.parent
	}
}

// statement reads the tokens [i, to): a head such as "if x:", small statements with ; between them, or a def.
func (o *outliner) statement(i, to int) {
	if o.at.empty && o.is(i, edit.StringToken) {
		o.at.doc = unquote(o.word(i))
	}
	o.at.empty = false
	o.passing(i, to)
	switch o.word(i) {
	case "def":
		o.def(i, to)
		return
	case "load":
		o.load(i, to)
		return
	case "for":
		o.bindUntil(i+1, to, "in", variable)
		fallthrough
	case "if", "elif", "else", "while":
		if colon := o.find(i, to, ":"); colon < to && colon+1 < to {
			o.statement(colon+1, to)
		}
		return
	}
	semicolon := o.find(i, to, ";")
	o.assignment(i, semicolon)
	if semicolon+1 < to {
		o.statement(semicolon+1, to)
	}
}

// find is the first token of that text outside of brackets, or to.
func (o *outliner) find(i, to int, text string) int {
	depth := 0
	for ; i < to; i++ {
		switch o.tokens[i].Kind {
		case edit.OpeningToken:
			depth++
		case edit.ClosingToken:
			depth--
		default:
			if depth <= 0 && o.word(i) == text {
				return i
			}
		}
	}
	return to
}

func (o *outliner) bind(i int, kind bindingKind) *binding {
	t := o.tokens[i]
	o.at.bindings = append(o.at.bindings, binding{name: o.word(i), from: t.From, to: t.To, kind: kind})
	return &o.at.bindings[len(o.at.bindings)-1]
}

// isName tells whether token i is a name that can be bound.
func (o *outliner) isName(i int) bool { return o.is(i, edit.NameToken) && !edit.IsKeyword(o.word(i)) }

// bindUntil binds the names up to the word end.
func (o *outliner) bindUntil(i, to int, end string, kind bindingKind) {
	for ; i < to && o.word(i) != end; i++ {
		if o.isName(i) {
			o.bind(i, kind)
		}
	}
}

// passing binds the names of comprehensions and lambdas.
func (o *outliner) passing(i, to int) {
	for first := i; i < to; i++ {
		switch {
		case o.word(i) == "for" && i > first:
			o.bindUntil(i+1, to, "in", passing)
		case o.word(i) == "lambda":
			o.parameters(i+1, o.find(i+1, to, ":"), passing)
		}
	}
}

// parameters binds those of a def or a lambda, without their defaults.
func (o *outliner) parameters(i, to int, kind bindingKind) {
	depth := 0
	for start := i; i < to; i++ {
		switch o.tokens[i].Kind {
		case edit.OpeningToken:
			depth++
		case edit.ClosingToken:
			depth--
		case edit.NameToken:
			before := o.word(i - 1)
			if depth == 0 && o.isName(i) && (i == start || before == "," || before == "*") {
				o.bind(i, kind)
			}
		}
	}
}

func (o *outliner) def(i, to int) {
	if !o.isName(i + 1) {
		return
	}
	f := &scope{from: o.tokens[i].From, indent: indentation(o.text, o.tokens[i].From), parent: o.at, empty: true}
	o.bind(i+1, function).function = f
	o.at.children = append(o.at.children, f)
	o.at = f
	colon := o.find(i+2, to, ":")
	if o.word(i+2) == "(" {
		o.parameters(i+3, colon, parameter)
	}
	f.header = oneLine(o.text[o.tokens[i+1].From:o.tokens[colon-1].To])
	if colon+1 < to {
		o.statement(colon+1, to)
	}
}

// load binds the names of load("file", "name", here="name").
func (o *outliner) load(i, to int) {
	if o.word(i+1) != "(" || !o.is(i+2, edit.StringToken) || i+2 >= to {
		return
	}
	module := unquote(o.word(i + 2))
	for j := i + 3; j < to; j++ {
		if !o.is(j, edit.StringToken) {
			continue
		}
		t, original := o.tokens[j], unquote(o.word(j))
		b := binding{name: original, from: t.From, to: t.To, kind: loaded, module: module, original: original}
		if o.word(j-1) == "=" && o.isName(j-2) {
			b.name, b.from, b.to = o.word(j-2), o.tokens[j-2].From, o.tokens[j-2].To
		}
		o.at.bindings = append(o.at.bindings, b)
	}
}

// assignment binds the names left of =: x, (x, y) and [x, y], but not x[i] and x.y.
func (o *outliner) assignment(i, to int) {
	equals := o.find(i, to, "=")
	if equals == to || equals == i || o.operates(equals) {
		return
	}
	inside := 0 // brackets of x[i]
	for ; i < equals; i++ {
		switch o.tokens[i].Kind {
		case edit.OpeningToken:
			if inside > 0 || o.is(i-1, edit.NameToken) || o.is(i-1, edit.ClosingToken) {
				inside++
			}
		case edit.ClosingToken:
			inside = max(0, inside-1)
		case edit.NameToken:
			next := o.word(i + 1)
			if inside == 0 && o.isName(i) && o.word(i-1) != "." && next != "." && next != "[" && next != "(" {
				o.bind(i, variable)
			}
		}
	}
}

// operates tells whether the = of token i belongs to a longer operator: ==, += and others.
func (o *outliner) operates(i int) bool {
	at := o.tokens[i].From
	return at > 0 && strings.IndexByte("=!<>+-*/%&|^", o.text[at-1]) >= 0 || at+1 < len(o.text) && o.text[at+1] == '='
}

// unquote is what a string says, as far as that is no matter of escapes.
func unquote(text string) string {
	text = strings.TrimLeft(text, "rb")
	for _, quote := range []string{`"""`, `'''`, `"`, `'`} {
		if inner, ok := strings.CutPrefix(text, quote); ok {
			return strings.TrimSuffix(inner, quote)
		}
	}
	return text
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
