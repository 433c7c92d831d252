package builtins

import (
	"fmt"
	"strings"
	"sync"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// Kind is how a parameter takes its argument.
type Kind uint8

const (
	Positional  Kind = iota // by place or by name
	KeywordOnly             // by name only: it stands after *
	Rest                    // *name, the remaining arguments
	Keywords                // **name, the remaining named ones
)

// A Param is one parameter of a word.
type Param struct {
	Name    string
	Kind    Kind
	Default starlark.Value // nil: an argument is required (unless Rest or Keywords)
}

// A signature is parsed when its word is first used, for start-up is not to pay
// for words that a script does not use; and by hand if it is as simple as nearly
// all are, for Starlark's own parser takes 20 µs for one.
type signature struct {
	text   string
	once   sync.Once
	params []Param
	err    error
}

func (s *signature) parse() ([]Param, error) {
	s.once.Do(func() {
		if s.params, s.err = parseSignature(s.text); s.err != nil {
			s.err = fmt.Errorf("signature %s: %w", s.text, s.err)
		}
	})
	return s.params, s.err
}

func parseSignature(text string) ([]Param, error) {
	if params, ok := simpleSignature(text); ok {
		return params, nil
	}
	return starlarkSignature(text)
}

func starlarkSignature(text string) ([]Param, error) {
	name, _, _ := strings.Cut(text, "(") // which may have dots, and is of no concern
	f, err := new(syntax.FileOptions).Parse("signature", "def f"+text[len(name):]+": pass", 0)
	if err != nil {
		return nil, err
	}
	var params []Param
	kind := Positional
	for _, e := range f.Stmts[0].(*syntax.DefStmt).Params {
		p := Param{Kind: kind}
		switch e := e.(type) {
		case *syntax.Ident:
			p.Name = e.Name
		case *syntax.BinaryExpr:
			p.Name = e.X.(*syntax.Ident).Name
			if p.Default, err = evalDefault(e.Y); err != nil {
				return nil, err
			}
		case *syntax.UnaryExpr:
			kind = KeywordOnly
			if e.X == nil {
				continue
			}
			p.Name, p.Kind = e.X.(*syntax.Ident).Name, Rest
			if e.Op == syntax.STARSTAR {
				p.Kind = Keywords
			}
		}
		params = append(params, p)
	}
	return params, nil
}

// evalDefault evaluates a default. It may use the universe and kernel constants.
func evalDefault(e syntax.Expr) (starlark.Value, error) {
	env := starlark.StringDict{}
	syntax.Walk(e, func(n syntax.Node) bool {
		if id, ok := n.(*syntax.Ident); ok {
			if f, ok := constantNamed(id.Name); ok {
				env[id.Name] = f
			}
		}
		return true
	})
	return starlark.EvalExprOptions(new(syntax.FileOptions), new(starlark.Thread), e, env)
}

// bind distributes the arguments of a call over the parameters. The value of
// an absent argument is its default; given tells the difference.
func bind(params []Param, args starlark.Tuple, kwargs []starlark.Tuple) (values []starlark.Value, given []bool, err error) {
	if values, given, err = distribute(params, args, kwargs); err != nil {
		return nil, nil, err
	}
	return values, given, fillDefaults(params, values, given)
}

// distribute is bind without the defaults, and so without a complaint about
// what is missing.
func distribute(params []Param, args starlark.Tuple, kwargs []starlark.Tuple) (values []starlark.Value, given []bool, err error) {
	values, given = make([]starlark.Value, len(params)), make([]bool, len(params))
	rest, named := bindPositional(params, args, values, given)
	if rest != nil {
		return nil, nil, tooMany(params, len(args))
	}
	var extra *starlark.Dict // no small thing, and few words take any
	if named >= 0 {
		extra = starlark.NewDict(0)
	}
	for _, kw := range kwargs {
		i := find(params, string(kw[0].(starlark.String)))
		switch {
		case i >= 0 && given[i]:
			return nil, nil, usagef("%s was given twice", params[i].Name)
		case i >= 0:
			values[i], given[i] = kw[1], true
		case named < 0:
			return nil, nil, noParam(params, string(kw[0].(starlark.String)))
		default:
			if err := extra.SetKey(kw[0], kw[1]); err != nil {
				return nil, nil, err
			}
		}
	}
	if named >= 0 {
		values[named], given[named] = extra, extra.Len() > 0
	}
	return values, given, nil
}

// bindPositional returns what it could not place, and where **name is, or -1.
func bindPositional(params []Param, args starlark.Tuple, values []starlark.Value, given []bool) (rest starlark.Tuple, named int) {
	named = -1
	for i, p := range params {
		switch p.Kind {
		case Positional:
			if len(args) > 0 {
				values[i], given[i], args = args[0], true, args[1:]
			}
		case Rest:
			values[i], given[i], args = append(starlark.Tuple{}, args...), len(args) > 0, nil
		case Keywords:
			named = i
		}
	}
	if len(args) > 0 {
		return args, named
	}
	return nil, named
}

func fillDefaults(params []Param, values []starlark.Value, given []bool) error {
	var missing []string
	for i, p := range params {
		if given[i] || p.Kind == Rest || p.Kind == Keywords {
			continue
		}
		if values[i] = p.Default; p.Default == nil {
			missing = append(missing, p.Name)
		}
	}
	return missingArgs(missing)
}

// find is the index of the parameter that may be given by name, or -1.
func find(params []Param, name string) int {
	for i, p := range params {
		if p.Name == name && p.Kind != Rest && p.Kind != Keywords {
			return i
		}
	}
	return -1
}
