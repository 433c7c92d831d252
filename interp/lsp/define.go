package lsp

import (
	"nstar/interp/edit"
)

// define is where the name at a place gets its value, in this text or in one that it loads; of a load statement's
// file name, that file. What is in the binary alone has no place to show.
func (s *server) define(d *document, at int) (*location, error) {
	if i := d.tokenAt(at); i >= 0 && d.scan()[i].Kind == edit.StringToken {
		return s.defineLoaded(d, i), nil
	}
	name, from, _ := d.nameAt(at)
	if name == "" {
		return nil, nil
	}
	b := d.names().lookup(d.text, name, from)
	switch {
	case b == nil:
		return nil, nil
	case b.kind == loaded:
		return s.place(s.original(d, b)), nil
	}
	return s.place(d, b), nil
}

// defineLoaded is define for a string of a load statement: the file's name, or a name in the file.
func (s *server) defineLoaded(d *document, i int) *location {
	t := d.scan()[i]
	c := callAt(d.text, d.scan(), t.To)
	if c == nil || c.name != "load" {
		return nil
	}
	text := unquote(d.text[t.From:t.To])
	if c.index > 0 {
		return s.place(s.original(d, &binding{module: c.module, original: text}))
	}
	m, err := s.loaded(d, text)
	if err != nil || m.uri == "" {
		return nil
	}
	return &location{m.uri, span{}}
}

func (s *server) place(d *document, b *binding) *location {
	if d == nil || b == nil || d.uri == "" {
		return nil
	}
	return &location{d.uri, d.span(b.from, b.to, s.units)}
}
