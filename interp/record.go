package interp

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"syscall"

	"go.starlark.net/syntax"
)

// A record is what was typed at the prompt, what of it succeeded, and what it printed.
type record struct {
	entries []*entry // touched by the goroutine of the prompt, and with the interpreter lock held

	mu   sync.Mutex
	open *entry // guarded by mu: it gets what is printed now; nil: nobody does
}

// An entry is one block.
type entry struct {
	input   string // as typed
	pieces  []piece
	stopped bool // by Ctrl-C: it would go on for ever where nobody presses that

	output bytes.Buffer // guarded by record.mu, and
	full   bool
}

// A piece is a statement that succeeded.
type piece struct {
	code  string // with the comments before it
	at    int    // where in code the statement begins
	stmt  syntax.Stmt
	value bool // it left a value in _
	final bool // the current task became a program by it: a script has no more after that
}

// begin adds an entry, which gets what is printed until end.
func (r *record) begin(input string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open = &entry{input: input}
	r.entries = append(r.entries, r.open)
}

func (r *record) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open = nil
}

// stopped notes that the last block was interrupted.
func (r *record) stopped() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.entries[len(r.entries)-1].stopped = true
}

// add notes statement i of a block, which begins at line first of what was typed, as one that succeeded.
func (r *record) add(block string, first int, stmts []syntax.Stmt, i int, value bool) {
	if len(r.entries) == 0 {
		return
	}
	e := r.entries[len(r.entries)-1]
	from, to := 0, len(block)
	at := offset(block, first, syntax.Start(stmts[i]))
	if i > 0 {
		from = at
	}
	if i+1 < len(stmts) {
		to = offset(block, first, syntax.Start(stmts[i+1]))
	}
	code := strings.TrimRight(block[from:to], "; \t\r\n")
	e.pieces = append(e.pieces, piece{code: code, at: at - from, stmt: stmts[i], value: value})
}

// became notes that the current task became a program by the last statement that was added.
func (r *record) became() {
	e := r.entries[len(r.entries)-1]
	e.pieces[len(e.pieces)-1].final = true
}

// remark notes a block that has only comments.
func (r *record) remark(block string) {
	if block = strings.TrimSpace(block); strings.HasPrefix(block, "#") && len(r.entries) > 0 {
		e := r.entries[len(r.entries)-1]
		e.pieces = append(e.pieces, piece{code: block, stmt: nothing})
	}
}

// nothing is the statement of a piece that is all comments.
var nothing = &syntax.BranchStmt{Token: syntax.PASS}

// offset is where in block, whose first line has that number, a position is.
func offset(block string, first int, pos syntax.Position) int {
	at := 0
	for line := first; line < int(pos.Line); line++ {
		at += strings.IndexByte(block[at:], '\n') + 1
	}
	col := 1
	for i := range block[at:] {
		if col == int(pos.Col) {
			return at + i
		}
		col++
	}
	return len(block)
}

// seen is what went through nstar to the output of the open entry.
func (r *record) seen(p []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.open == nil || r.open.full {
		return
	}
	if r.open.output.Len()+len(p) > longestOutput {
		r.open.full = true
		r.elsewhere()
		return
	}
	r.open.output.Write(p)
}

// longestOutput is how much of what a block prints is kept.
const longestOutput = 64 << 10

// passed notes that something else may have been printed.
func (r *record) passed() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.open != nil {
		r.elsewhere()
	}
}

func (r *record) elsewhere() {
	out := &r.open.output
	if n := out.Len(); n > 0 && out.Bytes()[n-1] != '\n' {
		out.WriteByte('\n')
	}
	if !bytes.HasSuffix(out.Bytes(), []byte(straight+"\n")) {
		out.WriteString(straight + "\n")
	}
}

// A recorder is one of the session's outputs, with the record looking on.
type recorder struct {
	w     io.Writer
	r     *record
	ready func() // returns when a pipe that nobody reads is an error, and not the end of this process
}

func (t recorder) Write(p []byte) (int, error) {
	t.ready()
	n, err := t.w.Write(p)
	t.r.seen(p[:n])
	return n, err
}

// SyscallConn is the descriptor behind t, where there is one: programs write to it directly.
func (t recorder) SyscallConn() (syscall.RawConn, error) {
	c, ok := t.w.(syscall.Conn)
	if !ok {
		return nil, errors.ErrUnsupported
	}
	raw, err := c.SyscallConn()
	if err == nil {
		t.r.passed()
	}
	return raw, err
}

// mentions tells whether a statement has a name in it.
func mentions(stmt syntax.Stmt, name string) bool { return slices.Contains(mentioned(stmt), name) }

// mentioned lists the names in a statement, but those that it only binds.
func mentioned(stmt syntax.Stmt) []string {
	if s, ok := stmt.(*syntax.AssignStmt); ok && s.Op == syntax.EQ {
		bound := rebound(s)
		left := slices.DeleteFunc(namesIn(s.LHS), func(name string) bool { return slices.Contains(bound, name) })
		return append(left, namesIn(s.RHS)...)
	}
	return namesIn(stmt)
}

func namesIn(n syntax.Node) []string {
	var names []string
	syntax.Walk(n, func(n syntax.Node) bool {
		if id, ok := n.(*syntax.Ident); ok {
			names = append(names, id.Name)
		}
		return true
	})
	return names
}

// caller returns the name of the function that a statement calls, if it does nothing else.
func caller(stmt syntax.Stmt) string {
	x, ok := stmt.(*syntax.ExprStmt)
	if !ok {
		return ""
	}
	call, ok := x.X.(*syntax.CallExpr)
	if !ok {
		return ""
	}
	id, ok := call.Fn.(*syntax.Ident)
	if !ok {
		return ""
	}
	return id.Name
}
