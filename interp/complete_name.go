package interp

import (
	"slices"
	"strings"
	"sync"

	"go.starlark.net/starlark"

	"nstar/builtins"
	"nstar/interp/edit"
)

// inName completes a name: what the argument with the cursor takes comes first.
func (env Environment) inName(p edit.Place, text string) edit.Candidates {
	if family, ok := env.joined(p.Joined); ok {
		rest := slices.DeleteFunc(family.Constants(), func(c builtins.Candidate) bool { return slices.Contains(p.Joined, c.Text) })
		return candidates(p.From, fitting(rest, p.Typed))
	}
	var takes builtins.Takes
	var special []builtins.Candidate
	fn, at := env.call(p.Around)
	if fn != nil {
		takes = fn.takes(fn.active(at))
		special = env.arguments(takes, p.Typed)
		if p.Key {
			special = append(special, fn.keywords(at)...)
		}
	}
	special = fitting(special, p.Typed)
	if p.Typed == "" && len(special) > 0 || p.Typed != "" && p.Typed[0] >= '0' && p.Typed[0] <= '9' {
		return candidates(p.From, special)
	}
	general := fitting(env.names(p, text, takes.Flags), p.Typed)
	if len(special) > 0 && len(general) > 0 &&
		builtins.Match(general[0].Text, p.Typed) < builtins.Match(special[0].Text, p.Typed) {
		general = nil
	}
	return candidates(p.From, append(special, general...))
}

// joined is the family of the constants that stand before a | or &.
func (env Environment) joined(names []string) (builtins.Takes, bool) {
	for _, name := range names {
		if takes, ok := builtins.FamilyOf(env.Names[name]); ok {
			return takes, true
		}
	}
	return builtins.Takes{}, false
}

// arguments are what a parameter takes: constants of its family, variables of its types, processes.
func (env Environment) arguments(takes builtins.Takes, typed string) []builtins.Candidate {
	var list []builtins.Candidate
	for name, v := range env.Names {
		if isOfTypes(v, takes.Types) && isName(name) {
			list = append(list, builtins.Candidate{Text: name, Note: builtins.Brief(v)})
		}
		if family, ok := builtins.FamilyOf(v); ok && takes.Flags && family.Family == takes.Family && name != strings.ToUpper(name) {
			list = append(list, builtins.Candidate{Text: name, Note: builtins.Brief(v)})
		}
	}
	slices.SortFunc(list, byText)
	if takes.Types == "bool" {
		list = append(list, builtins.Candidate{Text: "True"}, builtins.Candidate{Text: "False"})
	}
	list = append(list, takes.Constants()...)
	if takes.Subject == builtins.Process && env.Outside != nil {
		list = append(list, env.Outside(builtins.Process, typed)...)
	}
	return list
}

// isOfTypes tells whether v is one of the types, of which words are none: they are functions, and many.
func isOfTypes(v starlark.Value, types string) bool {
	if b, ok := v.(*starlark.Builtin); ok && builtins.BuiltinOf(b) != nil {
		return false
	}
	return slices.Contains(strings.Fields(types), v.Type())
}

// isName tells names from what the prompt keeps among them for itself.
func isName(name string) bool { return name != "_" && !strings.Contains(name, " ") }

// names are all names that there are: the session's own first, then words, then constants if they were not
// offered already and one was begun, what the text itself defines, and the language's.
func (env Environment) names(p edit.Place, text string, noFlags bool) []builtins.Candidate {
	var own, words, constants []builtins.Candidate
	for name, v := range env.Names {
		c := builtins.Candidate{Text: name, Note: builtins.Brief(v)}
		_, isFlags := builtins.FamilyOf(v)
		switch b, _ := v.(*starlark.Builtin); {
		case !isName(name):
		case b != nil && builtins.BuiltinOf(b) != nil && b.Receiver() == nil:
			words = append(words, c)
		case isFlags && name == strings.ToUpper(name):
			if !noFlags && p.Typed != "" {
				c.Note = builtins.ConstantNote(v)
				constants = append(constants, c)
			}
		case v.Type() == "module":
			words = append(words, c)
		default:
			own = append(own, c)
		}
	}
	for _, name := range edit.Names(text, p.From+len(p.Typed)) {
		if !env.Names.Has(name) && !starlark.Universe.Has(name) {
			own = append(own, builtins.Candidate{Text: name})
		}
	}
	var universe []builtins.Candidate
	for name, v := range starlark.Universe {
		if !env.Names.Has(name) {
			universe = append(universe, builtins.Candidate{Text: name, Note: universeNotes(name, v)})
		}
	}
	if p.Typed != "" {
		for _, k := range edit.Keywords(p.Typed) {
			universe = append(universe, builtins.Candidate{Text: k})
		}
	}
	for _, group := range [][]builtins.Candidate{own, words, constants, universe} {
		slices.SortFunc(group, byText)
	}
	return slices.Concat(own, words, constants, universe)
}

// universeNotes says what Starlark's own names are.
func universeNotes(name string, v starlark.Value) string {
	if _, ok := v.(*starlark.Builtin); !ok {
		return ""
	}
	if note := starlarkNotes()[name]; note != "" {
		return note
	}
	return builtins.Brief(v)
}

// starlarkNotes are the functions that every Starlark has.
var starlarkNotes = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"abs": "Returns the absolute value of a number", "all": "Tells whether all elements are true",
		"any": "Tells whether any element is true", "bool": "Returns whether a value is true",
		"bytes": "Makes bytes of a string or of numbers", "chr": "Returns the character of a code point",
		"dict": "Makes a dict", "dir": "Returns the names of a value's attributes",
		"enumerate": "Returns pairs of numbers and elements", "fail": "Ends the script with an error",
		"float": "Makes a float of a number or a string", "getattr": "Returns an attribute by its name",
		"hasattr": "Tells whether a value has an attribute", "hash": "Returns a number for a string",
		"int": "Makes an int of a number or a string", "len": "Returns how many elements there are",
		"list": "Makes a list of elements", "max": "Returns the largest element", "min": "Returns the smallest element",
		"ord": "Returns the code point of a character", "print": "Prints its arguments", "range": "Returns a range of ints",
		"repr": "Returns a value as one would type it", "reversed": "Returns the elements, last first",
		"set": "Makes a set of elements", "sorted": "Returns the elements as a sorted list", "str": "Makes a string of a value",
		"tuple": "Makes a tuple of elements", "type": "Returns the name of a value's type",
		"zip": "Returns tuples of the elements of several sequences",
	}
})
