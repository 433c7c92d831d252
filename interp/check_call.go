package interp

import (
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"

	"go.starlark.net/resolve"
	"go.starlark.net/syntax"

	"nstar/builtins"
)

// call compares the call of a word with its signature.
func (c *checker) call(n *syntax.CallExpr) {
	name := predeclaredName(n.Fn)
	b := builtins.Lookup(name)
	if b == nil {
		c.print(n)
		return
	}
	if arg, err := misfit(b, n.Args); err != nil {
		if arg == nil {
			arg = n.Fn
		}
		c.add(arg, err.Error(), b.Sig)
		return
	}
	for i, arg := range n.Args {
		param, value := parameter(b, i, arg)
		if f, ok := c.flags(value, 0); ok {
			if err := b.FitFlags(param, f); err != nil {
				c.add(value, err.Error(), "")
			}
		}
	}
}

// predeclaredName is the name of what x means if no file can change that: mount, netns.add; else "".
func predeclaredName(x syntax.Expr) string {
	switch x := x.(type) {
	case *syntax.Ident:
		if b, ok := x.Binding.(*resolve.Binding); ok && (b.Scope == resolve.Predeclared || b.Scope == resolve.Universal) {
			return x.Name
		}
	case *syntax.DotExpr:
		if left := predeclaredName(x.X); left != "" {
			return left + "." + x.Name.Name
		}
	}
	return ""
}

// misfit returns the error of a call of b, and the argument that is too much; nil if something is missing.
func misfit(b *builtins.Builtin, list []syntax.Expr) (syntax.Expr, error) {
	args, names, open := arguments(list)
	err := b.Fit(args, names, open)
	if err == nil {
		return nil, nil
	}
	i := sort.Search(len(list), func(i int) bool { // what follows cannot mend it
		args, names, _ := arguments(list[:i+1])
		return b.Fit(args, names, true) != nil
	})
	if i == len(list) {
		return nil, err
	}
	return list[i], err
}

// arguments counts the arguments by place, lists those by name, and tells whether *args or **kwargs hold more.
func arguments(list []syntax.Expr) (args int, names []string, open bool) {
	for _, x := range list {
		if name, _, ok := named(x); ok {
			names = append(names, name)
		} else if starred(x) {
			open = true
		} else {
			args++
		}
	}
	return args, names, open
}

func named(x syntax.Expr) (name string, value syntax.Expr, ok bool) {
	if x, is := x.(*syntax.BinaryExpr); is && x.Op == syntax.EQ {
		id, is := x.X.(*syntax.Ident)
		return id.Name, x.Y, is
	}
	return "", nil, false
}

func starred(x syntax.Expr) bool {
	u, ok := x.(*syntax.UnaryExpr)
	return ok && (u.Op == syntax.STAR || u.Op == syntax.STARSTAR)
}

// parameter returns the parameter that takes argument i of a call, and what is given to it.
func parameter(b *builtins.Builtin, i int, arg syntax.Expr) (builtins.Param, syntax.Expr) {
	params := b.Params()
	if name, value, ok := named(arg); ok {
		for _, p := range params {
			if p.Name == name {
				return p, value
			}
		}
		return builtins.Param{}, value
	}
	if i < len(params) && params[i].Kind == builtins.Positional && !starred(arg) {
		return params[i], arg
	}
	return builtins.Param{}, arg
}

// mostJoined is how many constants are joined to know the value of an expression.
const mostJoined = 32

// flags is the value of an expression that is made of kernel constants alone.
func (c *checker) flags(x syntax.Expr, depth int) (builtins.Flags, bool) {
	if depth > mostJoined {
		return builtins.Flags{}, false
	}
	switch x := x.(type) {
	case *syntax.Ident:
		f, ok := c.vocabulary[predeclaredName(x)].(builtins.Flags)
		return f, ok
	case *syntax.ParenExpr:
		return c.flags(x.X, depth+1)
	case *syntax.BinaryExpr:
		left, ok := c.flags(x.X, depth+1)
		if !ok || !joins(x.Op) {
			return left, false
		}
		right, ok := c.flags(x.Y, depth+1)
		if !ok {
			return right, false
		}
		f, err := builtins.Join(x.Op, left, right)
		return f, err == nil
	}
	return builtins.Flags{}, false
}

func joins(op syntax.Token) bool {
	return op == syntax.PIPE || op == syntax.AMP || op == syntax.CIRCUMFLEX
}

// join finds constants of two families that are joined, and conversions that % does not know.
func (c *checker) join(n *syntax.BinaryExpr) {
	if n.Op == syntax.PERCENT {
		c.conversions(n)
		return
	}
	if !joins(n.Op) {
		return
	}
	left, ok := c.flags(n.X, 0)
	if !ok {
		return
	}
	right, ok := c.flags(n.Y, 0)
	if !ok {
		return
	}
	if _, err := builtins.Join(n.Op, left, right); err != nil {
		c.add(n, err.Error(), "")
	}
}

// conversions complains about "%5d" % x as the interpreter will.
func (c *checker) conversions(n *syntax.BinaryExpr) {
	lit, ok := n.X.(*syntax.Literal)
	if !ok || lit.Token != syntax.STRING {
		return
	}
	rest := lit.Value.(string)
	for {
		_, after, ok := strings.Cut(rest, "%")
		if !ok {
			return
		}
		if strings.HasPrefix(after, "(") {
			if _, after, ok = strings.Cut(after, ")"); !ok {
				return
			}
		}
		r, size := utf8.DecodeRuneInString(after)
		if size == 0 {
			return
		}
		if !strings.ContainsRune("%srdioxXeEfFgGc", r) {
			msg := fmt.Sprintf("unknown conversion %%%c", r)
			c.add(lit, msg, runtimeHabit(msg))
			return
		}
		rest = after[size:]
	}
}

// print complains about print(end="") as the interpreter will.
func (c *checker) print(n *syntax.CallExpr) {
	if predeclaredName(n.Fn) != "print" {
		return
	}
	for _, arg := range n.Args {
		if name, _, ok := named(arg); ok && name != "sep" {
			msg := fmt.Sprintf("print: unexpected keyword argument %q", name)
			c.add(arg, msg, runtimeHabit(msg))
		}
	}
}
