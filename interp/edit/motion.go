package edit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// cluster returns the first character as people see it (one or more runes) of a text that is not empty, and
// the columns it takes.
func cluster(s string) (c string, width int) {
	if s[0] < utf8.RuneSelf && (len(s) == 1 || s[1] < utf8.RuneSelf) {
		return s[:1], 1
	}
	c, _, width, _ = uniseg.FirstGraphemeClusterInString(s, -1)
	return c, width
}

// right and left return where the character after or before i ends or starts.
func right(s string, i int) int {
	if i >= len(s) {
		return len(s)
	}
	c, _ := cluster(s[i:])
	return i + len(c)
}

func left(s string, i int) int {
	if i == 0 {
		return 0
	}
	if s[i-1] < utf8.RuneSelf {
		return i - 1
	}
	from := lineStart(s, i)
	if i-from > farClusters { // far into a long line: no cluster is longer than this
		from = i - farClusters
		for from < i && !utf8.RuneStart(s[from]) {
			from++
		}
	}
	for {
		next := right(s, from)
		if next >= i {
			return from
		}
		from = next
	}
}

const farClusters = 512

func lineStart(s string, i int) int { return strings.LastIndexByte(s[:i], '\n') + 1 }

func lineEnd(s string, i int) int {
	if n := strings.IndexByte(s[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(s)
}

// A class sorts runes for motions: those over words stop where it changes.
type class func(r rune) int

const (
	blank = iota
	inWord
	punctuation
)

// names are the words of the language.
func names(r rune) int {
	switch {
	case r < utf8.RuneSelf && (r|0x20 >= 'a' && r|0x20 <= 'z' || r == '_' || r >= '0' && r <= '9'):
		return inWord // nearly always
	case r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r):
		return inWord
	case unicode.IsSpace(r):
		return blank
	}
	return punctuation
}

// onlyNames is for Alt-F and its like: all between two names is passed over.
func onlyNames(r rune) int {
	if names(r) == inWord {
		return inWord
	}
	return blank
}

// fields is what blanks separate.
func fields(r rune) int {
	if unicode.IsSpace(r) {
		return blank
	}
	return inWord
}

func classAfter(s string, i int, c class) int {
	r, _ := utf8.DecodeRuneInString(s[i:])
	return c(r)
}

func classBefore(s string, i int, c class) int {
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	return c(r)
}

func skipRight(s string, i int, c class, what int) int {
	for i < len(s) && classAfter(s, i, c) == what {
		i = right(s, i)
	}
	return i
}

func skipLeft(s string, i int, c class, what int) int {
	for i > 0 && classBefore(s, i, c) == what {
		i = left(s, i)
	}
	return i
}

// wordEnd returns the end of the word that i is in, or of the next one.
func wordEnd(s string, i int, c class) int {
	if i = skipRight(s, i, c, blank); i < len(s) {
		return skipRight(s, i, c, classAfter(s, i, c))
	}
	return i
}

// wordStart returns the start of the word that i is in, or of the one before.
func wordStart(s string, i int, c class) int {
	if i = skipLeft(s, i, c, blank); i > 0 {
		return skipLeft(s, i, c, classBefore(s, i, c))
	}
	return i
}

// nextWord returns the start of the next word.
func nextWord(s string, i int, c class) int {
	if i < len(s) && classAfter(s, i, c) != blank {
		i = skipRight(s, i, c, classAfter(s, i, c))
	}
	return skipRight(s, i, c, blank)
}

// indentation returns the blanks that a line starts with.
func indentation(line string) string {
	return line[:len(line)-len(strings.TrimLeft(line, " \t"))]
}
