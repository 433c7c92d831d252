package builtins

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"nstar/builtins/internal/layout"
)

var _ = def(Builtin{
	Sig:   "apropos(text)",
	Shelf: "language",
	Page:  "apropos(1)",
	Like:  "man -k TEXT",
	Doc: `Shows the words, methods and constants that have to do with a text, the nearest first.

It looks in names, first sentences, what the user would type in a shell, manual
pages and the pages of words. Of several words in text all must be found; case
does not matter.`,
	Example: `
>>> apropos("sets hostname uts")
    sethostname  Sets the hostname of the UTS namespace that the task is a member of
>>> apropos("nsenter wdns")
    enter  Makes the task like another process: a member of its namespaces, and what else is asked for
>>> apropos("newuts")
    CLONE_NEWUTS  a CLONE_ flag, see clone(2)
>>> apropos("xyzzy")
apropos: nothing has to do with "xyzzy"; help() shows all words
`,
	Func: func(c *Call) (starlark.Value, error) {
		var text string
		if err := c.Args(&text); err != nil {
			return nil, err
		}
		found := matches(text)
		if len(found) == 0 {
			return nil, fmt.Errorf("nothing has to do with %q; help() shows all words", text)
		}
		return starlark.None, c.Host.write(c.ctx, foldNamed(aproposText(found), c.windowWidth()))
	},
})

// A topic is something that apropos finds: a name and one line.
type topic struct {
	name, what string
	places     []string // what is searched, the best place first, in lower case
	rank       int
}

// mostTopics are shown; whoever gets more is asked to be more exact.
const mostTopics = 40

// matches are the topics that have all words of text, the nearest first.
func matches(text string) []topic {
	wanted := strings.Fields(strings.ToLower(text))
	if len(wanted) == 0 {
		return nil
	}
	var found []topic
	for _, t := range topics() {
		if t.match(wanted) {
			found = append(found, t)
		}
	}
	slices.SortFunc(found, func(a, b topic) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), strings.Compare(a.name, b.name))
	})
	return found
}

// match sets the rank: the worst place that a word was found in; less if the name
// is that word, or begins with it.
func (t *topic) match(wanted []string) bool {
	t.rank = 0
	for _, w := range wanted {
		place := slices.IndexFunc(t.places, func(p string) bool { return strings.Contains(p, w) })
		if place < 0 {
			return false
		}
		rank := 10 * (place + 1)
		switch name := t.places[0]; {
		case name == w:
			rank = 0
		case strings.HasPrefix(name, w):
			rank = 5
		}
		t.rank = max(t.rank, rank)
	}
	return true
}

func topics() []topic {
	var all []topic
	add := func(name, what string, more ...string) {
		t := topic{name: name, what: what}
		for _, p := range append([]string{name, what}, more...) {
			t.places = append(t.places, strings.ToLower(p))
		}
		all = append(all, t)
	}
	for _, b := range All() {
		add(b.name, b.Summary(), b.Like, b.Page, b.Sig, b.Doc)
	}
	for _, v := range pagedValues {
		for _, name := range v.AttrNames() {
			if m := v.method(name); m != nil && Lookup(name) != m {
				add(v.Type()+"."+name, m.Summary(), m.Sig, m.Doc)
			}
		}
	}
	for i := range families {
		for _, c := range families[i].table {
			f := Flags{Family(i), c.value}
			add(c.name, f.info().one+", see "+f.info().page)
		}
	}
	return all
}

func aproposText(found []topic) string {
	rows := layout.Table{}
	for _, t := range found[:min(len(found), mostTopics)] {
		rows.Rows = append(rows.Rows, []layout.Cell{{Text: t.name}, {Text: t.what}})
	}
	var s strings.Builder
	for _, line := range rows.Lines(layout.Unbounded, false) {
		s.WriteString(indent + line + "\n")
	}
	if n := len(found) - len(rows.Rows); n > 0 {
		fmt.Fprintf(&s, "%s%s and %d more; a second word finds less\n", indent, layout.Ellipsis, n)
	}
	return s.String()
}
