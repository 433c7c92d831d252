package builtins

import (
	"fmt"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"
	"go.starlark.net/syntax"
)

// Peek is v.name as far as that can be told by looking: no function runs, and neither a task nor the kernel is
// asked. Of what would have to be asked for there is a value that stands for its type, as in Result; nil if
// nothing can be told.
func Peek(v starlark.Value, name string) starlark.Value {
	switch v := v.(type) {
	case *TaskValue:
		if name == "ns" {
			return (*Namespaces)(nil)
		}
		if v == nil && name == "parent" {
			return v
		}
	case *Namespace:
		if name == "parent" || name == "userns" {
			return (*Namespace)(nil)
		}
		if v == nil || name == "owner_uid" || name == "id" {
			return nil
		}
	case *Namespaces:
		if v == nil && namespacesMethods()[name] == nil {
			return (*Namespace)(nil)
		}
	case *ptyValue:
		if name == "size" {
			return nil
		}
	}
	if standsForType(v) {
		return nil
	}
	switch v := v.(type) {
	case *TaskValue, *FileValue, *Namespace, *Namespaces, *StatusValue, *resultValue, errorValue, *cgroupValue, *ptyValue,
		*lockValue, *starlarkstruct.Module, *starlarkstruct.Struct, *explanation, *requestValue:
		if x, err := v.(starlark.HasAttrs).Attr(name); err == nil {
			return x
		}
	}
	return nil
}

// standsForType tells the values of Result and Peek from those that there are.
func standsForType(v starlark.Value) bool {
	switch v := v.(type) {
	case *TaskValue:
		return v == nil
	case *FileValue:
		return v == nil
	case *Namespace:
		return v == nil
	case *Namespaces:
		return v == nil
	}
	return false
}

// Result stands for what a word returns: its attributes' names can be asked for, and Peek at those. nil if
// nothing is known of it.
func Result(word string) starlark.Value {
	switch word {
	case "clone", "self", "spawn":
		return (*TaskValue)(nil)
	case "ns_of":
		return (*Namespaces)(nil)
	case "namespace", "netns.get", "netns.add", "socket_ns":
		return (*Namespace)(nil)
	case "open", "openat2", "memfd_create", "fd", "fsopen", "fsmount", "fspick", "open_tree", "open_tree_attr", "pidfd_open":
		return (*FileValue)(nil)
	}
	return nil
}

// Attributes are the names of v's attributes, with what they are.
func Attributes(v starlark.Value) (list []Candidate) {
	has, ok := v.(starlark.HasAttrs)
	if !ok {
		return nil
	}
	for _, name := range has.AttrNames() {
		note := ""
		if b := Method(v, name); b != nil {
			note = b.Summary()
		} else if x := Peek(v, name); x != nil {
			note = Brief(x)
		}
		list = append(list, Candidate{Text: name, Note: note})
	}
	return list
}

// Method is the page of a method of v, or of the word in a module; nil if there is none.
func Method(v starlark.Value, name string) *Builtin {
	switch v := v.(type) {
	case *starlarkstruct.Module:
		return Lookup(v.Name + "." + name)
	case *TaskValue:
		if _, word := taskWords()[name]; !word && taskMethods()[name] == nil {
			return nil
		}
		return v.method(name)
	case interface{ method(string) *Builtin }:
		return v.method(name)
	}
	return nil
}

// Bound is the parameter of a task's method that is the task; "" if there is none.
func Bound(v starlark.Value, method string) string {
	if _, ok := v.(*TaskValue); !ok || taskMethods()[method] != nil {
		return ""
	}
	param, word := taskWords()[method]
	if b := Lookup(method); word && param == "" && b != nil {
		return b.Params()[0].Name
	}
	return param
}

// longestBrief is how long the text of Brief may be, in bytes.
const longestBrief = 60

// Brief says in a few words what v is. It takes no longer for large values.
func Brief(v starlark.Value) string {
	if standsForType(v) {
		return "a " + v.Type()
	}
	switch v := v.(type) {
	case starlark.NoneType, starlark.Bool, starlark.Float, *TaskValue, *FileValue, *StatusValue, Flags, *cgroupValue:
		return clip(v.String())
	case *Namespace:
		return v.String()
	case starlark.Int:
		if n, ok := v.Int64(); ok {
			return fmt.Sprint(n)
		}
		return "a large int"
	case starlark.String:
		return clip(syntax.Quote(string(v[:min(len(v), longestBrief)]), false))
	case *starlark.Function:
		return functionBrief(v)
	case *starlark.Builtin:
		if b := BuiltinOf(v); b != nil {
			return b.Summary()
		}
		return "a function of Starlark"
	case *starlarkstruct.Module:
		return "a module"
	case starlark.Sequence:
		return fmt.Sprintf("%s of %d", v.Type(), v.Len())
	}
	return "a " + v.Type()
}

func functionBrief(f *starlark.Function) string {
	doc, _, _ := strings.Cut(strings.TrimSpace(f.Doc()), "\n")
	if doc != "" {
		return clip(doc)
	}
	var params []string
	for i := range f.NumParams() {
		name, _ := f.Param(i)
		params = append(params, name)
	}
	return clip(fmt.Sprintf("function(%s)", strings.Join(params, ", ")))
}

func clip(s string) string {
	if len(s) > longestBrief {
		return strings.ToValidUTF8(s[:longestBrief], "") + "…"
	}
	return s
}

// Constants are the names of the constants of a family, with their numbers.
func (t Takes) Constants() (list []Candidate) {
	if !t.Flags {
		return nil
	}
	for _, c := range families[t.Family].table {
		list = append(list, Candidate{Text: c.name, Note: ConstantNote(Flags{t.Family, c.value})})
	}
	return list
}

// ConstantNote says what a constant of the kernel is, of which the name says the
// rest: its family and its number.
func ConstantNote(v starlark.Value) string {
	f, ok := v.(Flags)
	if !ok {
		return ""
	}
	return f.info().one + ", " + f.number()
}

// FamilyOf is what takes the constants that v is made of.
func FamilyOf(v starlark.Value) (Takes, bool) {
	f, ok := v.(Flags)
	return flagsOf(f.Family), ok
}
