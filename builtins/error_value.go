package builtins

import (
	"errors"

	"go.starlark.net/starlark"

	"nstar/builtins/internal/task"
)

// errorValue is an error as catch shows it to a script.
type errorValue struct{ *Error }

var (
	_ starlark.Value    = errorValue{}
	_ starlark.HasAttrs = errorValue{}
)

// newErrorValue finds the word's error in err, or makes one without a word
// where the language itself refused.
func newErrorValue(err error) errorValue {
	var e *Error
	if errors.As(err, &e) {
		return errorValue{e}
	}
	return errorValue{&Error{Text: err.Error(), cause: err}}
}

func (e errorValue) message() string {
	if e.Word == "" {
		return e.Text
	}
	return e.Message()
}

// String prints the message; the hint is an attribute.
func (e errorValue) String() string { return e.message() }

// Type is "error".
func (e errorValue) Type() string { return "error" }

// Freeze does nothing: an error does not change.
func (e errorValue) Freeze() {}

// Truth is true: catch(f).error asks whether there was one.
func (e errorValue) Truth() starlark.Bool { return true }

// Hash is refused: nobody needs errors as keys.
func (e errorValue) Hash() (uint32, error) { return 0, errors.New("unhashable type: error") }

// AttrNames lists the fields.
func (e errorValue) AttrNames() []string {
	return []string{"args", "call", "errno", "hint", "message", "word"}
}

// Attr has the fields; errno is symbolic, and "" where no call failed.
func (e errorValue) Attr(name string) (starlark.Value, error) {
	switch name {
	case "word":
		return starlark.String(e.Word), nil
	case "errno":
		return starlark.String(task.ErrnoName(e.Errno)), nil
	case "call":
		return starlark.String(e.Call), nil
	case "args":
		return e.Args, nil
	case "message":
		return starlark.String(e.message()), nil
	case "hint":
		return starlark.String(e.Hint), nil
	}
	return nil, nil
}

// ErrorValue is err as a prompt shows it to who types: catch returns the same.
func ErrorValue(err error) starlark.Value { return newErrorValue(err) }
