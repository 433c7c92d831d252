package builtins

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// A resultValue is how a program that run has waited for ended, and what it
// wrote: None where that was not captured.
type resultValue struct {
	*StatusValue
	stdout, stderr starlark.Value
}

var (
	_ starlark.HasAttrs   = (*resultValue)(nil)
	_ starlark.Comparable = (*resultValue)(nil)
)

// newResult is the result of p, whose outputs are complete.
func (p *program) newResult(s *StatusValue) *resultValue {
	r := &resultValue{StatusValue: s, stdout: starlark.None, stderr: starlark.None}
	if p.screen != nil {
		r.stdout = starlark.String(p.screen.String())
	}
	for _, o := range p.outputs {
		if !p.capture {
			continue
		}
		text := starlark.String(o.w.(*bytes.Buffer).String())
		if o.n == 1 {
			r.stdout = text
		} else {
			r.stderr = text
		}
	}
	return r
}

// Type is "result".
func (r *resultValue) Type() string { return "result" }

// AttrNames lists the fields.
func (r *resultValue) AttrNames() []string {
	return []string{"code", "core", "pid", "rusage", "signal", "stderr", "stdout"}
}

// Attr has the fields of a status, stdout and stderr.
func (r *resultValue) Attr(name string) (starlark.Value, error) {
	switch name {
	case "stdout":
		return r.stdout, nil
	case "stderr":
		return r.stderr, nil
	}
	return r.StatusValue.Attr(name)
}

// CompareSameType compares all but the rusage.
func (r *resultValue) CompareSameType(op syntax.Token, other starlark.Value, depth int) (bool, error) {
	o := other.(*resultValue)
	if op != syntax.EQL && op != syntax.NEQ {
		return false, errors.New("there is no order among results")
	}
	same, err := r.StatusValue.CompareSameType(syntax.EQL, o.StatusValue, depth)
	same = same && r.stdout == o.stdout && r.stderr == o.stderr
	return same == (op == syntax.EQL), err
}

// A failedProgram is the error of a program that did not succeed. catch shows
// the result as the value.
type failedProgram struct {
	name   string
	result *resultValue
}

func (e *failedProgram) Error() string {
	text := e.result.String()
	if s := e.result.Status; s.Known && s.Signal == 0 {
		text = fmt.Sprintf("exited with status %d", s.Code)
	} else if s.Known {
		text = "was " + text
	}
	text = fmt.Sprintf("%q %s", e.name, text)
	if last := e.lastWords(); last != "" {
		text += ": " + last
	}
	return text
}

// lastWords is the last line that the program wrote to a captured standard
// error, where it most likely says why.
func (e *failedProgram) lastWords() string {
	const most = 200
	written, _ := starlark.AsString(e.result.stderr)
	written = strings.TrimSpace(written)
	last := []rune(written[strings.LastIndexByte(written, '\n')+1:])
	if len(last) > most {
		return string(last[:most]) + "…"
	}
	return string(last)
}
