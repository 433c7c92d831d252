package builtins

import (
	"slices"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"

	"nstar/builtins/internal/layout"
)

// isRows tells whether a list is shown as a table: all are structs, or all
// dicts whose keys are names.
func isRows(elems []starlark.Value) bool {
	if allOf[*starlarkstruct.Struct](elems) {
		return true
	}
	if !allOf[*starlark.Dict](elems) {
		return false
	}
	for _, e := range elems {
		if d := e.(*starlark.Dict); d.Len() == 0 || !allOf[starlark.String](d.Keys()) {
			return false
		}
	}
	return true
}

// fieldOf is the field of a row; nil if it has none of that name.
func fieldOf(row starlark.Value, name string) (starlark.Value, error) {
	switch row := row.(type) {
	case *starlark.Dict:
		v, found, err := row.Get(starlark.String(name))
		if !found {
			v = nil
		}
		return v, err
	case starlark.HasAttrs:
		v, err := row.Attr(name)
		if _, missing := err.(starlark.NoSuchAttrError); missing {
			return nil, nil
		}
		return v, err
	}
	return nil, nil
}

// columnsOf are the names of all fields. Those of structs have no order of their
// own, so it is that of telling; what has nothing to tell comes last.
func columnsOf(rows []starlark.Value) []string {
	names := fieldNames(rows)
	if !allOf[*starlarkstruct.Struct](rows) {
		return names
	}
	told := telling(rows)
	silent := slices.DeleteFunc(names, func(name string) bool { return slices.Contains(told, name) })
	return append(told, silent...)
}

// fieldNames are those of all fields, in the order in which they come.
func fieldNames(rows []starlark.Value) []string {
	var names []string
	known := map[string]bool{}
	add := func(name string) {
		if !known[name] {
			known[name] = true
			names = append(names, name)
		}
	}
	for _, row := range rows {
		switch row := row.(type) {
		case *starlark.Dict:
			for _, k := range row.Keys() {
				if name, ok := starlark.AsString(k); ok {
					add(name)
				}
			}
		case *starlarkstruct.Struct:
			for _, name := range row.AttrNames() {
				add(name)
			}
		}
	}
	return names
}

// telling are the columns of a list that nobody has chosen columns for: those
// that have something to tell, and last those whose values are long by nature.
func telling(rows []starlark.Value) []string {
	var short, long []string
	for _, name := range fieldNames(rows) {
		found, many := false, false
		for _, row := range rows {
			switch v, _ := fieldOf(row, name); v.(type) {
			case nil, starlark.NoneType:
			case Flags, *starlark.List, starlark.Tuple, *starlark.Dict, *starlarkstruct.Struct:
				found, many = true, true
			default:
				found = true
			}
		}
		switch {
		case many:
			long = append(long, name)
		case found:
			short = append(short, name)
		}
	}
	return append(short, long...)
}

// table fits a table into the window. Columns for which there is no room are
// named below it.
func (s *shower) table(t *tableValue) []string {
	cells, left := t.cells(), []string(nil)
	if !s.All {
		left = cells.Fit(s.Width)
	}
	lines := cells.Lines(s.Width, s.Colour)
	if len(left) > 0 {
		words := []string{layout.Ellipsis + " and"}
		for i, name := range left {
			if i < len(left)-1 {
				name += ","
			}
			words = append(words, name)
		}
		for _, line := range layout.Fill(words, s.Width) {
			lines = append(lines, layout.Paint(line, layout.Faint, s.Colour))
		}
	}
	return slices.Clip(lines)
}
