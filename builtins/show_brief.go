package builtins

import (
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"
	"go.starlark.net/syntax"

	"nstar/builtins/internal/layout"
)

// brief is v as String prints it, if that is one line of at most most bytes.
// Else it is the beginning, and took no longer than that: String of a list of
// millions would.
func brief(v starlark.Value, most int) (text string, ok bool) {
	b := &briefWriter{left: 4 * most} // a column is up to four bytes
	b.value(v)
	text, left, _ := strings.Cut(b.s.String(), "\n")
	if layout.Width(text) > most {
		return strings.TrimSuffix(layout.Cut(text, most), layout.Ellipsis), false
	}
	return text, b.left >= 0 && left == ""
}

type briefWriter struct {
	s    strings.Builder
	left int              // bytes; negative when there was no room for all
	path []starlark.Value // the lists and dicts that v is in
}

func (b *briefWriter) add(text string) {
	if b.left < 0 {
		return
	}
	if b.left -= len(text); b.left < 0 {
		text = text[:runeStart(text, len(text)+b.left)]
	}
	b.s.WriteString(text)
}

func (b *briefWriter) value(v starlark.Value) {
	if b.left < 0 {
		return
	}
	switch v := v.(type) {
	case starlark.String:
		if len(v) > b.left {
			v = v[:runeStart(string(v), b.left)] // quoted, it is too long still
		}
		b.add(syntax.Quote(string(v), false))
	case *starlark.List:
		b.inside(v, "[...]", func() { b.elements("[", v, "]") })
	case starlark.Tuple:
		if len(v) == 1 {
			b.elements("(", v, ",)")
			return
		}
		b.elements("(", v, ")")
	case *starlark.Set:
		b.elements("set([", v, "])")
	case *starlark.Dict:
		b.inside(v, "{...}", func() { b.dict(v) })
	case *starlarkstruct.Struct:
		b.fields(v)
	default:
		b.add(v.String())
	}
}

// inside guards against a list that is an element of itself.
func (b *briefWriter) inside(v starlark.Value, cycle string, write func()) {
	for _, outer := range b.path {
		if outer == v {
			b.add(cycle)
			return
		}
	}
	b.path = append(b.path, v)
	write()
	b.path = b.path[:len(b.path)-1]
}

func (b *briefWriter) elements(open string, v starlark.Iterable, end string) {
	b.add(open)
	iter := v.Iterate()
	defer iter.Done()
	var x starlark.Value
	for i := 0; b.left >= 0 && iter.Next(&x); i++ {
		if i > 0 {
			b.add(", ")
		}
		b.value(x)
	}
	b.add(end)
}

func (b *briefWriter) dict(d *starlark.Dict) {
	b.add("{")
	for i, k := range firstOf(d, min(d.Len(), b.left)) {
		if i > 0 {
			b.add(", ")
		}
		x, _, _ := d.Get(k) // it is a key
		b.value(k)
		b.add(": ")
		b.value(x)
	}
	b.add("}")
}

func (b *briefWriter) fields(v *starlarkstruct.Struct) {
	if v.Constructor() != starlarkstruct.Default {
		b.add(v.String())
		return
	}
	b.add("struct(")
	for i, name := range v.AttrNames() {
		if i > 0 {
			b.add(", ")
		}
		b.add(name + " = ")
		if x, err := v.Attr(name); err == nil {
			b.value(x)
		}
	}
	b.add(")")
}

// cellText is v as a field of a table: a string without quotes, if nobody could
// take it for something else.
func cellText(v starlark.Value) string {
	if text, ok := v.(starlark.String); ok && text != "" && len(text) <= mostCell && layout.Printable(string(text)) &&
		strings.TrimSpace(string(text)) == string(text) {
		return string(text)
	}
	text, ok := brief(v, mostCell)
	if !ok {
		text += layout.Ellipsis
	}
	return layout.Clean(text)
}
