package format

import (
	"fmt"

	"go.starlark.net/syntax"
)

// expr prints an expression, and the comments before each of its tokens.
func (p *printer) expr(x syntax.Expr) *doc {
	switch x := x.(type) {
	case *syntax.Ident:
		return p.token(x.NamePos, x.Name)
	case *syntax.Literal:
		return p.token(x.TokenPos, x.Raw)
	case *syntax.ParenExpr:
		return p.paren(x)
	case *syntax.TupleExpr:
		return p.tuple(x)
	case *syntax.ListExpr:
		return p.bracket(bracket{"[", "]", x.Lbrack, x.Rbrack, p.items(x.List), mayComma})
	case *syntax.DictExpr:
		return p.bracket(bracket{"{", "}", x.Lbrace, x.Rbrace, p.items(x.List), mayComma})
	case *syntax.CallExpr:
		return concat(p.expr(x.Fn), p.bracket(bracket{"(", ")", x.Lparen, x.Rparen, p.items(x.Args), mayComma}))
	case *syntax.IndexExpr:
		return concat(p.expr(x.X), p.bracket(bracket{"[", "]", x.Lbrack, x.Rbrack, p.items([]syntax.Expr{x.Y}), noComma}))
	case *syntax.Comprehension:
		return p.comprehension(x)
	case *syntax.SliceExpr:
		return p.slice(x)
	case *syntax.DictEntry:
		return concat(p.expr(x.Key), p.token(x.Colon, ": "), p.expr(x.Value))
	case *syntax.DotExpr:
		return p.dot(x)
	case *syntax.LambdaExpr:
		return p.lambda(x)
	case *syntax.CondExpr:
		return p.conditional(x)
	case *syntax.UnaryExpr:
		return p.unary(x)
	case *syntax.BinaryExpr:
		return p.binary(x)
	}
	panic(fmt.Sprintf("an expression of unknown type: %T", x))
}

func (p *printer) token(pos syntax.Position, text string) *doc {
	return concat(p.float(pos), word(text))
}

func (p *printer) items(list []syntax.Expr) []item {
	items := make([]item, len(list))
	for i, x := range list {
		start, end := x.Span()
		items[i] = item{start: start, end: end, print: func() *doc { return p.expr(x) }}
		switch x := x.(type) {
		case *syntax.DictEntry:
			items[i].named = true
		case *syntax.BinaryExpr:
			items[i].named = x.Op == syntax.EQ
		case *syntax.ListExpr, *syntax.DictExpr, *syntax.Comprehension:
			items[i].bracket = true
		}
	}
	return items
}

// paren prints parentheses that were written. Those of a tuple are its own.
func (p *printer) paren(x *syntax.ParenExpr) *doc {
	b := bracket{"(", ")", x.Lparen, x.Rparen, p.items([]syntax.Expr{x.X}), noComma}
	switch inner := x.X.(type) {
	case *syntax.TupleExpr:
		if inner.Lparen.IsValid() {
			break
		}
		b.items, b.comma = p.items(inner.List), mayComma
		if len(inner.List) == 1 {
			b.comma = mustComma
		}
	case *syntax.BinaryExpr:
		b.items[0].print = func() *doc { return p.operands(inner) } // its lines are those of the parentheses
	case *syntax.CondExpr:
		b.items[0].print = func() *doc { return p.branches(inner) }
	}
	return p.bracket(b)
}

// tuple prints one without parentheses, or that without items.
func (p *printer) tuple(x *syntax.TupleExpr) *doc {
	if x.Lparen.IsValid() {
		return concat(p.token(x.Lparen, "("), p.token(x.Rparen, ")"))
	}
	return p.commaList(x.List)
}

func (p *printer) commaList(exprs []syntax.Expr) *doc {
	d := &doc{kind: list}
	for i, x := range exprs {
		if i > 0 {
			d.add(word(", "))
		}
		d.add(p.expr(x))
	}
	return d
}

func (p *printer) comprehension(x *syntax.Comprehension) *doc {
	open, shut := "[", "]"
	if x.Curly {
		open, shut = "{", "}"
	}
	g := p.begin(true)
	inner := &doc{kind: nest}
	g.add(p.float(x.Lbrack), word(open), inner)
	start, end := x.Body.Span()
	g.force = start.Line > x.Lbrack.Line
	lead, _ := p.lead(start, x.Lbrack.Line)
	inner.add(lead, newline(soft, 0), p.expr(x.Body))
	for _, clause := range x.Clauses {
		start, _ := clause.Span()
		lead, _ := p.lead(start, end.Line)
		inner.add(lead, newline(line, 0))
		switch c := clause.(type) {
		case *syntax.ForClause:
			inner.add(p.token(c.For, "for "), p.expr(c.Vars), p.token(c.In, " in "), p.expr(c.X))
		case *syntax.IfClause:
			inner.add(p.token(c.If, "if "), p.expr(c.Cond))
		}
		_, end = clause.Span()
	}
	lead, _ = p.lead(x.Rbrack, end.Line)
	inner.add(lead)
	g.add(newline(soft, 0), word(shut))
	return p.end(g)
}

func (p *printer) slice(x *syntax.SliceExpr) *doc {
	d := concat(p.expr(x.X))
	g := p.begin(true) // whose lines do not end
	g.add(p.token(x.Lbrack, "["))
	if x.Lo != nil {
		g.add(p.expr(x.Lo))
	}
	g.add(word(":"))
	if x.Hi != nil {
		g.add(p.expr(x.Hi))
	}
	if x.Step != nil {
		g.add(word(":"), p.expr(x.Step))
	}
	g.add(p.token(x.Rbrack, "]"))
	d.add(p.end(g))
	return d
}

func (p *printer) dot(x *syntax.DotExpr) *doc {
	d := concat(p.expr(x.X))
	if n, ok := x.X.(*syntax.Literal); ok && (n.Token == syntax.INT || n.Token == syntax.FLOAT) {
		d.add(word(" ")) // 1.real would be a number
	}
	d.add(p.token(x.Dot, "."), p.expr(x.Name))
	return d
}

func (p *printer) lambda(x *syntax.LambdaExpr) *doc {
	d := p.token(x.Lambda, "lambda")
	if len(x.Params) > 0 {
		d.add(word(" "), p.commaList(x.Params))
	}
	d.add(word(": "), p.expr(x.Body))
	return d
}

func (p *printer) unary(x *syntax.UnaryExpr) *doc {
	op := x.Op.String()
	if x.Op == syntax.NOT {
		op += " "
	}
	d := p.token(x.OpPos, op)
	if x.X != nil {
		d.add(p.expr(x.X))
	}
	return d
}

// conditional prints x if c else y, in brackets on several lines if need be.
func (p *printer) conditional(x *syntax.CondExpr) *doc {
	g := p.begin(false)
	g.add(&doc{kind: nest, parts: []*doc{p.branches(x)}})
	return p.end(g)
}

func (p *printer) branches(x *syntax.CondExpr) *doc {
	_, end := x.True.Span()
	if n := len(p.open); p.depth > 0 && !p.open[n-1].bracket && x.ElsePos.Line > end.Line {
		p.open[n-1].force = true
	}
	return concat(p.expr(x.True), p.breakBefore(x.If), p.token(x.If, "if "), p.expr(x.Cond),
		p.breakBefore(x.ElsePos), p.token(x.ElsePos, "else "), p.expr(x.False))
}

// breakBefore is a blank before a token, where a line may end inside of brackets.
func (p *printer) breakBefore(pos syntax.Position) *doc {
	if p.depth == 0 {
		return word(" ")
	}
	lead, _ := p.lead(pos, pos.Line)
	lead.add(newline(line, 0))
	return lead
}

// binary prints x = y of an argument or a parameter, or operators.
func (p *printer) binary(x *syntax.BinaryExpr) *doc {
	if x.Op == syntax.EQ {
		return concat(p.expr(x.X), p.token(x.OpPos, "="), p.expr(x.Y))
	}
	g := p.begin(false)
	g.add(&doc{kind: nest, parts: []*doc{p.operands(x)}})
	return p.end(g)
}

// operands prints what operators of one precedence connect. A line ends after an operator where it did, and inside of
// brackets where there is no room. The % of a format stays with its arguments.
func (p *printer) operands(x *syntax.BinaryExpr) *doc {
	d := &doc{kind: list}
	if left, ok := x.X.(*syntax.BinaryExpr); ok && level(left.Op) == level(x.Op) {
		d.add(p.operands(left))
	} else {
		d.add(p.expr(x.X))
	}
	d.add(word(" "), p.token(x.OpPos, x.Op.String()))
	_, end := x.X.Span()
	start, _ := x.Y.Span()
	ended := start.Line > end.Line
	switch {
	case p.depth == 0 && ended:
		d.add(word(" \\"), newline(hard, 0), p.expr(x.Y))
	case p.depth == 0 || x.Op == syntax.PERCENT && !ended:
		d.add(word(" "), p.expr(x.Y))
	case ended:
		if g := p.open[len(p.open)-1]; !g.bracket {
			g.force = true
		}
		lead, _ := p.lead(start, start.Line)
		d.add(lead, newline(line, 0), p.expr(x.Y))
	default:
		d.add(&doc{kind: fill, parts: []*doc{p.expr(x.Y)}})
	}
	return d
}

// level groups the operators that are read from left to right together.
func level(op syntax.Token) int {
	switch op {
	case syntax.OR, syntax.AND, syntax.PIPE, syntax.CIRCUMFLEX, syntax.AMP:
		return int(op)
	case syntax.LTLT, syntax.GTGT:
		return int(syntax.LTLT)
	case syntax.PLUS, syntax.MINUS:
		return int(syntax.PLUS)
	case syntax.STAR, syntax.PERCENT, syntax.SLASH, syntax.SLASHSLASH:
		return int(syntax.STAR)
	}
	return int(syntax.EQL)
}
