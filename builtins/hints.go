package builtins

import (
	"fmt"
	"slices"
	"strings"
	"sync"
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

// A declaration is what hint, looking and later have been told. At start-up,
// which most errors never follow, that is only noted.
type declaration struct {
	words []string
	errno unix.Errno
	hint  hinter
	look  func(*look, *Error) string
	later func()
}

// declared is complete when the package is initialised.
var declared = make([]declaration, 0, 256)

// hint registers a hinter for failures of a word with an errno; word "" is
// every word, errno 0 every reason, the kernel's or not. The value is for
// declarations only: var _ = hint("mount", unix.EPERM, …).
func hint(word string, errno unix.Errno, f hinter) bool {
	declared = append(declared, declaration{words: []string{word}, errno: errno, hint: f})
	return true
}

// looking registers a hinter of several words that looks at the task of the
// call, where it is alive and driven.
func looking(words []string, errno unix.Errno, f func(l *look, e *Error) string) bool {
	declared = append(declared, declaration{words: words, errno: errno, look: f})
	return true
}

// later registers what f does, in its turn.
func later(f func()) bool {
	declared = append(declared, declaration{later: f})
	return true
}

// hinters has what was declared by word and errno, in the order of declaration.
var hinters = sync.OnceValue(func() map[hintKey][]hinter {
	all := map[hintKey][]hinter{}
	list := declared
	for i := 0; i < len(list); i++ {
		d := list[i]
		if d.later != nil {
			declared = nil
			d.later()
			list = slices.Insert(list, i+1, declared...)
			continue
		}
		f := d.hint
		if f == nil {
			f = looker(d.look)
		}
		for _, word := range d.words {
			k := hintKey{word, d.errno}
			all[k] = append(all[k], f)
		}
	}
	return all
})

// looker is f as a hinter.
func looker(f func(l *look, e *Error) string) hinter {
	return func(c *Call, e *Error) string {
		if c.Task == nil || !c.Task.Parked() {
			return ""
		}
		l := newLook(c, c.Task)
		defer l.close()
		return f(l, e)
	}
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
		for _, f := range hinters()[k] {
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
