package builtins

import (
	"fmt"
	"slices"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"

	"nstar/builtins/internal/layout"
)

var _ = def(Builtin{
	Sig:   "help(word=None)",
	Shelf: "language",
	Page:  "man(1)",
	Like:  "man WORD",
	Doc: `Shows the page of a word, or without one all words by shelf.

A word may be given as itself or by its name. Kernel constants have a line each,
methods of values a page. Of a task, a file, a namespace, or by those names, the
attributes are listed, and of a module, such as netns, or the name of a shelf,
such as "files", the words.`,
	Example: `
>>> help(self)
    self()

    Returns the current task: the one that words act on unless they are told otherwise.

    See getpid(2). Like: echo $$

    >>> t = clone()
    >>> t.call(self) == t
    True
    >>> self() == t
    False
>>> help(CLONE_NEWUTS)
    CLONE_NEWUTS is a CLONE_ flag, 0x4000000. See clone(2).
`,
	Func: func(c *Call) (starlark.Value, error) {
		var word starlark.Value
		if err := c.Args(&word); err != nil {
			return nil, err
		}
		width := c.windowWidth()
		text, err := helpText(word, width)
		if err != nil {
			return nil, err
		}
		return starlark.None, c.Host.write(c.ctx, foldNamed(text, width))
	},
})

// windowWidth is the width of the terminal that the output is; of what is none,
// there is no end.
func (c *Call) windowWidth() int {
	if v := c.Host.view(); v.Terminal {
		return v.Width
	}
	return layout.Unbounded
}

// helpText is the page of what v is or names.
func helpText(v starlark.Value, width int) (string, error) {
	switch v := v.(type) {
	case starlark.NoneType:
		return namedHelp("", width)
	case starlark.String:
		return namedHelp(string(v), width)
	case Flags:
		return flagHelp(v), nil
	case *starlark.Builtin:
		b := BuiltinOf(v)
		if b == nil {
			return "", fmt.Errorf("%s is Starlark's own and has no page", v.Name())
		}
		return b.page(width), nil
	case *starlark.Function:
		return functionHelp(v), nil
	case paged:
		return valueHelp(v), nil
	case *starlarkstruct.Module:
		if text := moduleHelp(v.Name); text != "" {
			return text, nil
		}
		return "", fmt.Errorf("%s is Starlark's own and has no page", v.Name)
	}
	return "", BadValue("word", "a word, its name or a kernel constant", v)
}

// HelpText is the page of the word or the constant of that name, or all words
// by shelf for "".
func HelpText(name string) (string, error) { return namedHelp(name, layout.Unbounded) }

// namedHelp is HelpText for a window.
func namedHelp(name string, width int) (string, error) {
	var s strings.Builder
	switch {
	case name == "" && width == layout.Unbounded:
		err := WriteIndex(&s)
		return s.String(), err
	case name == "":
		return overview(width), nil
	}
	if b := Lookup(name); b != nil {
		s.WriteString(b.page(width))
	}
	for _, v := range pagedValues {
		if v.Type() == name {
			s.WriteString(valueHelp(v))
		}
	}
	if i := slices.Index(Shelves[:], name); i >= 0 {
		s.WriteString(shelfText(i, widest(onShelf(i))))
	}
	if s.Len() > 0 {
		return s.String(), nil
	}
	if f, ok := constantNamed(name); ok {
		return flagHelp(f), nil
	}
	if text := moduleHelp(name); text != "" {
		return text, nil
	}
	var names []string
	for _, b := range All() {
		names = append(names, b.name)
	}
	if near := nearest(name, names); near != "" {
		return "", fmt.Errorf("there is no word %s (did you mean %s?)", name, near)
	}
	return "", fmt.Errorf("there is no word %s; help() shows all", name)
}

// BuiltinOf finds the word, or the method of a value, behind a function; nil if
// the function is Starlark's own.
func BuiltinOf(fn *starlark.Builtin) *Builtin {
	self := fn.Receiver()
	if self == nil {
		return Lookup(fn.Name())
	}
	_, name, _ := strings.Cut(fn.Name(), ".")
	if p, ok := self.(interface{ method(string) *Builtin }); ok {
		return p.method(name)
	}
	return nil
}

func flagHelp(f Flags) string {
	what := f.info().one
	if len(f.Names()) > 1 {
		what = "made of " + f.info().many
	}
	return fmt.Sprintf("%s%s is %s, %s. See %s.\n", indent, f, what, f.number(), f.info().page)
}

// number is the number behind the names, as the manual writes it.
func (f Flags) number() string {
	switch {
	case f.Family == ModeFamily:
		return fmt.Sprintf("0o%o", f.Value)
	case f.info().enum:
		return fmt.Sprint(f.Value)
	}
	return fmt.Sprintf("%#x", f.Value)
}

func functionHelp(fn *starlark.Function) string {
	doc := strings.TrimSpace(fn.Doc())
	if doc == "" {
		doc = "A function of this script, without a page."
	}
	return indented(fn.Name() + "\n\n" + doc + "\n")
}
