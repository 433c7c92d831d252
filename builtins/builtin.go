package builtins

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"go.starlark.net/starlark"
)

// A Builtin is a word: one value, in one file, that holds all there is to know
// about it. doc.go tells how to write one.
type Builtin struct {
	Sig     string // as in a def statement; the only place with the word's name
	Shelf   string // one of Shelves
	Page    string // the manual page: "sethostname(2)"
	Like    string // what the user would type today
	Doc     string // the first sentence starts with a verb in the third person
	Example string // a transcript, replayed by the tests
	Func    func(*Call) (starlark.Value, error)

	Early bool // nothing that it does outlives this process: it may be called before Options.Ready has returned

	name string
	sig  *signature
}

// Shelves are the subjects of the words, in the order in which they are shown.
var Shelves = [...]string{"process", "namespaces", "mounts", "files", "security", "network", "cgroup", "language"}

// words is complete when the package is initialised and does not change after.
var words = make(map[string]*Builtin, 192)

// def registers a word. It runs at every start of the program, for every word,
// so it does no more than it must: the signature is parsed on first use.
func def(b Builtin) *Builtin {
	w := newBuiltin(b)
	if words[w.name] != nil {
		panic("the word " + w.name + " is defined twice")
	}
	words[w.name] = w
	return w
}

// methods makes the method table of a value from Builtins that need no shelf.
// In their Func, Call.Self is the value.
func methods(list ...Builtin) func() map[string]*Builtin {
	return sync.OnceValue(func() map[string]*Builtin {
		table := make(map[string]*Builtin, len(list))
		for _, b := range list {
			m := newBuiltin(b)
			table[m.name] = m
		}
		return table
	})
}

func newBuiltin(b Builtin) *Builtin {
	w := &struct {
		Builtin
		own signature
	}{Builtin: b}
	w.name, _, _ = strings.Cut(b.Sig, "(")
	w.own.text = b.Sig
	w.sig = &w.own
	return &w.Builtin
}

// Name is the text of the signature up to its parenthesis.
func (b *Builtin) Name() string { return b.name }

// Params are the parameters, in the order of the signature.
func (b *Builtin) Params() []Param {
	params, err := b.sig.parse()
	if err != nil {
		return nil
	}
	return params
}

// Acts tells whether the word acts on a task.
func (b *Builtin) Acts() bool { return find(b.Params(), "task") >= 0 }

// Summary is the first sentence of the page, without its full stop.
func (b *Builtin) Summary() string {
	text := strings.Join(strings.Fields(b.Doc), " ")
	for i := range len(text) {
		if text[i] == '.' && (i+1 == len(text) || text[i+1] == ' ') {
			return text[:i]
		}
	}
	return text
}

// All are the words, sorted by name.
func All() []*Builtin {
	all := make([]*Builtin, 0, len(words))
	for _, b := range words {
		all = append(all, b)
	}
	slices.SortFunc(all, func(a, b *Builtin) int { return strings.Compare(a.name, b.name) })
	return all
}

// Lookup finds a word by its name; nil if there is none.
func Lookup(name string) *Builtin { return words[name] }

// value is b as a function of the language.
func (b *Builtin) value() *starlark.Builtin { return starlark.NewBuiltin(b.name, b.call) }

// bind is b as a method of self, whose type gives it its name in errors.
func (b *Builtin) bind(self starlark.Value) *starlark.Builtin {
	name := fmt.Sprintf("%s.%s", self.Type(), b.name)
	return starlark.NewBuiltin(name, b.call).BindReceiver(self)
}
