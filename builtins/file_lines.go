package builtins

import (
	"bytes"
	"errors"
	"strings"

	"go.starlark.net/starlark"
)

// linesValue is the lines of a file for a loop. It keeps the call that made
// it, and with it the task that reads and the context that interrupts.
type linesValue struct {
	file *FileValue
	call *Call
}

var _ starlark.Iterable = (*linesValue)(nil)

func (l *linesValue) String() string        { return "<lines of " + l.file.String() + ">" }
func (l *linesValue) Type() string          { return "lines" }
func (l *linesValue) Freeze()               {}
func (l *linesValue) Truth() starlark.Bool  { return true }
func (l *linesValue) Hash() (uint32, error) { return 0, errors.New("unhashable type: lines") }

// Iterate goes on where the file is.
func (l *linesValue) Iterate() starlark.Iterator { return (*linesIterator)(l) }

type linesIterator linesValue

// Next reads until it has a line. An iterator of the language cannot return an
// error, so one cancels the thread.
func (l *linesIterator) Next(p *starlark.Value) bool {
	for l.call.ctx.Err() == nil {
		if line, rest, ok := bytes.Cut(l.file.rest, []byte{'\n'}); ok {
			l.file.rest = rest
			*p = starlark.String(line)
			return true
		}
		more, err := l.file.readChunk(l.call, fileChunk)
		if err != nil {
			l.call.Thread.Cancel(strings.TrimSpace(l.call.failed(err).Error()))
			return false
		}
		if len(more) == 0 {
			return l.last(p)
		}
		l.file.rest = append(l.file.rest, more...)
	}
	return false
}

// Iterate is that of f.lines() without task: a loop over a file reads as the
// current task of the thread that runs. Nothing else tells an iterator who
// that is.
func (f *FileValue) Iterate() starlark.Iterator {
	thread := f.host.running
	s := stateOf(thread)
	c := &Call{Host: f.host, Thread: thread, Word: fileMethods()["lines"], Self: f, name: "file.lines", ctx: s.ctx}
	var err error
	if c.Task, err = c.Current(); err != nil {
		thread.Cancel(strings.TrimSpace(c.failed(err).Error()))
		return starlark.Tuple{}.Iterate()
	}
	return &linesIterator{file: f, call: c}
}

// last is the line at the end of a file that has no newline there.
func (l *linesIterator) last(p *starlark.Value) bool {
	line := l.file.takeRest(-1)
	*p = starlark.String(line)
	return len(line) > 0
}

// Done does nothing: what was read too much stays with the file.
func (l *linesIterator) Done() {}
