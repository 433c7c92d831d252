package lsp

import (
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"nstar/interp"
)

type diagnostics struct {
	URI         string       `json:"uri"`
	Version     *int         `json:"version,omitempty"`
	Diagnostics []diagnostic `json:"diagnostics"`
}

type diagnostic struct {
	Range    span   `json:"range"`
	Severity int    `json:"severity"`
	Source   string `json:"source"`
	Message  string `json:"message"`
}

const severityError = 1

// diagnose tells what is wrong with the texts that have changed.
func (s *server) diagnose() error {
	start := time.Now()
	defer func() { s.recheck, s.took = nil, time.Since(start) }()
	for _, uri := range slices.Sorted(maps.Keys(s.documents)) {
		d := s.documents[uri]
		if !d.dirty {
			continue
		}
		d.dirty = false
		err := s.notify("textDocument/publishDiagnostics", diagnostics{d.uri, d.version, s.problems(d)})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *server) problems(d *document) []diagnostic {
	list := []diagnostic{} // not null
	text, mark := strings.CutPrefix(d.text, "\ufeff")
	for _, p := range interp.Check(path.Base(d.uri), []byte(text), s.vocabulary, func(module string) ([]string, error) {
		m, err := s.loaded(d, module)
		if err != nil {
			return nil, err
		}
		return m.names().exports(), nil
	}) {
		if mark && p.Start.Line == 1 {
			p.Start.Col++
		}
		if mark && p.End.Line == 1 {
			p.End.Col++
		}
		from, to := d.column(p.Start.Line, p.Start.Col), d.column(p.End.Line, p.End.Col)
		if to <= from {
			to = from + wordLength(d.text[from:])
		}
		message := p.Message
		if p.Hint != "" {
			message += "\nhint: " + p.Hint
		}
		list = append(list, diagnostic{d.span(from, to, s.units), severityError, "nstar", message})
	}
	return list
}

// wordLength is how many bytes of a text one would point at: a name, or one character.
func wordLength(text string) int {
	n := strings.IndexFunc(text, func(r rune) bool { return !nameRune(r) })
	switch {
	case n < 0:
		return len(text)
	case n > 0:
		return n
	case text[0] == '\n' || text[0] == '\r':
		return 0
	}
	_, size := utf8.DecodeRuneInString(text)
	return size
}

// loaded returns the text that load(module) means in d: what the client has open of it, else the file.
func (s *server) loaded(d *document, module string) (*document, error) {
	dir := "."
	if file := d.path(); file != "" {
		dir = filepath.Dir(file)
	}
	file := module
	if !filepath.IsAbs(module) {
		file = filepath.Join(dir, module)
	}
	if open := s.documents[fileURI(file)]; open != nil && module != "" {
		return open, nil
	}
	found, err := interp.Find(dir, module)
	if err != nil {
		return nil, err
	}
	uri := fileURI(absolute(found.Name))
	if found.Embedded {
		uri = s.sourceTree(found)
	}
	return newDocument(uri, string(found.Text)), nil
}

// sourceTree is where a file of the binary is, if the client works in the tree that it was built from; else "".
func (s *server) sourceTree(found interp.Loaded) string {
	if s.root == "" {
		return ""
	}
	text, err := interp.Find(s.root, found.Name)
	if err != nil || text.Embedded {
		return ""
	}
	return fileURI(filepath.Join(s.root, found.Name))
}

func absolute(file string) string {
	if abs, err := filepath.Abs(file); err == nil {
		return abs
	}
	return file
}
