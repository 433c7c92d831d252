package interp

import (
	"strings"
)

// A transcript is the text form of sessions: what was typed, then what it printed.
//
//	>>> def twice(x):
//	...     return 2 * x
//	>>> twice(21)
//	42
//
// A Markdown heading starts a new session in a text file; text before a session's first >>> is prose.
// In a Markdown file each fence marked nstar is a session, and one marked "nstar more" goes on with the
// session before it. In what is printed, … stands for anything on that line, and ⋮ alone on a line for any
// lines; empty lines at the end of an output do not count.
const (
	inputMark = ">>> "
	moreMark  = "... "
	anything  = "…"
	straight  = "⋮" // in a transcript of the prompt: nobody has seen what a program wrote straight to the terminal
)

// A Transcript is a file of sessions. It keeps its lines, so that outputs can be rewritten in place.
type Transcript struct {
	Name     string
	Sessions []*Session
	lines    []string
}

// A Session starts from nothing; its items follow each other.
type Session struct {
	Name  string
	Line  int // of its heading or fence, from 1
	Items []*Item
}

// An Item is one block and its output.
type Item struct {
	Line   int    // of its first input line, from 1
	Input  string // without marks, each line with its newline
	Output string // likewise

	from, to int // the output's lines in the file [from, to), from 0
}

// ParseTranscript reads a transcript. A name that ends in .md says that the text is Markdown.
func ParseTranscript(name, text string) *Transcript {
	p := transcriptParser{t: &Transcript{Name: name, lines: strings.Split(text, "\n")}}
	p.markdown = strings.HasSuffix(name, ".md")
	for i, l := range p.t.lines {
		p.line(i, strings.TrimSuffix(l, "\r"))
	}
	p.flush(len(p.t.lines))
	return p.t
}

type transcriptParser struct {
	t        *Transcript
	session  *Session // nil: none is open, lines are prose
	item     *Item    // nil: none is open in the session
	typing   bool     // the last line was input, a ... may follow
	markdown bool
	fenced   bool // inside a fence of whatever kind
}

func (p *transcriptParser) line(i int, l string) {
	if p.markdown && strings.HasPrefix(l, "```") {
		p.fence(i, strings.TrimPrefix(l, "```"))
		return
	}
	if !p.markdown && isHeading(l) {
		p.flush(i)
		p.open(i, strings.TrimSpace(strings.TrimLeft(l, "#")))
		return
	}
	if p.session == nil {
		if p.markdown || !isInput(l) {
			return
		}
		p.open(i, "")
	}
	p.body(i, l)
}

// fence opens or closes a session at a line of back quotes.
func (p *transcriptParser) fence(i int, info string) {
	if p.fenced {
		p.flush(i)
		p.fenced, p.session = false, nil
		return
	}
	p.fenced = true
	words := strings.Fields(info)
	if len(words) == 0 || words[0] != "nstar" {
		return
	}
	if n := len(p.t.Sessions); n > 0 && len(words) > 1 && words[1] == "more" {
		p.session = p.t.Sessions[n-1]
		return
	}
	p.open(i, "")
}

func (p *transcriptParser) open(i int, name string) {
	p.session = &Session{Name: name, Line: i + 1}
	p.t.Sessions = append(p.t.Sessions, p.session)
}

// body takes a line of a session: input, more input, or output.
func (p *transcriptParser) body(i int, l string) {
	switch {
	case isInput(l):
		p.flush(i)
		p.item = &Item{Line: i + 1, Input: unmark(l), from: i + 1}
		p.session.Items = append(p.session.Items, p.item)
		p.typing = true
	case p.typing && (strings.HasPrefix(l, moreMark) || l == strings.TrimSpace(moreMark)):
		p.item.Input += unmark(l)
		p.item.from = i + 1
	default:
		p.typing = false
	}
}

// flush ends the open item's output before line i.
func (p *transcriptParser) flush(i int) {
	if p.item == nil {
		return
	}
	for i > p.item.from && strings.TrimSpace(p.t.lines[i-1]) == "" {
		i--
	}
	p.item.to = i
	for _, l := range p.t.lines[p.item.from:i] {
		p.item.Output += strings.TrimSuffix(l, "\r") + "\n"
	}
	p.item, p.typing = nil, false
}

func isHeading(l string) bool {
	return strings.HasPrefix(strings.TrimLeft(l, "#"), " ") && strings.HasPrefix(l, "#")
}

func isInput(l string) bool {
	return strings.HasPrefix(l, inputMark) || l == strings.TrimSpace(inputMark)
}

func unmark(l string) string { return strings.TrimPrefix(l[3:], " ") + "\n" }

// Update returns the transcript's text with the outputs that were got instead of those expected.
// What matches stays as it is, … and all.
func (t *Transcript) Update(results []Result) string {
	var out []string
	at := 0
	for _, r := range results {
		if r.OK() {
			continue
		}
		out = append(out, t.lines[at:r.Item.from]...)
		if r.Got != "" {
			out = append(out, strings.Split(strings.TrimSuffix(r.Got, "\n"), "\n")...)
		}
		at = r.Item.to
	}
	return strings.Join(append(out, t.lines[at:]...), "\n")
}
