package edit

import (
	"context"
	"os"
)

// A Completer returns what may stand in the place of text[From:cursor].
type Completer func(text string, cursor int) Candidates

// Candidates replace the text from From to the cursor.
type Candidates struct {
	From int
	List []Candidate
}

// A Candidate is one of them, with a few words on it.
type Candidate struct{ Text, Note string }

// A Styler returns how parts of text[from:to], some of its lines, look.
type Styler func(text string, cursor, from, to int) []Span

// A Hinter returns one line that is shown below the block, and which bytes of it stand out.
type Hinter func(text string, cursor int) (hint string, from, to int)

// Options say what an Editor works with. Functions may be nil.
type Options struct {
	In, Out  *os.File            // the terminal
	Env      func(string) string // the user's wishes: NO_COLOR, EDITOR…
	Prompt   func(context.Context) string
	Complete func(text string) bool // the block may be evaluated as it is
	Tab      Completer
	Style    Styler
	Hint     Hinter
	History  *History
	Vi       bool
	Notice   func(error) // what did not stop the editor
}
