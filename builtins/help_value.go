package builtins

import (
	"fmt"
	"slices"
	"strings"

	"go.starlark.net/starlark"
)

// A paged value has attributes to tell of; method is the page of one that is
// called, or nil.
type paged interface {
	starlark.HasAttrs
	method(name string) *Builtin
}

// pagedValues stand for their types: no attribute of theirs is read.
var pagedValues = []paged{(*TaskValue)(nil), (*FileValue)(nil), (*Namespace)(nil), (*Namespaces)(nil),
	(*filterValue)(nil), (*listenerValue)(nil), (*requestValue)(nil)}

// valueHelp lists the attributes of v: those that are read in one line, those
// that are called with what they do.
func valueHelp(v paged) string {
	var read, called []string
	for _, name := range v.AttrNames() {
		m := v.method(name)
		if m == nil {
			read = append(read, name)
			continue
		}
		called = append(called, fmt.Sprintf("    .%-8s  %s\n", name, m.Summary()))
	}
	slices.Sort(called)
	return fmt.Sprintf("    a %s has %s\n\n%s", v.Type(), strings.Join(read, ", "), strings.Join(called, ""))
}
