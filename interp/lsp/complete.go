package lsp

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.starlark.net/starlark"

	"nstar/builtins"
	"nstar/interp"
	"nstar/interp/edit"
)

type completions struct {
	IsIncomplete bool         `json:"isIncomplete"`
	Items        []completion `json:"items"`
}

type completion struct {
	Label         string  `json:"label"`
	Kind          int     `json:"kind"`
	Detail        string  `json:"detail,omitempty"`
	Documentation *markup `json:"documentation,omitempty"`
	SortText      string  `json:"sortText,omitempty"`
	TextEdit      edition `json:"textEdit"`
	Data          string  `json:"data,omitempty"` // the name of the page
}

// The kinds of completions.
const (
	itemFunction = 3
	itemVariable = 6
	itemModule   = 9
	itemProperty = 10
	itemKeyword  = 14
	itemFile     = 17
	itemConstant = 21
)

// A completer gathers what fits to the letters before the cursor.
type completer struct {
	s      *server
	d      *document
	typed  string
	place  span // of the letters
	items  []completion
	listed map[string]bool
}

// complete lists what may stand at a place.
func (s *server) complete(d *document, at int) (*completions, error) {
	from := at
	for from > 0 {
		r, size := utf8.DecodeLastRuneInString(d.text[:from])
		if !nameRune(r) {
			break
		}
		from -= size
	}
	c := &completer{s: s, d: d, typed: d.text[from:at], place: d.span(from, at, s.units), items: []completion{}, listed: map[string]bool{}}
	i := d.tokenBefore(at)
	switch {
	case i >= 0 && d.scan()[i].Kind == edit.CommentToken && !strings.ContainsAny(d.text[d.scan()[i].From:at], "\r\n"):
	case i >= 0 && d.scan()[i].Kind == edit.StringToken && (at < d.scan()[i].To || d.scan()[i].Open):
		c.loads(d.scan()[i], at)
	case c.typed != "" && unicode.IsDigit([]rune(c.typed)[0]):
	case strings.HasSuffix(d.text[:from], "."):
		c.members(from - 1)
	default:
		c.parameters(at)
		c.visible(from)
		c.vocabulary()
	}
	// The constants are not in the list unless letters say which, so a client has to ask again.
	return &completions{IsIncomplete: true, Items: c.items}, nil
}

// add adds a name if it fits: one that begins with what is typed before one that has it inside. Capitals do not count.
// The sort text keeps groups apart: parameters, then the text's own names, then words, then all else.
func (c *completer) add(group int, item completion) {
	rank := 0
	label, typed := strings.ToLower(item.Label), strings.ToLower(c.typed)
	switch {
	case c.listed[item.Label]:
		return
	case strings.HasPrefix(label, typed):
	case len(typed) >= 3 && strings.Contains(label, typed):
		rank = 1
	default:
		return
	}
	c.listed[item.Label] = true
	item.SortText = fmt.Sprintf("%d%d%s", rank, group, item.Label)
	item.TextEdit = edition{c.place, item.Label}
	c.items = append(c.items, item)
}

const (
	groupParameter = iota
	groupOwn
	groupWord
	groupOther
)

// parameters adds those of the call around a place that are not given yet.
func (c *completer) parameters(at int) {
	call := callAt(c.d.text, c.d.scan(), at)
	if call == nil || !call.fresh {
		return
	}
	sig := c.s.signature(c.d, call.name, call.from)
	if sig == nil {
		return
	}
	for _, p := range sig.open(call) {
		c.add(groupParameter, completion{Label: p.name + "=", Kind: itemProperty, Detail: sig.text[p.from:p.to] + " of " + call.name})
	}
}

// visible adds the text's own names.
func (c *completer) visible(at int) {
	for _, b := range c.d.names().visible(c.d.text, at) {
		if b.from == at {
			continue // the one that is being typed
		}
		item := completion{Label: b.name, Kind: itemVariable}
		if sig := c.s.signature(c.d, b.name, at); sig != nil {
			item.Kind, item.Detail = itemFunction, sig.text
			if sig.doc != "" {
				item.Documentation = &markup{"plaintext", sig.doc}
			}
		}
		if b.kind == loaded && item.Detail == "" {
			item.Detail = "from " + b.module
		}
		c.add(groupOwn, item)
	}
}

// vocabulary adds the words, what is Starlark's own, and the constants that begin so.
func (c *completer) vocabulary() {
	for name, v := range c.s.vocabulary {
		if _, constant := v.(builtins.Flags); !constant || c.typed != "" {
			c.add(groupWord, describe(name, name, v))
		}
	}
	for name, v := range starlark.Universe {
		c.add(groupOther, describe(name, name, v))
	}
	for _, name := range []string{"def", "for", "while", "if", "elif", "else", "return", "in", "not", "and", "or", "lambda",
		"load", "pass", "break", "continue"} {
		c.add(groupOther, completion{Label: name, Kind: itemKeyword})
	}
	slices.SortFunc(c.items, func(a, b completion) int { return strings.Compare(a.SortText, b.SortText) })
}

// members adds those of the module whose name ends before a dot.
func (c *completer) members(dot int) {
	name, from, _ := c.d.nameAt(dot)
	if name == "" || c.d.names().lookup(c.d.text, firstName(name), from) != nil {
		return
	}
	m := c.s.module(name)
	if m == nil {
		return
	}
	for _, member := range m.AttrNames() {
		if v, err := m.Attr(member); err == nil && v != nil {
			c.add(groupWord, describe(member, name+"."+member, v))
		}
	}
}

func firstName(dotted string) string {
	first, _, _ := strings.Cut(dotted, ".")
	return first
}

// describe says in a line what a name of the vocabulary is; resolve has the page.
func describe(label, name string, v starlark.Value) completion {
	item := completion{Label: label, Kind: itemVariable, Data: name}
	switch v := v.(type) {
	case builtins.Flags:
		item.Kind = itemConstant
	case *starlark.Builtin:
		item.Kind = itemFunction
		if b := builtins.Lookup(name); b != nil {
			item.Detail, item.Documentation = b.Sig, &markup{"plaintext", b.Summary()}
		}
	default:
		if v.Type() == "module" {
			item.Kind = itemModule
		}
	}
	return item
}

// resolve adds its page to a completion.
func resolve(params json.RawMessage) (any, error) {
	item, err := read[map[string]json.RawMessage](params)
	if err != nil {
		return nil, err
	}
	var name string
	if err := json.Unmarshal(item["data"], &name); err != nil {
		return item, nil // one without a page
	}
	if page := vocabularyPage(name); page != "" {
		if item["documentation"], err = json.Marshal(markdown(page)); err != nil {
			return nil, err
		}
	}
	return item, nil
}

// loads completes a string of a load statement: the file, or a name in it.
func (c *completer) loads(t edit.Token, at int) {
	call := callAt(c.d.text, c.d.scan(), at)
	if call == nil || call.name != "load" {
		return
	}
	quote := strings.IndexAny(c.d.text[t.From:at], `"'`)
	if quote < 0 {
		return
	}
	from := t.From + quote + 1
	c.typed, c.place = c.d.text[from:at], c.d.span(from, at, c.s.units)
	if call.index == 0 {
		c.files()
		return
	}
	m, err := c.s.loaded(c.d, call.module)
	if err != nil {
		return
	}
	for _, name := range m.names().exports() {
		c.add(groupOwn, completion{Label: name, Kind: itemVariable, Detail: "from " + call.module})
	}
}

// mostFiles is how many entries of a folder are looked at.
const mostFiles = 10_000

// files adds the scripts that can be loaded: beside this one, and in the library.
func (c *completer) files() {
	for _, name := range interp.Library() {
		c.add(groupWord, completion{Label: name, Kind: itemFile, Detail: "nstar's library"})
	}
	file := c.d.path()
	if file == "" {
		return
	}
	sub, _ := filepath.Split(c.typed)
	dir := sub
	if !filepath.IsAbs(sub) {
		dir = filepath.Join(filepath.Dir(file), sub)
	}
	f, err := os.Open(dir)
	if err != nil {
		return
	}
	defer f.Close()
	entries, _ := f.ReadDir(mostFiles) // what could be read
	for _, e := range entries {
		switch {
		case strings.HasSuffix(e.Name(), ".star") && filepath.Join(dir, e.Name()) != file:
			c.add(groupOwn, completion{Label: sub + e.Name(), Kind: itemFile})
		case e.IsDir() && !strings.HasPrefix(e.Name(), "."):
			c.add(groupOther, completion{Label: sub + e.Name() + "/", Kind: itemFile})
		}
	}
}
