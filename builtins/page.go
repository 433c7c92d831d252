package builtins

import (
	"fmt"
	"io"
	"strings"
)

// indent keeps the prompts of an example off the left margin: a page that is
// shown in a transcript would be taken for input otherwise.
const indent = "    "

// WritePage writes the word's page for a terminal.
func (b *Builtin) WritePage(w io.Writer) error {
	var s strings.Builder
	fmt.Fprintf(&s, "%s\n\n", b.Sig)
	s.WriteString(strings.TrimSpace(b.Doc) + "\n")
	if b.Page != "" {
		fmt.Fprintf(&s, "\nSee %s.", b.Page)
		if first := sinceCalls[b.name]; before(oldest, first) {
			fmt.Fprintf(&s, " Since Linux %s.", first)
		}
		if b.Like != "" {
			fmt.Fprintf(&s, " Like: %s", b.Like)
		}
		s.WriteString("\n")
	}
	if example := strings.TrimSpace(b.Example); example != "" {
		fmt.Fprintf(&s, "\n%s\n", example)
	}
	return writeIndented(w, s.String())
}

func writeIndented(w io.Writer, text string) error {
	var s strings.Builder
	for line := range strings.Lines(text) {
		if line != "\n" {
			s.WriteString(indent)
		}
		s.WriteString(line)
	}
	_, err := io.WriteString(w, s.String())
	return err
}

// WriteIndex writes all words, shelf by shelf, one line each.
func WriteIndex(w io.Writer) error {
	width := 0
	for _, b := range All() {
		width = max(width, len(b.name))
	}
	var s strings.Builder
	for i, shelf := range Shelves {
		list := onShelf(i)
		if len(list) == 0 {
			continue
		}
		fmt.Fprintf(&s, "%s\n", shelf)
		for _, b := range list {
			fmt.Fprintf(&s, "  %-*s  %s\n", width, b.name, b.Summary())
		}
	}
	s.WriteString("help(word) shows its page.\n")
	return writeIndented(w, s.String())
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
