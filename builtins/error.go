package builtins

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// An Error is why a word failed. It is made in one place, the wrapper around
// every word; a word returns what the engine or the host gave it.
type Error struct {
	Word  string         // which word
	Call  string         // the system call as strace would print it, if one failed
	Errno unix.Errno     // 0 if the reason is not the kernel's
	Text  string         // the reason, where there is no Errno
	Hint  string         // which rule refused, and what to do; "" where that is not known
	Args  starlark.Tuple // what the word was given, in the order of its signature

	cause error
	at    *Call // which use of the word, for explain to look at its task again
}

// Error prints one line, and the hint on a second.
func (e *Error) Error() string {
	if e.Hint == "" {
		return e.Message()
	}
	return e.Message() + "\nhint: " + e.Hint
}

// Message is the error without its hint.
func (e *Error) Message() string {
	text := e.Text
	if e.Errno != 0 {
		text = fmt.Sprintf("%s (%s)", errnoName(e.Errno), e.Errno.Error())
		if detail := e.detail(); detail != "" {
			text += ": " + detail
		}
	}
	return e.Word + ": " + text
}

// detail is what there is to say beside the errno: the call, or what the host
// was about when it failed.
func (e *Error) detail() string {
	if e.Call != "" {
		return e.Call
	}
	return strings.TrimSuffix(strings.TrimSuffix(e.Text, e.Errno.Error()), ": ")
}

// Unwrap lets errors.Is and errors.As see the errno and the engine's error.
func (e *Error) Unwrap() error { return e.cause }

func errnoName(errno unix.Errno) string {
	if name := task.ErrnoName(errno); name != "" {
		return name
	}
	return fmt.Sprintf("errno %d", int(errno))
}

// passes tells errors that go through a word as they are: those that are no
// failure but an order, and those that have their word already.
func passes(err error) bool {
	var done *Error
	var eval *starlark.EvalError
	return unstoppable(err) || errors.As(err, &done) || errors.As(err, &eval)
}

// unstoppable tells the errors that no script may catch.
func unstoppable(err error) bool {
	var exit *ExitError
	var replaced *Replaced
	var skipped *Skipped
	return errors.As(err, &exit) || errors.As(err, &replaced) || errors.As(err, &skipped)
}

// failed makes the Error of a word from what its Func returned.
func (c *Call) failed(err error) error {
	if passes(err) {
		return err
	}
	if c.ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return &interrupted{c.name, err}
	}
	e := &Error{Word: c.name, Text: err.Error(), Args: c.shown(), cause: err, at: c}
	e.fromKernel(err)
	if c.Word.name != "explain" {
		c.Host.lastError = e
	}
	var usage *usageError
	if errors.As(err, &usage) {
		e.Hint = "the signature is " + c.Word.Sig
		return e
	}
	e.Hint = c.hinted(e)
	return e
}

// interrupted is the end of a word whose context has ended.
type interrupted struct {
	word  string
	cause error
}

func (e *interrupted) Error() string { return e.word + ": interrupted" }

func (e *interrupted) Unwrap() error { return e.cause }

// fromKernel fills in call and errno where err has them: from the engine, or
// from a call that the host made for the word.
func (e *Error) fromKernel(err error) {
	var call *task.Error
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &call):
		e.Errno, e.Call = call.Errno, call.Text
		return
	case errors.As(err, &path):
		e.Call = fmt.Sprintf("%s(%q)", path.Op, path.Path)
	case errors.As(err, &link):
		e.Call = fmt.Sprintf("%s(%q, %q)", link.Op, link.Old, link.New)
	}
	if !errors.As(err, &e.Errno) && e.Call != "" {
		e.Call = "" // Text has it all
	}
}

// shown are the arguments that were given, without task.
func (c *Call) shown() starlark.Tuple {
	var args starlark.Tuple
	for i, p := range c.params {
		if i < len(c.given) && c.given[i] && p.Name != "task" {
			args = append(args, c.values[i])
		}
	}
	return args
}
