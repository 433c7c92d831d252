package edit

import (
	"strings"

	"github.com/chzyer/readline"
)

// A search goes through the history for blocks that contain what is typed.
type search struct {
	query  string
	index  int  // of the block shown; -1: none yet
	found  bool // it contains query
	before state
	recall recall
}

func (s *search) String() string {
	if s.query != "" && !s.found {
		return "no block contains: " + s.query
	}
	return "search: " + s.query
}

func (e *Editor) startSearch() {
	e.search = &search{index: -1, before: e.buf.state(), recall: e.recall}
}

// searchKey handles a key while searching. It returns false for one that ends the search and means what it
// always means.
func (e *Editor) searchKey(k key) bool {
	s := e.search
	switch k {
	case readline.CharBckSearch:
		s.seek(e, s.index+1, 1)
	case readline.CharFwdSearch:
		s.seek(e, s.index-1, -1)
	case readline.CharBackspace, readline.CharCtrlH:
		s.query = s.query[:left(s.query, len(s.query))]
		s.seek(e, 0, 1)
	case keyCtrlG, keyEscape, readline.CharInterrupt:
		e.search = nil
		e.show(s.before)
		e.recall = s.recall
	case keyPaste:
		s.query += e.tty.pasted
		s.seek(e, max(s.index, 0), 1)
	default:
		if !isText(k) {
			e.search = nil
			return k == readline.CharTab || k == alt('\r')
		}
		s.query += string(k)
		s.seek(e, max(s.index, 0), 1)
	}
	return true
}

// seek shows the next block from i on that contains the query and is not the one shown.
func (s *search) seek(e *Editor, i, by int) {
	if s.query == "" || i < 0 {
		s.found = s.found && s.query != ""
		return
	}
	for ; i >= 0; i += by {
		block, ok := e.o.History.Block(i)
		if !ok {
			break
		}
		if strings.Contains(block, s.query) && (block != e.buf.text || i == s.index || s.index < 0) {
			s.index, s.found = i, true
			e.recall.recalled = true
			e.show(state{block, strings.Index(block, s.query)})
			return
		}
	}
	s.found = strings.Contains(e.buf.text, s.query) && s.index >= 0
}
