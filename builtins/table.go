package builtins

import (
	"encoding/json"
	"fmt"
	"strings"

	"go.starlark.net/starlark"

	"nstar/builtins/internal/layout"
)

var _ = def(Builtin{
	Sig:   "table(rows, columns=None)",
	Shelf: "language",
	Page:  "column(1)",
	Like:  "… | column -t",
	Doc: `Returns a table of a list of structs, dicts, tuples or other values with attributes.

columns are the names of the fields to show, in their order; of tuples they are
what stands above. A table prints as text in columns, at the prompt as wide as
the window, and is a list of dicts for json.encode. A field that a row does not
have is empty.`,
	Example: `
>>> table([struct(name="lo", mtu=65536), {"name": "eth0", "up": True}], ["name", "mtu", "up"])
name    mtu  up
lo    65536
eth0         True
>>> print(table([("a", 1), ("b", 20)]))
a   1
b  20
>>> json.encode(table([("a", 1)], columns=["key", "n"]))
"[{\"key\":\"a\",\"n\":1}]"
`,
	Func: func(c *Call) (starlark.Value, error) {
		var rows, columns starlark.Value
		if err := c.Args(&rows, &columns); err != nil {
			return nil, err
		}
		list, ok := rows.(starlark.Iterable)
		if _, isDict := rows.(starlark.Mapping); !ok || isDict {
			return nil, BadValue("rows", "a list", rows)
		}
		var names []string
		if columns != starlark.None {
			if err := unpack("columns", columns, &names); err != nil {
				return nil, err
			}
		}
		return makeTable(list, names)
	},
})

// A tableValue is a table in the language. It holds what the rows had when it
// was made.
type tableValue struct {
	columns []string // nil: rows of tuples without names
	rows    [][]starlark.Value
}

var (
	_ starlark.Value = (*tableValue)(nil)
	_ json.Marshaler = (*tableValue)(nil)
	_ shown          = (*tableValue)(nil)
)

// makeTable checks what newTableValue takes as it is.
func makeTable(list starlark.Iterable, columns []string) (*tableValue, error) {
	iter := list.Iterate()
	defer iter.Done()
	var elems []starlark.Value
	for x := starlark.Value(nil); iter.Next(&x); {
		_, isTuple := x.(starlark.Indexable)
		_, isString := x.(starlark.String)
		_, isDict := x.(*starlark.Dict)
		_, hasAttrs := x.(starlark.HasAttrs)
		if isString || !isTuple && !isDict && !hasAttrs {
			return nil, BadValue(fmt.Sprintf("rows[%d]", len(elems)), "a struct, a dict, a tuple or a value with attributes", x)
		}
		if hasAttrs && !isTuple && !isDict && columns == nil && !isRows([]starlark.Value{x}) {
			return nil, fmt.Errorf("columns must be given for a table of %ss: %s", x.Type(), strings.Join(x.(starlark.HasAttrs).AttrNames(), ", "))
		}
		elems = append(elems, x)
	}
	return newTableValue(elems, columns), nil
}

func newTableValue(elems []starlark.Value, columns []string) *tableValue {
	if columns == nil {
		columns = columnsOf(elems)
	}
	t := &tableValue{columns: columns}
	for _, e := range elems {
		var row []starlark.Value
		switch e := e.(type) {
		case *starlark.List, starlark.Tuple:
			row = firstOf(e.(starlark.Iterable), starlark.Len(e))
		default:
			for _, name := range columns {
				v, err := fieldOf(e, name)
				if err != nil {
					v = starlark.String(err.Error())
				}
				row = append(row, v)
			}
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// cells are the texts; a nil is empty.
func (t *tableValue) cells() *layout.Table {
	cells := &layout.Table{Columns: t.columns}
	for _, row := range t.rows {
		line := make([]layout.Cell, len(row))
		for i, v := range row {
			if v != nil {
				line[i].Text = cellText(v)
			}
		}
		cells.Rows = append(cells.Rows, line)
	}
	return cells
}

// String is the whole table, cut nowhere.
func (t *tableValue) String() string {
	return strings.Join(t.cells().Lines(layout.Unbounded, false), "\n")
}

func (t *tableValue) show(s *shower) []string {
	n := s.first(len(t.rows))
	lines := s.table(&tableValue{t.columns, t.rows[:n]})
	if n < len(t.rows) {
		lines = append(lines, s.more(len(t.rows)-n, "rows"))
	}
	return lines
}

// Type is "table".
func (t *tableValue) Type() string { return "table" }

// Freeze does nothing: a table does not change.
func (t *tableValue) Freeze() {}

// Truth is whether there are rows.
func (t *tableValue) Truth() starlark.Bool { return len(t.rows) > 0 }

// Hash is refused.
func (t *tableValue) Hash() (uint32, error) { return 0, fmt.Errorf("unhashable type: table") }

// MarshalJSON is a list of objects, or of lists where the columns have no names.
func (t *tableValue) MarshalJSON() ([]byte, error) {
	list := make([]starlark.Value, 0, len(t.rows))
	for _, row := range t.rows {
		if len(t.columns) == 0 {
			list = append(list, starlark.Tuple(row))
			continue
		}
		d := starlark.NewDict(len(row))
		for i, v := range row {
			if v != nil && i < len(t.columns) {
				_ = d.SetKey(starlark.String(t.columns[i]), v) // a string can be a key
			}
		}
		list = append(list, d)
	}
	return toJSON(starlark.NewList(list))
}
