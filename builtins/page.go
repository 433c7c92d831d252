package builtins

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"

	"nstar/builtins/internal/layout"
)

// indent keeps the prompts of an example off the left margin: a page that is
// shown in a transcript would be taken for input otherwise.
const indent = "    "

// page is the word's page in at most width columns, as far as its example lets it.
func (b *Builtin) page(width int) string {
	var s strings.Builder
	width -= len(indent)
	fold := func(line string) { fmt.Fprintf(&s, "%s\n", strings.Join(layout.Fold(line, width, len(indent)), "\n")) }
	fold(b.Sig)
	s.WriteString("\n" + fill(strings.TrimSpace(b.Doc), width))
	if b.Page != "" {
		see := "See " + b.Page + "."
		if first := sinceCalls()[b.name]; before(oldest, first) {
			see += " Since Linux " + first + "."
		}
		if b.Like != "" {
			see += " Like: " + b.Like
		}
		s.WriteString("\n")
		fold(see)
	}
	if example := strings.TrimSpace(b.Example); example != "" {
		fmt.Fprintf(&s, "\n%s\n", example)
	}
	return indented(s.String())
}

// fill puts the paragraphs of a text into width columns. A paragraph that fits stays as it was written, and so does
// one with lines that are indented: it is a table.
func fill(text string, width int) string {
	paragraphs := strings.Split(text, "\n\n")
	for i, p := range paragraphs {
		lines := strings.Split(p, "\n")
		tooWide := func(line string) bool { return layout.Width(line) > width }
		if slices.ContainsFunc(lines, tooWide) && !strings.Contains("\n"+p, "\n ") && !strings.Contains("\n"+p, "\n\t") {
			paragraphs[i] = strings.Join(layout.Fill(strings.Fields(p), width), "\n")
		}
	}
	return strings.Join(paragraphs, "\n\n") + "\n"
}

func indented(text string) string {
	var s strings.Builder
	for line := range strings.Lines(text) {
		if line != "\n" {
			s.WriteString(indent)
		}
		s.WriteString(line)
	}
	return s.String()
}

// how tells of the other ways to ask for help.
const how = `help(word) shows its page, help("mounts") what each word of a shelf does, apropos("text") what has to do with it.`

// WriteIndex writes all words, shelf by shelf, one line each.
func WriteIndex(w io.Writer) error {
	var s strings.Builder
	for i := range Shelves {
		s.WriteString(shelfText(i, widest(All())))
	}
	_, err := io.WriteString(w, s.String()+indent+how+"\n")
	return err
}

// shelfText has the words of a shelf, one line each, in a column for names.
func shelfText(i, column int) string {
	var s strings.Builder
	for _, b := range onShelf(i) {
		fmt.Fprintf(&s, "%s  %-*s  %s\n", indent, column, b.name, b.Summary())
	}
	if s.Len() == 0 {
		return ""
	}
	return indent + Shelves[i] + "\n" + s.String()
}

// named is the beginning of a line that tells something about a name.
var named = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^ +(\S+  +)?`) })

// foldNamed breaks lines that are too long; what a line tells about a name stays in its column, others keep their
// indentation.
func foldNamed(text string, width int) string {
	var s strings.Builder
	for line := range strings.Lines(text) {
		lines := layout.Fold(strings.TrimSuffix(line, "\n"), width, len(named().FindString(line)))
		s.WriteString(strings.Join(lines, "\n") + "\n")
	}
	return s.String()
}

// widest is the length of the longest name.
func widest(list []*Builtin) int {
	n := 0
	for _, b := range list {
		n = max(n, len(b.name))
	}
	return n
}

// overview has nothing but the names of all words, shelf by shelf, for a window. The module of a name that follows
// one of the same module goes without saying.
func overview(width int) string {
	var s strings.Builder
	for i, shelf := range Shelves {
		names, before := []string{shelf + ":"}, ""
		for _, b := range onShelf(i) {
			module, name, dotted := strings.Cut(b.name, ".")
			if dotted && module == before {
				names = append(names, "."+name)
			} else {
				names = append(names, b.name)
			}
			before = module
		}
		for _, line := range layout.Fold(strings.Join(names, " "), width, 2) {
			s.WriteString(line + "\n")
		}
	}
	return s.String() + strings.Join(layout.Fold(how, width, 0), "\n") + "\n"
}

// WriteTable writes the README's table of words, in Markdown.
func WriteTable(w io.Writer) error {
	var s strings.Builder
	for i, shelf := range Shelves {
		list := onShelf(i)
		if len(list) == 0 {
			continue
		}
		if s.Len() > 0 {
			s.WriteString("\n")
		}
		fmt.Fprintf(&s, "| %s | does | like | page |\n| --- | --- | --- | --- |\n", shelf)
		for _, b := range list {
			fmt.Fprintf(&s, "| %s | %s | %s | %s |\n", code(b.Sig), cell(b.Summary()), code(b.Like), cell(b.Page))
		}
	}
	_, err := io.WriteString(w, s.String())
	return err
}

func onShelf(i int) []*Builtin {
	var list []*Builtin
	for _, b := range All() {
		if b.Shelf == Shelves[i] {
			list = append(list, b)
		}
	}
	return list
}

// cell keeps text from ending its cell.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + cell(text) + "`"
}
