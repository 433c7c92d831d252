package lsp

type signatureHelp struct {
	Signatures []signatureInformation `json:"signatures"`
}

type signatureInformation struct {
	Label           string                 `json:"label"`
	Documentation   string                 `json:"documentation,omitempty"`
	Parameters      []parameterInformation `json:"parameters"`
	ActiveParameter int                    `json:"activeParameter"` // one that is not there: none
}

// signatureHelp shows the signature of the call at a place, and which parameter the cursor is at.
func (s *server) signatureHelp(d *document, at int) (*signatureHelp, error) {
	c := callAt(d.text, d.scan(), at)
	if c == nil {
		return nil, nil
	}
	sig := s.signature(d, c.name, c.from)
	if sig == nil {
		return nil, nil
	}
	label := newDocument("", sig.text)
	info := signatureInformation{Label: sig.text, Documentation: sig.doc, Parameters: []parameterInformation{}, ActiveParameter: sig.active(c)}
	for _, p := range sig.params {
		info.Parameters = append(info.Parameters, parameterInformation{s.parameterLabel(label, p)})
	}
	return &signatureHelp{[]signatureInformation{info}}, nil
}

// A parameterInformation names a part of the signature: by two offsets if the client knows these, else by its text.
type parameterInformation struct {
	Label any `json:"label"`
}

func (s *server) parameterLabel(label *document, p param) any {
	if !s.client.TextDocument.SignatureHelp.Information.Parameter.Offsets {
		return label.text[p.from:p.to]
	}
	return [2]int{label.position(p.from, utf16Units).Character, label.position(p.to, utf16Units).Character}
}
