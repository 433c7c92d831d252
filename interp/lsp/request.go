package lsp

import (
	"encoding/json"
	"slices"
	"time"
)

// request is every method that has an answer.
func (s *server) request(method string, params json.RawMessage) (any, error) {
	switch method {
	case "initialize":
		return s.initialize(params)
	case "shutdown":
		s.phase, s.recheck = shut, nil
		return nil, nil
	case "textDocument/completion":
		return at(s, params, s.complete)
	case "completionItem/resolve":
		return resolve(params)
	case "textDocument/hover":
		return at(s, params, s.hover)
	case "textDocument/signatureHelp":
		return at(s, params, s.signatureHelp)
	case "textDocument/definition":
		return at(s, params, s.define)
	case "textDocument/documentSymbol":
		return whole(s, params, s.symbols)
	case "textDocument/formatting":
		if s.format != nil {
			return whole(s, params, s.layOut)
		}
	}
	return nil, errorf(codeNoMethod, "no such method: %s", method)
}

// at calls a feature that is about a place in a text.
func at[T any](s *server, params json.RawMessage, feature func(*document, int) (T, error)) (any, error) {
	p, err := read[place](params)
	if err != nil {
		return nil, err
	}
	d, err := s.document(p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	return feature(d, d.offset(p.Position, s.units))
}

// whole calls a feature that is about all of a text.
func whole[T any](s *server, params json.RawMessage, feature func(*document) (T, error)) (any, error) {
	p, err := read[place](params)
	if err != nil {
		return nil, err
	}
	d, err := s.document(p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	return feature(d)
}

func (s *server) document(uri string) (*document, error) {
	d := s.documents[uri]
	if d == nil {
		return nil, errorf(codeParams, "%q is not open", uri)
	}
	return d, nil
}

// clientCapabilities are those that make a difference here.
type clientCapabilities struct {
	General struct {
		PositionEncodings []encoding `json:"positionEncodings"`
	} `json:"general"`
	TextDocument struct {
		DocumentSymbol struct {
			Hierarchical bool `json:"hierarchicalDocumentSymbolSupport"`
		} `json:"documentSymbol"`
		SignatureHelp struct {
			Information struct {
				Parameter struct {
					Offsets bool `json:"labelOffsetSupport"`
				} `json:"parameterInformation"`
			} `json:"signatureInformation"`
		} `json:"signatureHelp"`
	} `json:"textDocument"`
}

func (s *server) initialize(params json.RawMessage) (any, error) {
	p, err := read[struct {
		RootURI      string             `json:"rootUri"`
		Capabilities clientCapabilities `json:"capabilities"`
	}](params)
	if err != nil {
		return nil, err
	}
	s.client, s.root, s.phase = p.Capabilities, (&document{uri: p.RootURI}).path(), running
	if slices.Contains(p.Capabilities.General.PositionEncodings, utf8Units) {
		s.units = utf8Units // no counting: ours are bytes
	}
	const incremental = 2
	can := map[string]any{
		"positionEncoding": s.units,
		"textDocumentSync": map[string]any{"openClose": true, "change": incremental, "save": true},
		"completionProvider": map[string]any{
			"triggerCharacters": []string{".", "(", ",", "\"", "'"}, "resolveProvider": true,
		},
		"hoverProvider":              true,
		"signatureHelpProvider":      map[string]any{"triggerCharacters": []string{"(", ","}, "retriggerCharacters": []string{"="}},
		"definitionProvider":         true,
		"documentSymbolProvider":     true,
		"documentFormattingProvider": s.format != nil,
	}
	return map[string]any{"capabilities": can, "serverInfo": map[string]string{"name": "nstar"}}, nil
}

// note is every method that has no answer. What is wrong in one is lost on the client: nobody waits for it.
func (s *server) note(m *message) error {
	switch m.Method {
	case "textDocument/didOpen":
		return s.opened(m.Params)
	case "textDocument/didChange":
		s.changed(m.Params)
	case "textDocument/didSave":
		for _, d := range s.documents {
			d.dirty = true // it may load the file that was saved
		}
		return s.diagnose()
	case "textDocument/didClose":
		return s.closed(m.Params)
	}
	return nil
}

func (s *server) opened(params json.RawMessage) error {
	p, err := read[struct {
		TextDocument struct {
			identifier
			Text string `json:"text"`
		} `json:"textDocument"`
	}](params)
	if err != nil {
		return nil
	}
	d := newDocument(p.TextDocument.URI, p.TextDocument.Text)
	d.version = p.TextDocument.Version
	s.documents[d.uri] = d
	return s.diagnose()
}

func (s *server) changed(params json.RawMessage) {
	p, err := read[struct {
		TextDocument   identifier `json:"textDocument"`
		ContentChanges []change   `json:"contentChanges"`
	}](params)
	d := s.documents[p.TextDocument.URI]
	if err != nil || d == nil {
		return
	}
	for _, c := range p.ContentChanges {
		d.apply(c, s.units)
	}
	d.version = p.TextDocument.Version
	if s.recheck == nil {
		s.recheck = time.After(max(leastPause, 4*s.took))
	}
}

func (s *server) closed(params json.RawMessage) error {
	p, err := read[place](params)
	if err != nil || s.documents[p.TextDocument.URI] == nil {
		return nil
	}
	delete(s.documents, p.TextDocument.URI)
	return s.notify("textDocument/publishDiagnostics", diagnostics{URI: p.TextDocument.URI, Diagnostics: []diagnostic{}})
}
