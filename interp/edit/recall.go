package edit

import "strings"

// A recall is the way through the history with Up and Down. It begins with the block that was being typed,
// and stops at blocks that begin with what stood before the cursor.
type recall struct {
	active   bool // the key before this one was on the way
	again    bool // this one is
	recalled bool // the block was in the history before
	index    int  // of the history's blocks; -1: the draft
	prefix   string
	draft    state
	wasNew   bool // the draft was not of the history
}

func (e *Editor) older() {
	r := &e.recall
	if !r.active {
		r.index, r.draft, r.prefix, r.wasNew = -1, e.buf.state(), e.buf.text[:e.buf.cursor], !r.recalled
	}
	r.again = true
	for i := r.index + 1; ; i++ {
		block, ok := e.o.History.Block(i)
		if !ok {
			if r.prefix != "" {
				e.note = "no older block begins like this"
			}
			return
		}
		if strings.HasPrefix(block, r.prefix) && block != e.buf.text {
			r.index, r.recalled = i, true
			e.show(state{block, len(block)})
			return
		}
	}
}

func (e *Editor) newer() {
	r := &e.recall
	if !r.active {
		return
	}
	r.again = true
	for i := r.index - 1; i >= 0; i-- {
		if block, _ := e.o.History.Block(i); strings.HasPrefix(block, r.prefix) && block != e.buf.text {
			r.index = i
			e.show(state{block, len(block)})
			return
		}
	}
	if r.index >= 0 {
		r.index, r.recalled = -1, !r.wasNew
		e.show(r.draft)
	}
}

// show puts a block of the history in the place of the text. Undo takes it back.
func (e *Editor) show(s state) {
	e.buf.replace(0, len(e.buf.text), s.text)
	e.buf.cursor = s.cursor
	e.top = 0
}
