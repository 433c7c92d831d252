package builtins

import (
	"errors"
	"fmt"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/seccomp"
	"nstar/builtins/internal/task"
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

// filterExec has c.Task execute cmd under a filter. Which files can be executed
// is asked before: when it is in place, the task may be able to nothing else.
func (c *Call) filterExec(cmd *task.Command, v starlark.Value) error {
	f, err := filterArg("seccomp", v)
	if f == nil || err != nil {
		return err
	}
	if seccomp.Notifies(f.code) || f.flags.Value&unix.SECCOMP_FILTER_FLAG_NEW_LISTENER != 0 {
		return errors.New("the filter leaves calls to a listener, and nobody would have it; seccomp returns it, or spawn a task that has it")
	}
	if err := f.startable(false); err != nil {
		return err
	}
	cmd.Filter = f.engine(f.flags)
	paths, err := c.executable(cmd.Paths)
	if err == nil {
		cmd.Paths = paths
	}
	return err
}

// executable are those of some paths that c.Task may execute, at least one.
func (c *Call) executable(paths []string) ([]string, error) {
	var p task.Program
	calls := make([]*task.Call, len(paths))
	for i, path := range paths {
		calls[i] = p.Call("faccessat2", cwd(), task.Str(path), task.Flags(unix.X_OK, "X_OK"), task.Flags(unix.AT_EACCESS, "AT_EACCESS")).May()
	}
	if err := c.Do(&p); err != nil {
		return nil, err
	}
	var found []string
	why := &task.Error{Name: "execve", Errno: unix.ENOENT, Pid: c.Task.Pid()}
	for i, path := range paths {
		switch e := calls[i].Errno(); {
		case e == 0:
			found = append(found, path)
		case why.Text == "", why.Errno == unix.ENOENT:
			why.Text, why.Errno = fmt.Sprintf("execve(%q)", path), e
		}
	}
	if len(found) == 0 {
		return nil, why
	}
	return found, nil
}
