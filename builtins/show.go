package builtins

import (
	"fmt"
	"strconv"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"

	"nstar/builtins/internal/layout"
)

// A View is where values are shown to people.
type View struct {
	Width    int  // in columns
	Terminal bool // a window, whose width is known
	Colour   bool // of SGR
	All      bool // however much it is; else no more than a few screens
}

// How much is shown of a value unless all is asked for.
const (
	mostRows = 100
	mostText = 4000 // bytes of a string, and lines' worth of others
	mostCell = 1000 // columns of one field

	fewElements = 10 // are shown in full, however long they are
)

// A shown value has a form for people that is not its String.
type shown interface {
	show(*shower) []string
}

// A shower shows one value. It holds the interpreter lock, but while it asks
// tasks.
type shower struct {
	View
	host   *Host
	thread *starlark.Thread
}

// Show is v for people, in lines that each end with a newline. What fits into
// one line is shown as one would type it; of what is longer, lists of structs
// become tables, dicts and structs a line for each field. print and str know
// nothing of this. The caller runs thread and holds the interpreter lock.
func (h *Host) Show(thread *starlark.Thread, v starlark.Value, view View) string {
	if view.Width < 1 {
		view.Width = 80
	}
	s := &shower{view, h, thread}
	return strings.Join(s.lines(v), "\n") + "\n"
}

// word is what is shown of a word whose parentheses are missing.
func (s *shower) word(name string, b *Builtin) []string {
	line := name + strings.TrimPrefix(b.Sig, b.name)
	if Lookup(name) == b {
		line += "; " + name + "? shows its page"
	}
	if !s.Terminal {
		return []string{line}
	}
	return layout.Fold(line, s.Width, len(indent))
}

func (s *shower) lines(v starlark.Value) []string {
	switch v := v.(type) {
	case shown:
		return v.show(s)
	case starlark.String:
		return s.long(v, len(v), "bytes")
	case starlark.Bytes:
		return s.long(v, len(v), "bytes")
	case *starlark.Builtin:
		if b := BuiltinOf(v); b != nil {
			return s.word(v.Name(), b)
		}
	}
	if text, ok := brief(v, s.Width); ok && !hasTasks(v) {
		return []string{text}
	}
	switch v := v.(type) {
	case *starlark.List:
		return s.sequence(v, v.Len(), "[", "]")
	case starlark.Tuple:
		return s.sequence(v, v.Len(), "(", ")")
	case *starlark.Set:
		return s.sequence(v, v.Len(), "set([", "])")
	case *starlark.Dict:
		return s.dict(v)
	case *starlarkstruct.Struct:
		return s.fields(v)
	}
	return s.text(v.String())
}

// long is a string as one would type it, cut where it is a flood.
func (s *shower) long(v starlark.Value, n int, unit string) []string {
	if s.All || n <= mostText {
		return []string{v.String()}
	}
	var head starlark.Value
	switch v := v.(type) {
	case starlark.String:
		head = v[:runeStart(string(v), mostText)]
	case starlark.Bytes:
		head = v[:mostText]
	}
	rest := n - starlark.Len(head)
	return []string{head.String() + layout.Ellipsis, s.more(rest, unit)}
}

// runeStart is the largest place up to i where a character begins.
func runeStart(text string, i int) int {
	for i > 0 && text[i]&0xc0 == 0x80 {
		i--
	}
	return i
}

// text is what a value prints, which may be several lines.
func (s *shower) text(text string) []string {
	if !s.All && len(text) > mostText {
		cut := runeStart(text, mostText)
		return append(strings.Split(text[:cut]+layout.Ellipsis, "\n"), s.more(len(text)-cut, "bytes"))
	}
	return strings.Split(text, "\n")
}

// more says how much was left out, and how to see it. The unit is a plural.
func (s *shower) more(n int, unit string) string {
	if n == 1 {
		unit = strings.TrimSuffix(unit, "s")
	}
	text := fmt.Sprintf("%s and %s more %s; page(_) shows all", layout.Ellipsis, grouped(n), unit)
	return layout.Paint(text, layout.Faint, s.Colour)
}

// grouped is n with a comma before every three digits.
func grouped(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// first is how many of n rows are shown.
func (s *shower) first(n int) int {
	if s.All {
		return n
	}
	return min(n, mostRows)
}

// sequence shows a list that does not fit into a line.
func (s *shower) sequence(v starlark.Iterable, n int, open, end string) []string {
	elems := firstOf(v, s.first(n))
	var lines []string
	switch {
	case allOf[*TaskValue](elems):
		lines = s.taskTable(elems)
	case isRows(elems):
		lines = s.table(newTableValue(elems, telling(elems)))
	default:
		lines = s.list(elems, n, open, end)
	}
	if n > len(elems) {
		lines = append(lines, s.more(n-len(elems), "elements"))
	}
	return lines
}

// list fills lines with what is short. Else it has a line for each element,
// which the terminal may wrap where there are few.
func (s *shower) list(elems []starlark.Value, n int, open, end string) []string {
	words := make([]string, len(elems))
	short := true
	for i, e := range elems {
		text, ok := brief(e, mostCell)
		if !ok {
			text += layout.Ellipsis
		}
		words[i] = text + ","
		if i == n-1 {
			words[i] = text + end
		}
		if i == 0 {
			words[i] = open + words[i]
		}
		short = short && layout.Width(words[i]) <= s.Width/2
	}
	lines := words
	switch {
	case short:
		lines = layout.Fill(words, s.Width-1)
	case n > fewElements && !s.All:
		for i, w := range words {
			lines[i] = layout.Cut(w, s.Width-1)
		}
	}
	for i := range lines[1:] {
		lines[i+1] = " " + lines[i+1] // within the bracket
	}
	return lines
}

// dict has a line for each key, or more where the value is long.
func (s *shower) dict(d *starlark.Dict) []string {
	items := d.Items()
	var rows [][2]string
	for _, item := range items[:s.first(len(items))] {
		rows = append(rows, [2]string{cellText(item[0]), cellText(item[1])})
	}
	lines := s.pairs(rows)
	if n := len(items) - len(rows); n > 0 {
		lines = append(lines, s.more(n, "keys"))
	}
	return lines
}

// fields has a line for each field of a struct.
func (s *shower) fields(v starlark.HasAttrs) []string {
	var rows [][2]string
	for _, name := range v.AttrNames() {
		text := "None"
		if field, err := v.Attr(name); err == nil && field != nil {
			text = cellText(field)
		}
		rows = append(rows, [2]string{name, text})
	}
	return s.pairs(rows)
}

// pairs are names and values, side by side; a long value goes on in the next line.
func (s *shower) pairs(rows [][2]string) []string {
	left := 0
	for _, r := range rows {
		left = max(left, layout.Width(r[0]))
	}
	left = min(left, s.Width/2)
	var lines []string
	for _, r := range rows {
		name := layout.Cut(r[0], left)
		pad := strings.Repeat(" ", left-layout.Width(name)+2)
		for _, part := range layout.Wrap(r[1], s.Width-left-2) {
			lines = append(lines, layout.Paint(name, layout.Head, s.Colour)+pad+part)
			name, pad = "", strings.Repeat(" ", left+2)
		}
	}
	return lines
}

// hasTasks tells whether v is a list of tasks, which is a table in any case.
func hasTasks(v starlark.Value) bool {
	list, ok := v.(starlark.Indexable)
	return ok && list.Len() > 0 && allOf[*TaskValue]([]starlark.Value{list.Index(0), list.Index(list.Len() - 1)})
}

func firstOf(v starlark.Iterable, n int) []starlark.Value {
	elems := make([]starlark.Value, 0, n)
	iter := v.Iterate()
	defer iter.Done()
	for x := starlark.Value(nil); len(elems) < n && iter.Next(&x); {
		elems = append(elems, x)
	}
	return elems
}

func allOf[T starlark.Value](elems []starlark.Value) bool {
	for _, e := range elems {
		if _, ok := e.(T); !ok {
			return false
		}
	}
	return len(elems) > 0
}
