package interp

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.starlark.net/resolve"
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// A Problem is what is wrong with a text, as far as reading it tells. Start and end are places in the text;
// lines and columns (runes) count from 1. An end before or at the start says that the start is all there is.
type Problem struct {
	Start, End syntax.Position
	Message    string
	Hint       string // what to do; or ""
}

// Check reads a script, runs nothing of it, and returns its problems. If it does not parse that is the only
// one; of many the first are returned. vocabulary is what every script sees; exports returns the names of a file that the script loads.
func Check(name string, text []byte, vocabulary starlark.StringDict, exports func(module string) ([]string, error)) []Problem {
	f, err := newDialect().Parse(name, text, 0)
	if err != nil {
		var bad syntax.Error
		if !errors.As(err, &bad) {
			return []Problem{{Start: syntax.MakePosition(&name, 1, 1), Message: err.Error()}}
		}
		var s sources
		s.add(&source{name: name, text: text})
		return []Problem{refused(s.line(name, int(bad.Pos.Line)), bad)}
	}
	c := checker{vocabulary: vocabulary, exports: exports}
	var complaints resolve.ErrorList
	if errors.As(resolve.File(f, vocabulary.Has, starlark.Universe.Has), &complaints) {
		c.unresolved(f, complaints)
	}
	syntax.Walk(f, c.node)
	return c.problems
}

// refused is a syntax error, at the token that it is about.
func refused(line string, e syntax.Error) Problem {
	pos := offending(line, e)
	end := pos
	for _, t := range lex(line) {
		if t.start == int(pos.Col)-1 {
			end.Col = int32(t.end) + 1
		}
	}
	return Problem{Start: pos, End: end, Message: "syntax error: " + e.Msg, Hint: syntaxHabit(line, e.Msg)}
}

// mostProblems is how many problems of a text are told.
const mostProblems = 100

type checker struct {
	vocabulary starlark.StringDict
	exports    func(string) ([]string, error)
	problems   []Problem
}

func (c *checker) add(n syntax.Node, message, hint string) {
	start, end := n.Span()
	c.problems = append(c.problems, Problem{start, end, message, hint})
}

// unresolved adds what the resolver complains about: names that mean nothing, and what stands in a wrong place.
func (c *checker) unresolved(f *syntax.File, complaints resolve.ErrorList) {
	var known []string
	for _, e := range complaints[:min(len(complaints), mostProblems)] {
		msg, _, _ := strings.Cut(e.Msg, " (did you mean")
		p := Problem{Start: e.Pos, End: e.Pos, Message: msg}
		if name, ok := strings.CutPrefix(msg, "undefined: "); ok {
			p.End.Col += int32(len([]rune(name)))
			if known == nil {
				known = knownNames(c.vocabulary, boundNames(f))
			}
			p.Hint = undefinedHint(name, known)
		}
		c.problems = append(c.problems, p)
	}
}

// node checks one node of the tree.
func (c *checker) node(n syntax.Node) bool {
	if len(c.problems) >= mostProblems {
		return false
	}
	switch n := n.(type) {
	case *syntax.CallExpr:
		c.call(n)
	case *syntax.BinaryExpr:
		c.join(n)
	case *syntax.LoadStmt:
		c.load(n)
	}
	return true
}

// load checks that the file is there and has the names.
func (c *checker) load(n *syntax.LoadStmt) {
	if c.exports == nil {
		return
	}
	names, err := c.exports(n.ModuleName())
	if err != nil {
		c.add(n.Module, err.Error(), "")
		return
	}
	for _, from := range n.From {
		if !slices.Contains(names, from.Name) {
			c.add(from, fmt.Sprintf("load: %s has no %s", n.ModuleName(), from.Name), undefinedHint(from.Name, names))
		}
	}
}
