package builtins

import (
	"errors"
	"slices"
	"testing"

	"golang.org/x/sys/unix"
)

// TestTakes compares the table of what parameters take with what the words unpack them into.
func TestTakes(t *testing.T) {
	seen := 0 // parameters that take flags
	for _, b := range allMethods() {
		for name, ptr := range variables(t, b) {
			var family Family
			switch ptr := ptr.(type) {
			case *Flags:
				family = ptr.Family
			case *unix.Signal:
				family = SignalFamily
			default:
				continue
			}
			seen++
			if got := b.Takes(name); !got.Flags || got.Family != family {
				t.Errorf("%s takes %s as %s, but the table says %q", b.Sig, name, families[family].many, got.About())
			}
		}
	}
	if seen < 50 {
		t.Errorf("only %d parameters that take flags were found", seen)
	}
	for _, row := range takings() {
		used := slices.ContainsFunc(allMethods(), func(b *Builtin) bool {
			return slices.ContainsFunc(b.Params(), func(p Param) bool { return b.Takes(p.Name) == row.takes && hasWord(row.params, p.Name) })
		})
		if !used && row.takes.Subject != Interface {
			t.Errorf("no parameter is in the row %v", row)
		}
	}
}

// allMethods are the words and the methods of values.
func allMethods() []*Builtin {
	all := All()
	for _, table := range []func() map[string]*Builtin{taskMethods, fileMethods, namespaceMethods, namespacesMethods, cgroupMethods,
		filterMethods, listenerMethods, requestMethods, ptyMethods} {
		for _, b := range table() {
			all = append(all, b)
		}
	}
	return all
}

// variables are what the Func of a word unpacks its arguments into, by the names of the parameters. The Func
// gets no further.
func variables(t *testing.T, b *Builtin) (ptrs map[string]any) {
	params, err := b.sig.parse()
	if err != nil {
		t.Fatal(err)
	}
	ptrs = map[string]any{}
	c := &Call{Word: b, name: b.name, params: params, given: make([]bool, len(params))}
	for _, p := range params {
		c.values = append(c.values, p.Default)
	}
	c.probe = func(all []any) error {
		for _, p := range params {
			if p.Name != "task" && len(all) > 0 {
				ptrs[p.Name], all = all[0], all[1:]
			}
		}
		return errProbed
	}
	defer func() {
		r := recover() // close() and its like have no arguments, and miss their receiver
		if more := len(params) > 0 && params[0].Name != "task"; more && len(ptrs) == 0 {
			t.Errorf("%s did not unpack its arguments: %v", b.Sig, r)
		}
	}()
	_, _ = b.Func(c)
	return ptrs
}

var errProbed = errors.New("probed")
