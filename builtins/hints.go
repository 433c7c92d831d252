package builtins

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/sys/unix"
)

// A hinter says why the call of c failed with e and, after the first semicolon,
// what to do; or "" if the reason is not one that it knows. It computes, and
// does not guess: it reads capabilities, owners of namespaces, id maps and
// sysctls. It runs with the interpreter lock held, before the script sees the
// error.
type hinter func(c *Call, e *Error) string

type hintKey struct {
	word  string
	errno unix.Errno
}

// hinters is complete when the package is initialised and does not change after.
var hinters = map[hintKey][]hinter{}

// hint registers a hinter for failures of a word with an errno; word "" is
// every word, errno 0 every reason, the kernel's or not. The value is for
// declarations only: var _ = hint("mount", unix.EPERM, …).
func hint(word string, errno unix.Errno, f hinter) bool {
	k := hintKey{word, errno}
	hinters[k] = append(hinters[k], f)
	return true
}

// findHint asks the hinters, the most particular first, until one knows.
func findHint(c *Call, e *Error) string {
	if text := sinceHint(c, e, release()); text != "" {
		return text
	}
	keys := []hintKey{{c.Word.name, e.Errno}, {c.Word.name, 0}, {"", e.Errno}, {"", 0}}
	if e.Errno == 0 {
		keys = []hintKey{keys[0], keys[2]}
	}
	for _, k := range keys {
		for _, f := range hinters[k] {
			if text := f(c, e); text != "" {
				return text
			}
		}
	}
	return ""
}

// hinted is findHint for the wrapper: a fault in a hinter must not hide the
// error that it was to explain.
func (c *Call) hinted(e *Error) (text string) {
	defer func() {
		if recover() != nil {
			text = ""
		}
	}()
	return printable(findHint(c, e))
}

// printable is text without control characters: names of files and mounts are
// chosen by strangers, and must not talk to the terminal.
func printable(text string) string {
	if !strings.ContainsFunc(text, unicode.IsControl) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if unicode.IsControl(r) {
			fmt.Fprintf(&b, `\x%02x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
