package task

// Alone tells whether the program neither lends, takes nor has a child: then
// it can be part of another one. One with an argument that cannot be passed can
// not: it would keep the other from running.
func (p *Program) Alone() bool {
	return len(p.lent)+len(p.takes)+len(p.child) == 0 && !p.replaces && p.err == nil
}

// Calls are the calls of the program, also those that the engine has added.
func (p *Program) Calls() []*Call { return p.calls }

// Append adds the calls of q, which must be Alone, at the end. What q does at
// its end is done at the end of all.
func (p *Program) Append(q *Program) {
	p.calls = append(p.calls, q.calls...)
	p.drops = append(p.drops, q.drops...)
	p.moves, p.alters = p.moves || q.moves, p.alters || q.alters
	if len(p.finally) == 0 {
		p.finally = q.finally
	}
}

// Size is about how many bytes of the arena the arguments of the program take.
func (p *Program) Size() (n int) {
	for _, c := range p.calls {
		for _, a := range c.args {
			n += len(a.s)
			if a.buf != nil {
				n += len(a.buf.b)
			}
		}
	}
	return n
}
