// Package layout puts text into the columns of a terminal: wide characters take
// two, combining ones none. It knows no Starlark.
package layout

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Ellipsis stands for what was cut off.
const Ellipsis = "…"

// Width is how many columns s takes. It must be Printable.
func Width(s string) int { return uniseg.StringWidth(s) }

// Printable tells whether a terminal shows s as it is: no control character can
// move the cursor or change a colour.
func Printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) && r != '\u200d' })
}

// Clean is s with what is not Printable as escape sequences of the language.
// Tabs become blanks: four columns at most, as in the columns of a table.
func Clean(s string) string {
	s = strings.ReplaceAll(s, "\t", "    ")
	if Printable(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch piece := s[:n]; {
		case r == utf8.RuneError && n == 1, !Printable(piece):
			quoted := strconv.Quote(piece)
			b.WriteString(quoted[1 : len(quoted)-1])
		default:
			b.WriteString(piece)
		}
		s = s[n:]
	}
	return b.String()
}

// Cut is s if it fits into width columns, else its beginning and an Ellipsis.
func Cut(s string, width int) string {
	if len(s) <= width || Width(s) <= width {
		return s
	}
	if width < 1 {
		return ""
	}
	head, _ := split(s, width-1)
	return head + Ellipsis
}

// Wrap breaks s into lines of at most width columns, wherever that is.
func Wrap(s string, width int) []string {
	width = max(width, 2) // a wide character fits into any line
	var lines []string
	for len(s) > width && Width(s) > width {
		head, rest := split(s, width)
		lines, s = append(lines, head), rest
	}
	return append(lines, s)
}

// split cuts s after as many whole characters as fit into width columns.
func split(s string, width int) (head, rest string) {
	rest, state, used := s, -1, 0
	for rest != "" {
		cluster, after, columns, next := uniseg.FirstGraphemeClusterInString(rest, state)
		if used += columns; used > width {
			break
		}
		head, rest, state = head+cluster, after, next
	}
	return s[:len(head)], s[len(head):]
}

// Fill puts words into lines of at most width columns, a blank between two.
func Fill(words []string, width int) []string {
	var lines []string
	line, used := "", 0
	for _, w := range words {
		n := Width(w)
		if used > 0 && used+1+n > width {
			lines, line, used = append(lines, line), "", 0
		}
		if used > 0 {
			line, used = line+" ", used+1
		}
		line, used = line+w, used+n
	}
	return append(lines, line)
}

// Fold breaks a line between words so that it fits into width columns; all parts but the first
// begin with hang blanks. A word that is too long for a line stays whole.
func Fold(line string, width, hang int) []string {
	var lines []string
	pad := ""
	for Width(line) > width {
		head, rest := split(line, width)
		at := strings.LastIndexByte(line[:len(head)+1], ' ')
		if at < 0 || strings.TrimSpace(line[:at]) == "" {
			n := strings.IndexByte(rest, ' ')
			if n < 0 {
				break
			}
			at = len(head) + n
		}
		lines = append(lines, strings.TrimRight(line[:at], " "))
		pad = strings.Repeat(" ", min(hang, width/2))
		line = pad + strings.TrimLeft(line[at:], " ")
	}
	if line != pad || lines == nil {
		lines = append(lines, line)
	}
	return lines
}
