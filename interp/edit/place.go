package edit

import "strings"

// A Place is what the cursor is in, as far as one can tell who only looks at the text.
type Place struct {
	Kind   PlaceKind
	From   int    // what is being typed begins here; it ends at the cursor
	Typed  string // it, as it stands in the text
	Quote  string // of InString: what the literal begins with, such as r"
	Object string // of InAttr: the names before the dot, two quotes if that is a string; "" if it is something else
	Called bool   // Object is a call of those names
	Joined []string
	Around []Surround // what is open around it, from within
	Key    bool       // an argument's keyword, or a statement, may begin here
}

// PlaceKind tells places apart.
type PlaceKind uint8

// The kinds of places.
const (
	Nowhere   PlaceKind = iota // a comment, behind a string
	InName                     // a name or a number, or where one may begin
	InAttr                     // after a dot
	InString                   // a literal that is not closed before the cursor
	InCommand                  // a line for the shell
)

// A Surround is a bracket that is open at the cursor.
type Surround struct {
	Open   byte     // ( [ or {
	Before string   // the names before it: of what is called or indexed; "" if there are none
	Index  int      // how many commas there are in it
	Name   string   // the keyword of the argument with the cursor, or ""
	Given  []string // the keywords of the other arguments before it
}

// PlaceAt finds out what the cursor is in.
func PlaceAt(text string, cursor int) Place { return (*Scanner)(nil).PlaceAt(text, cursor) }

// PlaceAt is the function of that name, for a text that differs little from the one before.
func (s *Scanner) PlaceAt(text string, cursor int) Place {
	text = text[:cursor]
	tokens := s.scan(text)
	p := Place{Kind: InName, From: cursor}
	if n := len(tokens); n > 0 && tokens[n-1].to == cursor {
		switch last := tokens[n-1]; {
		case last.kind == name:
			p.From, tokens = last.from, tokens[:n-1]
		case last.kind == str && last.open:
			p.Kind, tokens = InString, tokens[:n-1]
			p.Quote = text[last.from : last.from+quoteLength(text[last.from:])]
			p.From = last.from + len(p.Quote)
		case last.kind == command:
			return Place{Kind: InCommand, From: last.from, Typed: text[last.from:]}
		case last.kind == number:
			p.From, tokens = last.from, tokens[:n-1]
		case last.kind == comment || last.kind == str:
			return Place{From: cursor}
		}
	}
	p.Typed = text[p.From:]
	p.Around = around(text, tokens)
	if n := len(tokens); n > 0 && p.Kind == InName && text[tokens[n-1].from:tokens[n-1].to] == "." {
		p.Kind = InAttr
		p.Object, p.Called = object(text, tokens[:n-1])
		return p
	}
	p.Joined = joined(text, tokens)
	p.Key = len(tokens) == 0 || strings.Contains("(,", text[tokens[len(tokens)-1].from:tokens[len(tokens)-1].to])
	return p
}

// quoteLength is the length of what a string literal begins with.
func quoteLength(s string) int {
	n := strings.IndexAny(s, `"'`)
	if strings.HasPrefix(s[n:], strings.Repeat(s[n:n+1], 3)) {
		return n + 3
	}
	return n + 1
}

// around returns the brackets that are open behind tokens, from within.
func around(text string, tokens []token) (out []Surround) {
	var open []Surround
	for i, t := range tokens {
		s := text[t.from:t.to]
		switch n := len(open); {
		case t.kind == opening:
			before := ""
			if i > 0 && tokens[i-1].to == t.from || s == "(" {
				before = dotted(text, tokens[:i])
			}
			if i > 0 && text[tokens[i-1].from:tokens[i-1].to] == "load" {
				before = "load" // a keyword
			}
			open = append(open, Surround{Open: s[0], Before: before})
		case n == 0:
		case t.kind == closing:
			open = open[:n-1]
		case s == ",":
			b := &open[n-1]
			b.Index++
			if b.Name != "" {
				b.Given, b.Name = append(b.Given, b.Name), ""
			}
		case s == "=" && open[n-1].Open == '(' && i > 1 && tokens[i-1].kind == name:
			if begins := text[tokens[i-2].from:tokens[i-2].to]; begins == "(" || begins == "," {
				open[n-1].Name = text[tokens[i-1].from:tokens[i-1].to]
			}
		}
	}
	for i := len(open) - 1; i >= 0; i-- {
		out = append(out, open[i])
	}
	return out
}

// object is what tokens end with, before a dot.
func object(text string, tokens []token) (names string, called bool) {
	n := len(tokens)
	if n == 0 {
		return "", false
	}
	switch last := tokens[n-1]; {
	case last.kind == str:
		return `""`, false
	case text[last.from:last.to] != ")":
		return dotted(text, tokens), false
	}
	if i := pairs(text, tokens)[n-1]; i > 0 {
		return dotted(text, tokens[:i]), true
	}
	return "", false
}

// joined are the names that tokens end with and that | or & joins to what follows, last first.
func joined(text string, tokens []token) (names []string) {
	for n := len(tokens); n >= 2; n -= 2 {
		op := text[tokens[n-1].from:tokens[n-1].to]
		if tokens[n-2].kind != name || op != "|" && op != "&" {
			break
		}
		names = append(names, text[tokens[n-2].from:tokens[n-2].to])
	}
	return names
}

// Names are the names in a text that are not behind a dot, each once, in the order in which they come first.
// What ends at skip is left out.
func Names(text string, skip int) (names []string) {
	tokens := scan(text)
	seen := map[string]bool{}
	for i, t := range tokens {
		s := text[t.from:t.to]
		if t.kind != name || t.to == skip || keywords()[s] || seen[s] || i > 0 && text[tokens[i-1].from:tokens[i-1].to] == "." {
			continue
		}
		seen[s] = true
		names = append(names, s)
	}
	return names
}

// Keywords are the words of the language itself that begin as typed.
func Keywords(typed string) (list []string) {
	for k := range keywords() {
		if strings.HasPrefix(k, typed) {
			list = append(list, k)
		}
	}
	return list
}
