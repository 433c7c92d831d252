package builtins

import (
	"errors"

	"go.starlark.net/starlark"

	"nstar/builtins/internal/seccomp"
)

// filterBy takes the parameter seccomp: the filter that the program, and not
// the task that starts it, is under.
func (p *program) filterBy(v starlark.Value) error {
	f, err := filterArg("seccomp", v)
	if f == nil || err != nil {
		return err
	}
	if err := f.startable(); err != nil {
		return err
	}
	if seccomp.Notifies(f.code) {
		return errors.New("the filter leaves calls to a listener, and there would be none")
	}
	p.cmd.Filter = f.engine(Flags{SeccompFlagFamily, 0})
	return nil
}
