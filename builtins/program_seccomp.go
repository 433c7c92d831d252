package builtins

import (
	"errors"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/seccomp"
)

// filterBy takes the parameter seccomp: the filter that the program, and not
// the task that starts it, is under.
func (p *program) filterBy(o common) error {
	f, err := filterArg("seccomp", o.seccomp)
	if f == nil || err != nil {
		return err
	}
	flags := f.flags
	if seccomp.Notifies(f.code) {
		flags.Value |= unix.SECCOMP_FILTER_FLAG_NEW_LISTENER
	}
	listens := flags.Value&unix.SECCOMP_FILTER_FLAG_NEW_LISTENER != 0
	if listens && !o.listen {
		return errors.New("the filter leaves calls to a listener, and nobody would answer them; spawn returns a task with t.listener")
	}
	p.cmd.Filter = f.engine(flags)
	return f.startable(listens)
}
