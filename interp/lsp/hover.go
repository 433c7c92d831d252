package lsp

import (
	"slices"
	"strings"
	"unicode"

	"go.starlark.net/starlark"

	"nstar/builtins"
	"nstar/interp/edit"
)

func nameRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// tokenAt is the index of the token that a place is in; at the end of a name it is the name. -1: there is none.
func (d *document) tokenAt(at int) int {
	i := d.tokenBefore(at)
	if i >= 0 && (at < d.scan()[i].To || at == d.scan()[i].To && d.scan()[i].Kind == edit.NameToken) {
		return i
	}
	if i+1 < len(d.scan()) && d.scan()[i+1].From == at {
		return i + 1
	}
	return -1
}

// tokenBefore is the index of the last token that begins before a place, or -1.
func (d *document) tokenBefore(at int) int {
	i, _ := slices.BinarySearchFunc(d.scan(), at, func(t edit.Token, at int) int { return t.From - at })
	return i - 1
}

// nameAt is the name at a place with what stands before its dots, netns.add, and where all of that begins. A name
// after the dot of what is no name has no meaning to us.
func (d *document) nameAt(at int) (name string, from, to int) {
	i := d.tokenAt(at)
	if i < 0 || d.scan()[i].Kind != edit.NameToken {
		return "", 0, 0
	}
	tokens := d.scan()[:i+1]
	name, from = called(d.text, tokens)
	if name == "" && i > 0 && d.text[tokens[i-1].From:tokens[i-1].To] == "def" {
		name, from = d.text[tokens[i].From:tokens[i].To], tokens[i].From
	}
	return name, from, tokens[i].To
}

type hover struct {
	Contents *markup `json:"contents"`
	Range    span    `json:"range"`
}

// hover is what there is to say about the name at a place.
func (s *server) hover(d *document, at int) (*hover, error) {
	name, from, to := d.nameAt(at)
	if name == "" {
		return nil, nil
	}
	text := ""
	if c := callAt(d.text, d.scan(), to); c != nil && d.isKeyword(to) {
		if sig := s.signature(d, c.name, c.from); sig != nil {
			text = fence(sig.text)
		}
	} else {
		text = s.page(d, name, from)
	}
	if text == "" {
		return nil, nil
	}
	return &hover{markdown(text), d.span(from, to, s.units)}, nil
}

// isKeyword tells whether the name that ends at a place is followed by a single =.
func (d *document) isKeyword(to int) bool {
	rest := strings.TrimLeft(d.text[to:], " \t")
	return strings.HasPrefix(rest, "=") && !strings.HasPrefix(rest, "==")
}

// page is what a name means at a place, in Markdown; "" if that is not known.
func (s *server) page(d *document, name string, at int) string {
	first, _, dotted := strings.Cut(name, ".")
	if b := d.names().lookup(d.text, first, at); b != nil {
		if dotted {
			return ""
		}
		if sig := s.signature(d, name, at); sig != nil {
			text := "def " + sig.text
			if sig.doc != "" {
				text += "\n\n" + dedent(strings.TrimSpace(sig.doc))
			}
			return fence(text)
		}
		return ""
	}
	return vocabularyPage(name)
}

// vocabularyPage is the page of a name that every script sees.
func vocabularyPage(name string) string {
	if b := builtins.Lookup(name); b != nil {
		return b.Markdown()
	}
	if text, err := builtins.HelpText(name); err == nil && name != "" {
		return fence(dedent(text))
	}
	return ""
}

func fence(text string) string { return "```python\n" + strings.TrimRight(text, "\n") + "\n```\n" }

// dedent takes the margin off a page for terminals.
func dedent(text string) string {
	var s strings.Builder
	for line := range strings.Lines(text) {
		s.WriteString(strings.TrimPrefix(line, "    "))
	}
	return s.String()
}

// signature is that of what is called name at a place; nil if it is not known.
func (s *server) signature(d *document, name string, at int) *signature {
	first, _, dotted := strings.Cut(name, ".")
	b := d.names().lookup(d.text, first, at)
	switch {
	case b == nil:
		if w := builtins.Lookup(name); w != nil {
			return readSignature(w.Sig, w.Doc)
		}
	case dotted:
	case b.kind == function:
		return readSignature(b.function.header, b.function.doc)
	case b.kind == loaded:
		if _, original := s.original(d, b); original != nil && original.kind == function {
			return readSignature(original.function.header, original.function.doc)
		}
	}
	return nil
}

// original is what a loaded name is in its own file; nil if there is none.
func (s *server) original(d *document, b *binding) (*document, *binding) {
	m, err := s.loaded(d, b.module)
	if err != nil {
		return nil, nil
	}
	for i := range m.names().bindings {
		if o := &m.names().bindings[i]; o.name == b.original && (o.kind == function || o.kind == variable) {
			return m, o
		}
	}
	return m, nil
}

// module is the module that every script sees by that name; nil if there is none.
func (s *server) module(name string) starlark.HasAttrs {
	first, others, dotted := strings.Cut(name, ".")
	m, ok := s.vocabulary[first].(interface {
		starlark.HasAttrs
		starlark.Value
	})
	for ok && dotted {
		first, others, dotted = strings.Cut(others, ".")
		var v starlark.Value
		if v, _ = m.Attr(first); v == nil {
			return nil
		}
		m, ok = v.(starlark.HasAttrs)
	}
	if !ok || m.Type() != "module" {
		return nil
	}
	return m
}
