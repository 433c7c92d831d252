package builtins

import (
	"fmt"
	"slices"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"
)

// A word whose name has dots, netns.add, is a member of a module: what is
// before its last dot, which may have dots itself. A module is no more than its
// words, and is known by their names.

// place puts a word into d under its name, in modules that are made as needed.
func place(d starlark.StringDict, b *Builtin) {
	name := b.name
	for at := 0; ; {
		dot := strings.IndexByte(name[at:], '.')
		if dot < 0 {
			d[name[at:]] = b.value()
			return
		}
		first := name[at : at+dot]
		at += dot + 1
		m, ok := d[first].(*starlarkstruct.Module)
		if !ok {
			m = &starlarkstruct.Module{Name: name[:at-1], Members: starlark.StringDict{}}
			d[first] = m
		}
		d = m.Members
	}
}

// moduleWords are the words of a module, also of those in it, sorted.
func moduleWords(module string) []*Builtin {
	return slices.DeleteFunc(All(), func(b *Builtin) bool { return !strings.HasPrefix(b.name, module+".") })
}

// moduleHelp lists the words of a module; "" if it has none that are ours.
func moduleHelp(module string) string {
	list := moduleWords(module)
	width := widest(list)
	var s strings.Builder
	for _, b := range list {
		fmt.Fprintf(&s, "%s%-*s  %s\n", indent, width, b.name, b.Summary())
	}
	return s.String()
}
