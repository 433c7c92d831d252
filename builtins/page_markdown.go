package builtins

import (
	"fmt"
	"strings"
)

// Markdown is the word's page for a viewer that knows Markdown.
func (b *Builtin) Markdown() string {
	var s strings.Builder
	fmt.Fprintf(&s, "```python\n%s\n```\n\n%s\n", b.Sig, markdownText(b.Doc))
	if b.Page != "" {
		fmt.Fprintf(&s, "\nSee `%s`.", b.Page)
		if first := sinceCalls()[b.name]; before(oldest, first) {
			fmt.Fprintf(&s, " Since Linux %s.", first)
		}
		if b.Like != "" {
			fmt.Fprintf(&s, " Like: %s", codeSpan(b.Like))
		}
		s.WriteString("\n")
	}
	if example := strings.TrimSpace(b.Example); example != "" {
		fmt.Fprintf(&s, "\n```python\n%s\n```\n", example)
	}
	return s.String()
}

// codeSpan is text as code, which may have backquotes itself.
func codeSpan(text string) string {
	if !strings.Contains(text, "`") {
		return "`" + text + "`"
	}
	return "`` " + text + " ``"
}

// markdownText keeps the lines of a table, which a page indents, as they are,
// and what is ordinary text from being taken for markup.
func markdownText(doc string) string {
	plain := strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "<", `\<`, "`", "\\`", "[", `\[`)
	var s strings.Builder
	for line := range strings.Lines(strings.TrimSpace(doc)) {
		if !strings.HasPrefix(line, "    ") && !strings.HasPrefix(line, "\t") {
			line = plain.Replace(line)
		}
		s.WriteString(line)
	}
	return s.String()
}
