package interp

import (
	"errors"
	"io"
	"slices"
	"strings"

	"go.starlark.net/syntax"
)

// complete tells whether a prompt should evaluate block (lines, each with its newline) or read another line.
// An indented block ends with an empty line. What cannot be parsed at all is complete: it is an error now.
func complete(dialect *syntax.FileOptions, block string) bool {
	rest := strings.SplitAfter(block, "\n")
	first := strings.TrimSpace(rest[0])
	if first == "" || strings.HasPrefix(first, "#") || strings.HasPrefix(first, "!") || isQuestion(block) {
		return true
	}
	if len(rest) > 1 && rest[len(rest)-1] == "" {
		rest = rest[:len(rest)-1]
	}
	lines, more := rest, false
	_, err := dialect.ParseCompoundStmt(typed, func() ([]byte, error) {
		if len(rest) == 0 {
			more = true
			return nil, io.EOF
		}
		line := rest[0]
		rest = rest[1:]
		return []byte(line), nil
	})
	var bad syntax.Error
	if more && err != nil && errors.As(err, &bad) {
		return false
	}
	if err != nil && !more { // the parser does not know a comment where a body begins
		code := slices.DeleteFunc(slices.Clone(lines[1:]), func(l string) bool { return strings.HasPrefix(strings.TrimSpace(l), "#") })
		if len(code) < len(lines)-1 {
			return complete(dialect, lines[0]+strings.Join(code, ""))
		}
	}
	return !more
}

// isQuestion tells whether a block asks for help on a name: "mount?".
func isQuestion(block string) bool {
	name, ok := strings.CutSuffix(strings.TrimSpace(block), "?")
	if !ok || name == "" {
		return false
	}
	for i, r := range name {
		if !word(r) && (r != '.' || i == 0) {
			return false
		}
	}
	return true
}
