package interp

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"nstar/interp/edit"
)

// LineReader returns the reader for a prompt: the editor if the session was given one, else the plain reader.
func (in *Interp) LineReader() LineReader {
	if in.editor != nil {
		return in.editor
	}
	return in.PlainReader()
}

// newEditor makes the editor of a session whose standard input and output are the terminal, and opens the
// history: whatever the session does later to the folders that it is in, it is kept.
func (in *Interp) newEditor(o Options) (*edit.Editor, error) {
	stdin, isIn := o.Stdin.(*os.File)
	stdout, isOut := o.Stdout.(*os.File)
	if !isIn || !isOut {
		return nil, errors.New("the editor needs a terminal on both ends")
	}
	env := lookup(o.Env)
	history, err := edit.OpenHistory(edit.HistoryPath(env))
	if err != nil {
		fmt.Fprintf(o.Stderr, "nstar: %v\n", err)
	}
	return edit.New(edit.Options{
		In: stdin, Out: stdout, Env: env, History: history, Vi: env("NSTAR_EDIT") == "vi",
		Prompt:   in.promptText,
		Complete: in.completeBlock,
		Style:    edit.Colours(in.isWord),
		Tab:      in.tab,
		Hint:     in.hint,
		Notice:   func(err error) { fmt.Fprintf(in.notes, "nstar: %v\n", err) },
	})
}

// completeBlock is complete for a text of several statements: those before the last one are.
func (in *Interp) completeBlock(text string) bool {
	return complete(in.dialect, text[edit.LastStatement(text):])
}

// isWord tells whether every session knows a name from its start.
func (in *Interp) isWord(name string) bool { return in.host.Predeclared().Has(name) }

// lookup returns a getenv for environ; of a name that is there twice the first holds, as for getenv(3).
func lookup(environ []string) func(string) string {
	return func(name string) string {
		for _, e := range environ {
			if value, ok := strings.CutPrefix(e, name+"="); ok {
				return value
			}
		}
		return ""
	}
}
