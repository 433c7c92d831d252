package lsp

import "strings"

type symbol struct {
	Name           string   `json:"name"`
	Detail         string   `json:"detail,omitempty"`
	Kind           int      `json:"kind"`
	Range          span     `json:"range"`
	SelectionRange span     `json:"selectionRange"`
	Children       []symbol `json:"children,omitempty"`
}

// flatSymbol is for clients that know no trees.
type flatSymbol struct {
	Name     string   `json:"name"`
	Kind     int      `json:"kind"`
	Location location `json:"location"`
}

const (
	symbolFunction = 12
	symbolVariable = 13
	symbolConstant = 14
)

// symbols lists the functions of a text, with those in them, and its global variables.
func (s *server) symbols(d *document) (any, error) {
	list := s.scopeSymbols(d, d.names())
	if s.client.TextDocument.DocumentSymbol.Hierarchical {
		return list, nil
	}
	return flat([]flatSymbol{}, d.uri, list), nil
}

func (s *server) scopeSymbols(d *document, in *scope) []symbol {
	list := []symbol{}
	seen := map[string]bool{}
	for _, b := range in.bindings {
		switch {
		case b.kind == function:
			f := b.function
			list = append(list, symbol{b.name, strings.TrimPrefix(f.header, b.name), symbolFunction, d.span(f.from, f.to, s.units),
				d.span(b.from, b.to, s.units), s.scopeSymbols(d, f)})
		case b.kind == variable && in.parent == nil && !seen[b.name]:
			seen[b.name] = true
			kind := symbolVariable
			if b.name == strings.ToUpper(b.name) && b.name != "_" {
				kind = symbolConstant
			}
			at := d.span(b.from, b.to, s.units)
			list = append(list, symbol{Name: b.name, Kind: kind, Range: at, SelectionRange: at})
		}
	}
	return list
}

func flat(out []flatSymbol, uri string, list []symbol) []flatSymbol {
	for _, l := range list {
		out = flat(append(out, flatSymbol{l.Name, l.Kind, location{uri, l.SelectionRange}}), uri, l.Children)
	}
	return out
}

// layOut is the text as the formatter writes it: one edition of everything, or none if nothing changes.
func (s *server) layOut(d *document) ([]edition, error) {
	text, err := s.format(d.uri, []byte(d.text))
	if err != nil {
		return nil, err
	}
	laid := string(text)
	if line, _, _ := strings.Cut(d.text, "\n"); strings.HasSuffix(line, "\r") { // the editor's ends of lines stay
		laid = strings.ReplaceAll(laid, "\n", "\r\n")
	}
	if laid == d.text {
		return []edition{}, nil
	}
	return []edition{{d.span(0, len(d.text), s.units), laid}}, nil
}
