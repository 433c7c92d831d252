package lsp

import (
	"net/url"
	"path/filepath"
	"slices"

	"nstar/interp/edit"
)

// A document is a text: one that the client has open, or one that such a text loads.
type document struct {
	uri     string
	version *int // as the client counts; nil: of no client
	text    string
	starts  []int // of the lines

	tokens  []edit.Token // nil: not yet
	outline *scope       // likewise
	dirty   bool         // its diagnostics are older than its text
}

func newDocument(uri, text string) *document {
	d := &document{uri: uri}
	d.set(text)
	return d
}

func (d *document) set(text string) {
	d.text, d.starts = text, lineStarts(text)
	d.tokens, d.outline, d.dirty = nil, nil, true
}

// change is one entry of contentChanges: a new text for a range, or for all.
type change struct {
	Range *span  `json:"range"`
	Text  string `json:"text"`
}

func (d *document) apply(c change, e encoding) {
	if c.Range == nil {
		d.set(c.Text)
		return
	}
	from, to := d.offset(c.Range.Start, e), d.offset(c.Range.End, e)
	if from > to {
		from, to = to, from
	}
	d.set(d.text[:from] + c.Text + d.text[to:])
}

// scan returns the tokens of the text.
func (d *document) scan() []edit.Token {
	if d.tokens == nil {
		d.tokens = slices.DeleteFunc(edit.Scan(d.text), func(t edit.Token) bool { return t.From == t.To })
	}
	return d.tokens
}

// names returns what the text binds.
func (d *document) names() *scope {
	if d.outline == nil {
		d.outline = outline(d.text, d.scan())
	}
	return d.outline
}

// path is the file of a document, or "" if it is none.
func (d *document) path() string {
	u, err := url.Parse(d.uri)
	if err != nil || u.Scheme != "file" || u.Path == "" {
		return ""
	}
	return filepath.Clean(u.Path)
}

func fileURI(path string) string { return (&url.URL{Scheme: "file", Path: path}).String() }
