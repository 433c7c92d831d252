package format

import (
	"fmt"
	"reflect"
	"strings"

	"go.starlark.net/syntax"
)

// tree is what a file means, as text: its syntax tree without places.
func tree(f *syntax.File) string {
	var s strings.Builder
	writeTree(&s, reflect.ValueOf(f.Stmts))
	return s.String()
}

func writeTree(s *strings.Builder, v reflect.Value) {
	switch v.Kind() {
	case reflect.Slice:
		s.WriteString("[")
		for i := range v.Len() {
			writeTree(s, v.Index(i))
		}
		s.WriteString("]")
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			s.WriteString("-")
			return
		}
		if x, ok := v.Interface().(fmt.Stringer); ok { // a big number
			fmt.Fprintf(s, "%v ", x)
			return
		}
		writeTree(s, v.Elem())
	case reflect.Struct:
		writeFields(s, v)
	default:
		fmt.Fprintf(s, "%#v ", v)
	}
}

func writeFields(s *strings.Builder, v reflect.Value) {
	t := v.Type()
	s.WriteString(t.Name() + "(")
	for i := range t.NumField() {
		f := t.Field(i)
		if f.IsExported() && f.Type != reflect.TypeFor[syntax.Position]() && f.Name != "Function" && f.Name != "Binding" {
			writeTree(s, v.Field(i))
		}
	}
	s.WriteString(")")
}
