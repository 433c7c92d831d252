package builtins

import (
	"fmt"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// This file judges a call by its text: what is an error whatever the values are.

// Fit is the error of a call of b with args arguments by place and these by
// name, or nil. An open call has *args or **kwargs besides, so nothing is known
// to be missing.
func (b *Builtin) Fit(args int, names []string, open bool) error {
	params, err := b.sig.parse()
	if err != nil {
		return err
	}
	tuple := make(starlark.Tuple, args)
	for i := range tuple {
		tuple[i] = starlark.None
	}
	kwargs := make([]starlark.Tuple, len(names))
	for i, name := range names {
		kwargs[i] = starlark.Tuple{starlark.String(name), starlark.None}
	}
	if open {
		_, _, err = distribute(params, tuple, kwargs)
	} else {
		_, _, err = bind(params, tuple, kwargs)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", b.name, err)
	}
	return nil
}

// FitFlags is the error of an argument v for a parameter whose default is a
// kernel constant: only its family will do, so that the default tells.
func (b *Builtin) FitFlags(param Param, v Flags) error {
	want, ok := param.Default.(Flags)
	if !ok {
		return nil
	}
	if err := want.unpack(param.Name, v); err != nil {
		return fmt.Errorf("%s: %w", b.name, err)
	}
	return nil
}

// Join is x op y of kernel constants as the language has it.
func Join(op syntax.Token, x, y Flags) (Flags, error) {
	v, err := x.Binary(op, y, starlark.Left)
	if err != nil {
		return Flags{}, err
	}
	joined, ok := v.(Flags)
	if !ok {
		return Flags{}, fmt.Errorf("unknown binary op: %s %s %s", x.Type(), op, y.Type())
	}
	return joined, nil
}
