package format

import (
	"math"
	"strings"

	"go.starlark.net/syntax"
)

var endOfFile = syntax.MakePosition(nil, math.MaxInt32, 1)

// block prints statements, and the comments among them and behind them up to end, as far as these are not further
// left than column, where the block began.
func (p *printer) block(stmts []syntax.Stmt, depth int, column int32, end syntax.Position) {
	p.fresh = true
	for i, s := range stmts {
		start, _ := s.Span()
		for len(p.comments) > 0 && p.comments[0].before(start) {
			p.wholeComment(depth)
		}
		next := end
		if i+1 < len(stmts) {
			next, _ = stmts[i+1].Span()
		}
		p.emptyLines(start.Line, depth)
		p.stmt(s, depth, next)
	}
	for len(p.comments) > 0 && p.comments[0].before(end) && p.comments[0].col >= column {
		p.wholeComment(depth)
	}
	p.fresh = false
}

func (p *printer) wholeComment(depth int) {
	c := p.comments[0]
	p.comments = p.comments[1:]
	p.emptyLines(c.line, depth)
	layout(&p.out, word(c.text), depth)
	p.line, p.fresh = c.line, false
}

// emptyLines keeps those before a line of the text: one, or two outside of functions, but none at the begin of a block.
func (p *printer) emptyLines(line int32, depth int) {
	most := int32(1)
	if depth == 0 {
		most = 2
	}
	if !p.fresh {
		p.out.WriteString(strings.Repeat("\n", int(max(0, min(most, line-p.line-1)))))
	}
}

// stmt prints one statement; next is where the text goes on behind it.
func (p *printer) stmt(s syntax.Stmt, depth int, next syntax.Position) {
	switch s := s.(type) {
	case *syntax.DefStmt:
		params := bracket{"(", ")", s.Lparen, s.Rparen, p.items(s.Params), mayComma}
		p.header(concat(p.token(s.Def, "def "), p.expr(s.Name), p.bracket(params), word(":")), s.Body, depth, next)
	case *syntax.ForStmt:
		p.header(concat(p.token(s.For, "for "), p.expr(s.Vars), word(" in "), p.expr(s.X), word(":")), s.Body, depth, next)
	case *syntax.WhileStmt:
		p.header(concat(p.token(s.While, "while "), p.expr(s.Cond), word(":")), s.Body, depth, next)
	case *syntax.IfStmt:
		p.ifStmt(s, "if ", depth, next)
	default:
		d := p.simple(s)
		d.add(p.trailing(next))
		_, end := s.Span()
		p.print(d, depth, end.Line)
	}
}

func (p *printer) print(d *doc, depth int, line int32) {
	layout(&p.out, d, depth)
	p.line, p.fresh = line, false
}

// header prints what ends with a colon, and the block below it.
func (p *printer) header(d *doc, body []syntax.Stmt, depth int, next syntax.Position) {
	start, _ := body[0].Span()
	d.add(p.trailing(start))
	p.print(d, depth, start.Line)
	column := start.Col
	if p.sharesLine(start) {
		column = math.MaxInt32 // no comment can tell that it belongs there
	}
	p.block(body, depth+1, column, next)
}

// sharesLine tells whether there is something before pos in its line.
func (p *printer) sharesLine(pos syntax.Position) bool {
	before := []rune(p.lines[pos.Line-1])[:pos.Col-1]
	return strings.TrimSpace(string(before)) != ""
}

func (p *printer) ifStmt(s *syntax.IfStmt, keyword string, depth int, next syntax.Position) {
	end := next
	if s.False != nil {
		end = s.ElsePos
	}
	p.header(concat(p.token(s.If, keyword), p.expr(s.Cond), word(":")), s.True, depth, end)
	if s.False == nil {
		return
	}
	for len(p.comments) > 0 && p.comments[0].before(s.ElsePos) {
		p.wholeComment(depth)
	}
	if elif, ok := s.False[0].(*syntax.IfStmt); ok && elif.If == s.ElsePos {
		p.ifStmt(elif, "elif ", depth, next)
		return
	}
	p.header(p.token(s.ElsePos, "else:"), s.False, depth, next)
}

// simple prints a statement that has no block.
func (p *printer) simple(s syntax.Stmt) *doc {
	switch s := s.(type) {
	case *syntax.ExprStmt:
		return concat(p.expr(s.X))
	case *syntax.AssignStmt:
		return concat(p.expr(s.LHS), word(" "), p.token(s.OpPos, s.Op.String()), word(" "), p.expr(s.RHS))
	case *syntax.BranchStmt:
		return p.token(s.TokenPos, s.Token.String())
	case *syntax.ReturnStmt:
		d := p.token(s.Return, "return")
		if s.Result != nil {
			d.add(word(" "), p.expr(s.Result))
		}
		return d
	case *syntax.LoadStmt:
		return p.load(s)
	}
	panic("a statement of unknown type")
}

// load prints a load statement. Its names are strings in the text, but not in the tree.
func (p *printer) load(s *syntax.LoadStmt) *doc {
	items := p.items([]syntax.Expr{s.Module})
	for i, to := range s.To {
		from := s.From[i]
		it := item{start: to.NamePos, end: from.NamePos}
		it.print = func() *doc { return p.token(to.NamePos, p.quoted(from)) }
		if to != from {
			it.named = true
			it.print = func() *doc {
				return concat(p.token(to.NamePos, to.Name+"="), p.token(from.NamePos, p.quoted(from)))
			}
		}
		items = append(items, it)
	}
	open := s.Load
	open.Col += int32(len("load"))
	return concat(p.token(s.Load, "load"), p.bracket(bracket{"(", ")", open, s.Rparen, items, mayComma}))
}

// quoted is a name in a load statement, in the quotes that it has in the text.
func (p *printer) quoted(name *syntax.Ident) string {
	before := []rune(p.lines[name.NamePos.Line-1])[:name.NamePos.Col-1]
	if quoted := syntax.Quote(name.Name, false); before[len(before)-1] != '\'' || strings.ContainsAny(quoted, `'\`) {
		return quoted
	}
	return "'" + name.Name + "'"
}
