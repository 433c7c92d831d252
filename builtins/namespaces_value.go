package builtins

import (
	"errors"
	"fmt"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// Namespaces are the namespaces of one process, in the language.
type Namespaces struct{ ns map[string]*Namespace }

var (
	_ starlark.HasAttrs   = (*Namespaces)(nil)
	_ starlark.Comparable = (*Namespaces)(nil)
	_ starlark.Mapping    = (*Namespaces)(nil)
	_ starlark.Sequence   = (*Namespaces)(nil)
)

func (n *Namespaces) close() {
	for _, ns := range n.ns {
		ns.close()
	}
}

// String prints one field a line would take too much room: it prints a struct.
func (n *Namespaces) String() string {
	var parts []string
	for _, f := range nsFields {
		if ns := n.ns[f.name]; ns != nil {
			parts = append(parts, fmt.Sprintf("%s = %s", f.name, ns))
		}
	}
	return "namespaces(" + strings.Join(parts, ", ") + ")"
}

// Type is "namespaces".
func (n *Namespaces) Type() string { return "namespaces" }

// Freeze does nothing: the value does not change.
func (n *Namespaces) Freeze() {}

// Truth is true.
func (n *Namespaces) Truth() starlark.Bool { return true }

// Hash refuses.
func (n *Namespaces) Hash() (uint32, error) { return 0, errors.New("unhashable type: namespaces") }

// Len is how many fields there are.
func (n *Namespaces) Len() int { return len(n.ns) }

// Get is the field of that name, so that n["uts"] is n.uts.
func (n *Namespaces) Get(k starlark.Value) (starlark.Value, bool, error) {
	name, ok := k.(starlark.String)
	if !ok {
		return nil, false, BadValue("the name of a namespace", "a string", k)
	}
	ns, ok := n.ns[string(name)]
	if !ok {
		return nil, false, nil
	}
	return ns, true, nil
}

// Iterate goes through the names, in the order of /proc/PID/ns.
func (n *Namespaces) Iterate() starlark.Iterator {
	var names starlark.Tuple
	for _, f := range nsFields {
		if n.ns[f.name] != nil {
			names = append(names, starlark.String(f.name))
		}
	}
	return names.Iterate()
}

// CompareSameType has two values equal if all their fields are.
func (n *Namespaces) CompareSameType(op syntax.Token, other starlark.Value, _ int) (bool, error) {
	o := other.(*Namespaces)
	same := len(n.ns) == len(o.ns)
	for name, ns := range n.ns {
		same = same && o.ns[name] != nil && o.ns[name].held.same(ns.held)
	}
	switch op {
	case syntax.EQL:
		return same, nil
	case syntax.NEQ:
		return !same, nil
	}
	return false, errors.New("there is no order among namespaces")
}

// namespacesMethods are what they can be told to do.
var namespacesMethods = methods(Builtin{
	Sig: "close()",
	Doc: `Closes all of them.`,
	Func: func(c *Call) (starlark.Value, error) {
		c.Self.(*Namespaces).close()
		return starlark.None, nil
	},
})

// AttrNames lists the fields and close. nil stands for the type, which has all.
func (n *Namespaces) AttrNames() []string {
	names := []string{"close"}
	for _, f := range nsFields {
		if n == nil || n.ns[f.name] != nil {
			names = append(names, f.name)
		}
	}
	return names
}

// Attr is a field. One that the kernel has no namespace for is None.
func (n *Namespaces) Attr(name string) (starlark.Value, error) {
	if ns := n.ns[name]; ns != nil {
		return ns, nil
	}
	if m := namespacesMethods()[name]; m != nil {
		return m.bind(n), nil
	}
	for _, f := range nsFields {
		if f.name == name {
			return starlark.None, nil
		}
	}
	return nil, nil
}

// method finds the page of a method for help.
func (n *Namespaces) method(name string) *Builtin { return namespacesMethods()[name] }
