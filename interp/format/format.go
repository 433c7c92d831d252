// Package format prints Starlark in one form. It knows the text and nothing of what runs it.
//
// The syntax tree says what to print (expr.go, bracket.go, stmt.go); layout.go decides where lines end, and is the
// only one to know how wide they are. Comments are found in the text itself (comment.go), for the parser does not keep
// all of them: each is printed before the token that it stood before, or at the end of that line.
//
// What the author chose stays: strings and numbers as they were written, parentheses, a bracket whose first item has
// a line of its own, which items share a line, and empty lines.
package format

import (
	"bytes"
	"fmt"
	"strings"

	"go.starlark.net/syntax"
)

// maxPasses bounds how often a text is printed. One pass is enough but for a comment where no line can end: it moves
// to the end of one, and may have brackets broken there the next time.
const maxPasses = 10

// Source returns the text of a file in its one form. An error is a syntax.Error, about a place in src.
func Source(name string, src []byte, dialect *syntax.FileOptions) ([]byte, error) {
	text := strings.TrimPrefix(string(src), "\ufeff")
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	file, err := dialect.Parse(name, text, 0)
	if err != nil {
		return nil, err
	}
	meaning := tree(file)
	for range maxPasses {
		next := pass(text, file)
		if next == text {
			break
		}
		if file, err = dialect.Parse(name, next, 0); err != nil {
			return nil, fmt.Errorf("internal error: %s could not be read after it was formatted: %v", name, err)
		}
		text = next
	}
	if tree(file) != meaning {
		return nil, fmt.Errorf("internal error: %s would mean something else after it was formatted", name)
	}
	return []byte(text), nil
}

// pass prints a text once.
func pass(text string, file *syntax.File) string {
	p := &printer{lines: strings.Split(text, "\n"), comments: scanComments(text), fresh: true}
	p.block(file.Stmts, 0, 1, endOfFile)
	return p.out.String()
}

// A printer prints one file, in the order of its text.
type printer struct {
	lines    []string  // of the text
	comments []comment // that are still to be printed
	out      bytes.Buffer

	open  []*doc // the groups that are being built, the innermost last
	depth int    // how many of them are brackets

	line  int32 // of the text: the last of which something was printed
	fresh bool  // nothing was printed in this block yet
}
