package builtins

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// roffEscapes keep roff from taking text for its own, and from making it prettier than it can be typed.
var roffEscapes = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`)

// Roff is text as roff prints it as it is, in lines that are no requests.
func Roff(text string) string {
	var s strings.Builder
	for line := range strings.Lines(roffEscapes.Replace(text)) {
		if strings.HasPrefix(line, ".") {
			s.WriteString(`\&`)
		}
		for _, r := range line {
			if r < utf8.RuneSelf {
				s.WriteRune(r)
			} else {
				fmt.Fprintf(&s, `\[u%04X]`, r) // whatever the locale
			}
		}
	}
	return s.String()
}

// WriteManWords writes all words, shelf by shelf, as a section of a manual page.
func WriteManWords(w io.Writer) error {
	var s strings.Builder
	s.WriteString(".SH WORDS\n")
	for i, shelf := range Shelves {
		list := onShelf(i)
		if len(list) == 0 {
			continue
		}
		fmt.Fprintf(&s, ".SS %s\n", Roff(shelf))
		for _, b := range list {
			fmt.Fprintf(&s, ".TP\n.B %s\n", Roff(b.Sig))
			b.writeMan(&s, ".IP\n")
		}
	}
	_, err := io.WriteString(w, s.String())
	return err
}

// WriteManPage writes a manual page of the word's own.
func (b *Builtin) WriteManPage(w io.Writer) error {
	var s strings.Builder
	fmt.Fprintf(&s, ".TH %s 7nstar\n.SH NAME\n%s \\- %s\n", Roff(strings.ToUpper(b.name)), Roff(b.name), Roff(b.Summary()))
	fmt.Fprintf(&s, ".SH SYNOPSIS\n.B %s\n.SH DESCRIPTION\n", Roff(b.Sig))
	b.writeMan(&s, ".PP\n")
	_, err := io.WriteString(w, s.String())
	return err
}

// writeMan writes what there is to say of the word, in paragraphs.
func (b *Builtin) writeMan(s *strings.Builder, paragraph string) {
	for i, text := range strings.Split(strings.TrimSpace(b.Doc), "\n\n") {
		if i > 0 {
			s.WriteString(paragraph)
		}
		s.WriteString(Roff(strings.TrimSpace(text)) + "\n")
	}
	if b.Page != "" {
		fmt.Fprintf(s, "%sSee %s.", paragraph, Roff(b.Page))
		if first := sinceCalls()[b.name]; before(oldest, first) {
			fmt.Fprintf(s, " Since Linux %s.", first)
		}
		if b.Like != "" {
			fmt.Fprintf(s, " Like: %s", Roff(b.Like))
		}
		s.WriteString("\n")
	}
	if example := strings.TrimSpace(b.Example); example != "" {
		fmt.Fprintf(s, "%s.EX\n%s\n.EE\n", paragraph, Roff(example))
	}
}
