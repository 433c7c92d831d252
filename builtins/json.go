package builtins

import (
	"fmt"

	"go.starlark.net/lib/json"
	"go.starlark.net/starlark"
)

// This file is what json.encode makes of the values of nstar: what they are,
// without what they can be told to do.

// toJSON is json.encode.
func toJSON(v starlark.Value) ([]byte, error) {
	text, err := starlark.Call(new(starlark.Thread), json.Module.Members["encode"], starlark.Tuple{v}, nil)
	if err != nil {
		return nil, fmt.Errorf("%s as JSON: %w", v.Type(), err)
	}
	return []byte(text.(starlark.String)), nil
}

// attrsJSON is an object of some attributes of v.
func attrsJSON(v starlark.HasAttrs, names ...string) ([]byte, error) {
	d := starlark.NewDict(len(names))
	for _, name := range names {
		x, err := v.Attr(name)
		if err != nil {
			return nil, err
		}
		_ = d.SetKey(starlark.String(name), x) // a string can be a key
	}
	return toJSON(d)
}

// MarshalJSON is the text that strace(1) would print.
func (f Flags) MarshalJSON() ([]byte, error) { return toJSON(starlark.String(f.Text())) }

// MarshalJSON has what identifies the namespace.
func (n *Namespace) MarshalJSON() ([]byte, error) { return attrsJSON(n, "type", "ino", "dev") }

// MarshalJSON is an object of namespaces.
func (n *Namespaces) MarshalJSON() ([]byte, error) {
	d := starlark.NewDict(len(n.ns))
	for name, ns := range n.ns {
		_ = d.SetKey(starlark.String(name), ns) // a string can be a key
	}
	return toJSON(d)
}

// MarshalJSON has the numbers of the task and how it ended, if it did.
func (t *TaskValue) MarshalJSON() ([]byte, error) {
	return attrsJSON(t, "pid", "nspid", "alive", "status")
}

// MarshalJSON has the path and whether the file is open.
func (f *FileValue) MarshalJSON() ([]byte, error) { return attrsJSON(f, "name", "closed") }

// MarshalJSON has the name and the folder.
func (g *cgroupValue) MarshalJSON() ([]byte, error) { return attrsJSON(g, "name", "path") }

// MarshalJSON is the filter as it prints.
func (f *filterValue) MarshalJSON() ([]byte, error) { return toJSON(starlark.String(f.String())) }

// MarshalJSON has all but the arguments that are no data: those are texts.
func (e errorValue) MarshalJSON() ([]byte, error) {
	args := make(starlark.Tuple, len(e.Args))
	for i, a := range e.Args {
		if _, err := toJSON(a); err != nil {
			a = starlark.String(a.String())
		}
		args[i] = a
	}
	shown := *e.Error
	shown.Args = args
	all := errorValue{&shown}
	d := starlark.NewDict(6)
	for _, name := range all.AttrNames() {
		x, err := all.Attr(name)
		if err != nil {
			return nil, err
		}
		_ = d.SetKey(starlark.String(name), x) // a string can be a key
	}
	return toJSON(d)
}
