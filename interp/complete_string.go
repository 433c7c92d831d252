package interp

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"nstar/builtins"
	"nstar/interp/edit"
)

// inString completes within a string literal, and ends it if there is one candidate only. Names that cannot be
// written there, such as those that are no UTF-8, are left out.
func (env Environment) inString(p edit.Place, rest string) edit.Candidates {
	typed, ok := literal(p.Quote, p.Typed)
	if !ok {
		return edit.Candidates{From: p.From}
	}
	from, list := env.strings(p, typed)
	out := edit.Candidates{From: from}
	for _, c := range list {
		if text, ok := quoteIn(p.Quote, c.Text); ok {
			if c.Open {
				text += "/"
			}
			out.List = append(out.List, edit.Candidate{Text: text, Note: c.Note})
		}
	}
	if len(out.List) == 1 && len(list) == 1 && !list[0].Open && (rest == "" || strings.ContainsRune(" ,)]}:\n", rune(rest[0]))) {
		out.List[0].Text += strings.TrimLeft(p.Quote, "rb")
	}
	return out
}

// strings are what a string there may hold, and where what they replace begins.
func (env Environment) strings(p edit.Place, typed string) (from int, list []builtins.Candidate) {
	if keys, ok := env.keys(p.Around); ok {
		return p.From, fitting(keys, typed)
	}
	path := p.From + strings.LastIndexByte(p.Typed, '/') + 1
	fn, at := env.call(p.Around)
	about := builtins.Unknown
	if fn != nil {
		about = fn.takes(fn.active(at)).Subject
	}
	switch {
	case fn == nil && at != nil && at.Before == "load" && at.Index == 0 && env.Modules != nil:
		return path, env.Modules(typed)
	case about == builtins.WordName:
		return p.From, builtins.Topics(typed)
	case about == builtins.SystemCall:
		return p.From, builtins.SystemCalls(typed)
	case about == builtins.Unknown && isPath(typed):
		about = builtins.Path
	}
	if about == builtins.Unknown || about == builtins.Chosen || env.Outside == nil {
		return p.From, nil
	}
	list = env.Outside(about, typed)
	if about == builtins.Path || about == builtins.Directory || about == builtins.Executable && path > p.From {
		return path, list
	}
	return p.From, list
}

// isPath tells whether a string looks like the beginning of a path.
func isPath(s string) bool {
	return strings.HasPrefix(s, "/") || strings.HasPrefix(s, "./") || strings.HasPrefix(s, "../")
}

// keys are those of what is indexed at the cursor, or asked by get.
func (env Environment) keys(around []edit.Surround) (list []builtins.Candidate, ok bool) {
	if len(around) == 0 || around[0].Before == "" || around[0].Index > 0 {
		return nil, false
	}
	of := around[0].Before
	if around[0].Open == '(' {
		if of, ok = strings.CutSuffix(of, ".get"); !ok {
			return nil, false
		}
	}
	return keysOf(env.value(of, false))
}

// mostKeys is how many keys of a dict are looked at.
const mostKeys = 10000

func keysOf(v starlark.Value) (list []builtins.Candidate, ok bool) {
	switch v := v.(type) {
	case *starlark.Dict:
		it := v.Iterate()
		defer it.Done()
		for k := starlark.Value(nil); len(list) < mostKeys && it.Next(&k); {
			if s, ok := k.(starlark.String); ok {
				note := ""
				if x, found, _ := v.Get(k); found {
					note = builtins.Brief(x)
				}
				list = append(list, builtins.Candidate{Text: string(s), Note: note})
			}
		}
	case *builtins.Namespaces:
		for _, c := range builtins.Attributes(v) {
			if c.Text != "close" {
				list = append(list, c)
			}
		}
	default:
		return nil, false
	}
	slices.SortFunc(list, byText)
	return list, true
}

// literal is the value of a string literal, of which the end is missing.
func literal(quote, text string) (string, bool) {
	end := strings.TrimLeft(quote, "rb")
	x, err := new(syntax.FileOptions).ParseExpr("", quote+text+end, 0)
	if err != nil {
		return "", false
	}
	l, ok := x.(*syntax.Literal)
	if !ok {
		return "", false
	}
	s, ok := l.Value.(string)
	return s, ok
}

// quoteIn is text as it has to stand in a literal that begins with quote, in characters that can be seen; false
// if there is no way to write it: a string literal has no escape for bytes that are no UTF-8, a raw one for
// nothing.
func quoteIn(quote, text string) (string, bool) {
	raw, binary := strings.Contains(quote, "r"), strings.Contains(quote, "b")
	end := quote[len(quote)-1]
	var s strings.Builder
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		invalid := r == utf8.RuneError && n == 1
		switch {
		case !invalid && r != '\\' && r != rune(end) && unicode.IsPrint(r):
			s.WriteString(text[i : i+n])
		case raw || invalid && !binary:
			return "", false
		case r == '\\' || r == rune(end):
			s.WriteByte('\\')
			s.WriteRune(r)
		case r == '\n':
			s.WriteString(`\n`)
		case r == '\t':
			s.WriteString(`\t`)
		case invalid || r < utf8.RuneSelf:
			fmt.Fprintf(&s, `\x%02x`, text[i])
		case r > 0xffff:
			fmt.Fprintf(&s, `\U%08x`, r)
		default:
			fmt.Fprintf(&s, `\u%04x`, r)
		}
		i += n
	}
	return s.String(), true
}

// inCommand completes the last word of a line for the shell: the first one is a program.
func (env Environment) inCommand(p edit.Place) edit.Candidates {
	at := strings.LastIndexAny(p.Typed, " \t|;&(!<>=") + 1
	word := p.Typed[at:]
	before := strings.TrimRight(p.Typed[:at], " \t")
	if env.Outside == nil || strings.HasPrefix(p.Typed, "!!") || strings.ContainsAny(word, "\\'\"`$*?[]{}~") {
		return edit.Candidates{From: p.From + at}
	}
	about := builtins.Path
	if before == "!" || strings.HasSuffix(before, "|") || strings.HasSuffix(before, ";") || strings.HasSuffix(before, "&") {
		about = builtins.Executable
	}
	list := env.Outside(about, word)
	if about == builtins.Path || strings.Contains(word, "/") {
		at += strings.LastIndexByte(word, '/') + 1
	}
	out := edit.Candidates{From: p.From + at}
	for _, c := range list {
		if text, ok := quoteForShell(c.Text); ok {
			if c.Open {
				text += "/"
			}
			out.List = append(out.List, edit.Candidate{Text: text, Note: c.Note})
		}
	}
	return out
}

// quoteForShell is a name as it has to stand in a command; false if it has characters that cannot be seen.
func quoteForShell(name string) (string, bool) {
	var s strings.Builder
	for _, r := range name {
		switch {
		case r == utf8.RuneError || !unicode.IsPrint(r):
			return "", false
		case strings.ContainsRune(" \\'\"`$*?[]{}~|&;<>()#!", r):
			s.WriteByte('\\')
		}
		s.WriteRune(r)
	}
	return s.String(), true
}
