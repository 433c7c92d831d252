package builtins

import (
	"fmt"
	"strings"

	"go.starlark.net/starlark"
)

// usageError is a call that does not fit the signature; the wrapper adds the
// signature as the hint.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func usagef(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

func missingArgs(names []string) error {
	switch len(names) {
	case 0:
		return nil
	case 1:
		return usagef("missing argument: %s", names[0])
	}
	return usagef("missing arguments: %s", strings.Join(names, ", "))
}

func tooMany(params []Param, got int) error {
	most := 0
	for _, p := range params {
		if p.Kind == Positional {
			most++
		}
	}
	switch most {
	case 0:
		return usagef("too many arguments: takes none, but got %d", got)
	case 1:
		return usagef("too many arguments: takes at most 1, but got %d", got)
	}
	return usagef("too many arguments: takes at most %d, but got %d", most, got)
}

func noParam(params []Param, name string) error {
	var names []string
	for _, p := range params {
		if p.Kind != Rest {
			names = append(names, p.Name)
		}
	}
	if near := nearest(name, names); near != "" {
		return usagef("no parameter is named %s (did you mean %s?)", name, near)
	}
	return usagef("no parameter is named %s", name)
}

// BadValue is the error of a value that will not do: "bad value: NAME must be
// MUST, but is …".
func BadValue(name, must string, v starlark.Value) error {
	return fmt.Errorf("bad value: %s must be %s, but is %s", name, must, describe(v))
}

// describe says what v is: its type and how it prints, cut where it is long.
func describe(v starlark.Value) string {
	const most = 60
	text := v.String()
	if r := []rune(text); len(r) > most {
		text = string(r[:most]) + "…"
	}
	switch v.(type) {
	case starlark.NoneType, Flags:
		return text
	}
	if strings.HasPrefix(text, "<") {
		return text
	}
	return v.Type() + " " + text
}

// nearest is the name most like word, or "" if none is like it. Of two that are
// equally like it, the one with the same first letter is.
func nearest(word string, names []string) string {
	best, least := "", 2*(1+max(1, len(word)*2/5))
	for _, name := range names {
		d := 2 * distance(word, name)
		if word != "" && name != "" && word[0] != name[0] {
			d++
		}
		if d < least {
			best, least = name, d
		}
	}
	return best
}

// distance counts the letters to insert, delete, replace or swap with their
// neighbour on the way from a to b.
func distance(a, b string) int {
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next := make([]int, len(b)+1)
		next[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next[j+1] = min(row[j]+cost, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}
