package interp

import (
	"path/filepath"
	"strings"
	"sync"
)

// A source is Starlark text and where it came from.
type source struct {
	name     string // as positions show it
	text     []byte
	dir      string // where its load statements look first
	embedded bool   // dir is a folder of package scripts, not of the machine
}

func fileSource(path string, text []byte) *source {
	return &source{name: path, text: text, dir: filepath.Dir(path)}
}

// sources remembers every text that was run, for errors show the line they are about.
type sources struct {
	mu     sync.Mutex
	byName map[string]*source
}

func (s *sources) add(src *source) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byName == nil {
		s.byName = map[string]*source{}
	}
	s.byName[src.name] = src
}

// extend adds lines to a text that grows: what is typed at the prompt.
func (s *sources) extend(name, lines string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byName == nil {
		s.byName = map[string]*source{}
	}
	src := &source{name: name, dir: "."}
	if old := s.byName[name]; old != nil {
		src.text = append(src.text, old.text...)
	}
	src.text = append(src.text, lines...)
	s.byName[name] = src
}

func (s *sources) get(name string) *source {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byName[name]
}

// line returns line n (from 1) of the named text, or "" where there is none.
func (s *sources) line(name string, n int) string {
	src := s.get(name)
	if src == nil || n < 1 {
		return ""
	}
	rest := string(src.text)
	for ; n > 1; n-- {
		_, after, ok := strings.Cut(rest, "\n")
		if !ok {
			return ""
		}
		rest = after
	}
	line, _, _ := strings.Cut(rest, "\n")
	return strings.TrimRight(line, "\r")
}
