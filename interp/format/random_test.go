package format

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestRandom formats programs that nobody would write.
func TestRandom(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		w := &writer{Rand: rand.New(rand.NewPCG(seed, 1))}
		w.block(0, 4)
		if _, err := dialect.Parse("random", w.out.String(), 0); err != nil {
			t.Fatalf("seed %d: the test is wrong: %v\n%s", seed, err, w.out.String())
		}
		check(t, fmt.Sprint("seed ", seed), w.out.String())
	}
}

// FuzzSource formats whatever parses.
func FuzzSource(f *testing.F) {
	for _, s := range []string{"x = [ # a\n [ # b\n 1]]", "f(a,\r\n b)", "if a:b\nelif c:d\nelse:\n e", "(1 .x, 1.0 .y)", "x=\"\"\"\n#\"\"\"#"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := dialect.Parse("fuzz", text, 0); err == nil {
			check(t, "fuzz", text)
		} else if _, err := Source("fuzz", []byte(text), dialect); err == nil {
			t.Error("what does not parse was formatted")
		}
	})
}

// A writer writes a random program: odd blanks, comments and ends of lines wherever they may be.
type writer struct {
	*rand.Rand
	out   strings.Builder
	depth int // of brackets
}

func (w *writer) pick(list ...string) string { return list[w.IntN(len(list))] }

func (w *writer) text(parts ...string) {
	for _, part := range parts {
		w.out.WriteString(part)
	}
}

// gap is what may stand between two tokens.
func (w *writer) gap() {
	switch n := w.IntN(40); {
	case n < 6:
		w.text(w.pick(" ", "  ", "\t"))
	case n < 8 && w.depth > 0:
		w.text(" # c", fmt.Sprint(w.IntN(100)), "\n")
	case n < 10 && w.depth > 0:
		w.text(w.pick("\n", "\n\n", "\n   # alone\n", "\n# alone\n\n# more\n"))
	case n == 10 && w.depth == 0:
		w.text(" \\\n ")
	}
}

func (w *writer) token(text string) { w.gap(); w.text(text); w.gap() }

// blank separates words.
func (w *writer) blank() { w.text(" "); w.gap() }

func (w *writer) block(indent, most int) {
	margin := strings.Repeat("  ", indent)
	for range 1 + w.IntN(most) {
		if w.IntN(4) == 0 {
			w.text(w.pick("", "  ", margin, margin+"   "), "# comment", w.pick("\n", "\n\n", "\n\n\n\n"))
		}
		if w.IntN(4) == 0 {
			w.text("\n")
		}
		w.text(margin)
		if indent < 3 && w.IntN(3) == 0 {
			w.compound(indent, most)
			continue
		}
		w.simple()
		if w.IntN(6) == 0 {
			w.text(";")
			w.simple()
		}
		w.endLine()
	}
	if w.IntN(4) == 0 {
		w.text(margin, "# the end\n")
	}
}

func (w *writer) endLine() { w.text(w.pick("", "", " ", "# c", "  # comment"), "\n") }

func (w *writer) suite(indent, most int) {
	if w.IntN(4) == 0 {
		w.text(" ")
		w.simple()
		w.endLine()
		return
	}
	w.endLine()
	w.block(indent+1, most-1)
}

func (w *writer) compound(indent, most int) {
	switch w.IntN(4) {
	case 0:
		w.text("def f(")
		w.depth++
		w.params(")")
		w.depth--
		w.text("):")
	case 1:
		w.text("for ")
		w.text(w.pick("a", "a, b", "(a, b)"))
		w.text(" in ")
		w.expr(2)
		w.text(":")
	case 2:
		w.text("while ")
		w.expr(2)
		w.text(":")
	case 3:
		w.text("if ")
		w.expr(2)
		w.text(":")
		w.suite(indent, most)
		for range w.IntN(3) {
			w.text(strings.Repeat("  ", indent), "elif ")
			w.expr(2)
			w.text(":")
			w.suite(indent, most)
		}
		if w.IntN(2) == 0 {
			return
		}
		w.text(strings.Repeat("  ", indent), "else:")
	}
	w.suite(indent, most)
}

func (w *writer) simple() {
	switch w.IntN(5) {
	case 0:
		w.text(w.pick("a", "a, b", "a.b", "a[1]"))
		w.token(w.pick("=", "="))
		w.expr(4)
	case 1:
		w.text("a")
		w.token(w.pick("+=", "|=", "//="))
		w.expr(4)
	case 2:
		w.text(w.pick("pass", `load("a.star", "b", c='d')`, "load('m',\n  # why\n 'x', # x\n)", `"""a`+"\n"+`b # no comment"""`))
	case 3:
		w.expr(5)
	case 4:
		w.expr(3)
		w.text(",")
		w.gap()
		w.expr(3)
	}
}

// params are those of a function; each ends with a comma or not, as the last one may.
func (w *writer) params(end string) {
	for i := range w.IntN(4) {
		w.token(fmt.Sprint("p", i))
		if w.IntN(2) == 0 {
			w.token("=")
			w.expr(1)
		}
		w.token(",")
	}
	if w.IntN(2) == 0 {
		w.token("*args")
		w.text(",")
	}
	if w.IntN(2) == 0 || end == ":" {
		w.token("**kw")
	}
}

func (w *writer) items(n int, item func()) {
	w.depth++
	defer func() { w.depth-- }()
	w.gap()
	for i := range n {
		if i > 0 {
			w.token(",")
		}
		item()
	}
	if n > 0 && w.IntN(2) == 0 {
		w.token(",")
	}
	w.gap()
}

func (w *writer) atom() {
	w.text(w.pick("x", "yy", "a_long_name_of_something", "1", "0x1F", "1.5", "'s'", `"t # no comment"`, `r'\''`, `b"\x00"`, `'''q"'''`, `"\\"`,
		"1 .real", strings.Repeat("wide", 8)))
}

// expr is an expression that may stand wherever one may: operators are in parentheses.
func (w *writer) expr(deep int) {
	if deep <= 0 {
		w.atom()
		return
	}
	switch w.IntN(12) {
	case 0, 1:
		w.text("[")
		w.items(w.IntN(6), func() { w.expr(deep - 1) })
		w.text("]")
	case 2:
		w.text("{")
		w.items(w.IntN(4), func() { w.expr(deep - 2); w.token(":"); w.expr(deep - 1) })
		w.text("}")
	case 3, 4:
		w.text("f(")
		w.items(w.IntN(5), func() {
			if w.IntN(3) == 0 {
				w.text("k")
				w.token("=")
			}
			w.expr(deep - 1)
		})
		w.text(")")
	case 5:
		w.bracketed("(", ")", func() {
			w.expr(deep - 1)
			for range 1 + w.IntN(4) {
				w.blank()
				w.text(w.pick("+", "-", "*", "%", "and", "or", "|", "<<", "//"))
				w.blank()
				w.expr(deep - 1)
			}
		})
	case 6:
		w.bracketed("(", ")", func() {
			w.expr(deep - 1)
			w.blank()
			w.text("if")
			w.blank()
			w.expr(deep - 2)
			w.blank()
			w.text("else")
			w.blank()
			w.expr(deep - 1)
		})
	case 7:
		w.bracketed("[", "]", func() {
			w.expr(deep - 1)
			w.text(" for a in ")
			w.expr(deep - 2)
			if w.IntN(2) == 0 {
				w.blank()
				w.text("if ")
				w.expr(deep - 2)
			}
		})
	case 8:
		w.bracketed("(", ")", func() {
			w.text("lambda ")
			w.params(":")
			w.token(":")
			w.expr(deep - 1)
		})
	case 9:
		w.text("z[")
		w.depth++
		w.expr(deep - 1)
		w.token(w.pick("", ":", "::", ":1", "::2"))
		w.depth--
		w.text("]")
	case 10:
		w.text(w.pick("(not x)", "(-x)", "(x.y.z)", "(1,)", "()", "(x not in y)", "(-\n# odd\n1)", "(x.# odd\ny)"))
	default:
		w.text("(")
		w.items(2+w.IntN(3), func() { w.expr(deep - 1) })
		w.text(")")
	}
}

func (w *writer) bracketed(open, shut string, f func()) {
	w.text(open)
	w.depth++
	w.gap()
	f()
	w.gap()
	w.depth--
	w.text(shut)
}
