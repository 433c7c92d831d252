package builtins

import (
	"errors"
	"fmt"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"
	"go.starlark.net/syntax"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// A StatusValue is how a process ended. It is true if its code is 0.
type StatusValue struct {
	Pid    int
	Status task.Status
}

var (
	_ starlark.HasAttrs   = (*StatusValue)(nil)
	_ starlark.Comparable = (*StatusValue)(nil)
)

// String is as a shell would tell it.
func (s *StatusValue) String() string {
	switch {
	case !s.Status.Known:
		return "exit status unknown"
	case s.Status.Signal == 0:
		return fmt.Sprintf("exit status %d", s.Status.Code)
	case s.Status.Core:
		return fmt.Sprintf("killed by %s (core dumped)", signalFlag(s.Status.Signal))
	}
	return fmt.Sprintf("killed by %s", signalFlag(s.Status.Signal))
}

func signalFlag(sig unix.Signal) Flags { return Flags{SignalFamily, uint64(sig)} }

// Type is "status".
func (s *StatusValue) Type() string { return "status" }

// Freeze does nothing: a status does not change.
func (s *StatusValue) Freeze() {}

// Truth is that of a shell.
func (s *StatusValue) Truth() starlark.Bool {
	return starlark.Bool(s.Status.Known && s.Status.Signal == 0 && s.Status.Code == 0)
}

// exitStatus is what $? would be.
func (s *StatusValue) exitStatus() int { return exitStatus(s.Status) }

// Hash is refused: nobody needs statuses as keys.
func (s *StatusValue) Hash() (uint32, error) { return 0, errors.New("unhashable type: status") }

// CompareSameType compares all but the rusage.
func (s *StatusValue) CompareSameType(op syntax.Token, other starlark.Value, _ int) (bool, error) {
	a, b := *s, *other.(*StatusValue)
	a.Status.Rusage, b.Status.Rusage = unix.Rusage{}, unix.Rusage{}
	switch op {
	case syntax.EQL:
		return a == b, nil
	case syntax.NEQ:
		return a != b, nil
	}
	return false, errors.New("there is no order among statuses")
}

// AttrNames lists the fields.
func (s *StatusValue) AttrNames() []string {
	return []string{"code", "core", "pid", "rusage", "signal"}
}

// Attr has the fields. Of code and signal one is None, as of WEXITSTATUS and
// WTERMSIG only one has a meaning.
func (s *StatusValue) Attr(name string) (starlark.Value, error) {
	switch name {
	case "code":
		if !s.Status.Known || s.Status.Signal != 0 {
			return starlark.None, nil
		}
		return starlark.MakeInt(s.Status.Code), nil
	case "signal":
		if s.Status.Signal == 0 {
			return starlark.None, nil
		}
		return signalFlag(s.Status.Signal), nil
	case "core":
		return starlark.Bool(s.Status.Core), nil
	case "pid":
		return starlark.MakeInt(s.Pid), nil
	case "rusage":
		return RusageValue(s.Status.Rusage), nil
	}
	return nil, nil
}

// RusageValue is what getrusage(2) tells: times in seconds, maxrss in bytes.
func RusageValue(r unix.Rusage) starlark.Value {
	seconds := func(t unix.Timeval) starlark.Value { return starlark.Float(float64(t.Nano()) / 1e9) }
	return starlarkstruct.FromStringDict(starlarkstruct.Default, starlark.StringDict{
		"utime":  seconds(r.Utime),
		"stime":  seconds(r.Stime),
		"maxrss": starlark.MakeInt64(r.Maxrss << 10),
		"minflt": starlark.MakeInt64(r.Minflt),
		"majflt": starlark.MakeInt64(r.Majflt),
		"nvcsw":  starlark.MakeInt64(r.Nvcsw),
		"nivcsw": starlark.MakeInt64(r.Nivcsw),
	})
}
