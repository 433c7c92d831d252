package lsp

import "strings"

// innermost is the scope that a place of the text is in. A line behind a function's body belongs to it as long as it
// is indented.
func (s *scope) innermost(text string, at int) *scope {
	for _, c := range s.children {
		if at < c.from || at > c.reach {
			continue
		}
		if at > c.to {
			line := text[:at]
			line = line[strings.LastIndexAny(line, "\r\n")+1:]
			if len(line)-len(strings.TrimLeft(line, " \t")) <= c.indent {
				continue
			}
		}
		return c.innermost(text, at)
	}
	return s
}

// lookup finds what a name means at a place: of the innermost scope that binds it the last binding before the place,
// else the first. It is nil if the text does not bind it.
func (s *scope) lookup(text, name string, at int) *binding {
	for in := s.innermost(text, at); in != nil; in = in.parent {
		var found *binding
		for i := range in.bindings {
			b := &in.bindings[i]
			if b.name == name && (found == nil || b.from <= at) {
				found = b
			}
		}
		if found != nil {
			return found
		}
	}
	return nil
}

// visible lists what can be named at a place, inner scopes first, each name once.
func (s *scope) visible(text string, at int) []*binding {
	var list []*binding
	seen := map[string]bool{}
	for in := s.innermost(text, at); in != nil; in = in.parent {
		for i := range in.bindings {
			if b := &in.bindings[i]; !seen[b.name] {
				seen[b.name] = true
				list = append(list, b)
			}
		}
	}
	return list
}

// exports are the names that another file can load.
func (s *scope) exports() []string {
	var names []string
	seen := map[string]bool{}
	for _, b := range s.bindings {
		if (b.kind == variable || b.kind == function) && !strings.HasPrefix(b.name, "_") && !seen[b.name] {
			seen[b.name] = true
			names = append(names, b.name)
		}
	}
	return names
}
