package builtins

import (
	"fmt"
	"slices"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/seccomp"
	"nstar/builtins/internal/task"
)

// filterRules are the rules of a dict {action: [call, …]}.
func filterRules(name string, d *starlark.Dict) ([]seccomp.Rule, error) {
	var rules []seccomp.Rule
	last := map[int]bool{} // calls for which no rule can come any more
	for _, item := range d.Items() {
		action := Flags{Family: SeccompRetFamily}
		if err := unpack("a key of "+name, item[0], &action); err != nil {
			return nil, err
		}
		if err := checkAction("a key of "+name, action); err != nil {
			return nil, err
		}
		where := fmt.Sprintf("%s[%s]", name, action)
		calls, ok := item[1].(starlark.Indexable)
		if _, text := item[1].(starlark.String); !ok || text {
			return nil, BadValue(where, "a list of system calls", item[1])
		}
		for i := range calls.Len() {
			r, err := filterRule(fmt.Sprintf("%s[%d]", where, i), calls.Index(i))
			if err != nil {
				return nil, err
			}
			if r.Nr < 0 {
				continue // such a call is never made here
			}
			if last[r.Nr] {
				return nil, fmt.Errorf("bad value: %s[%d] is never reached: a rule before it is for every %s", where, i, task.Name(r.Nr))
			}
			last[r.Nr] = len(r.Conds) == 0
			r.Action = uint32(action.Value)
			rules = append(rules, r)
		}
	}
	return rules, nil
}

// checkAction refuses what the kernel would take for another action.
func checkAction(name string, action Flags) error {
	const mostErrno = 4095
	data := action.Value & unix.SECCOMP_RET_DATA
	switch action.Value & unix.SECCOMP_RET_ACTION_FULL {
	case unix.SECCOMP_RET_ERRNO:
		if data > mostErrno {
			return BadValue(name, "SECCOMP_RET_ERRNO with an error number", action)
		}
	case unix.SECCOMP_RET_TRAP, unix.SECCOMP_RET_TRACE:
	case unix.SECCOMP_RET_KILL_PROCESS, unix.SECCOMP_RET_KILL_THREAD, unix.SECCOMP_RET_USER_NOTIF,
		unix.SECCOMP_RET_LOG, unix.SECCOMP_RET_ALLOW:
		if data != 0 {
			return BadValue(name, "an action without data", action)
		}
	default:
		return BadValue(name, "one SECCOMP_RET_ action", action)
	}
	return nil
}

// filterRule is a call: "NAME", or ("NAME", index, operator, value, …).
func filterRule(name string, v starlark.Value) (r seccomp.Rule, err error) {
	parts, ok := v.(starlark.Tuple)
	if !ok {
		parts = starlark.Tuple{v}
	}
	if len(parts) == 0 {
		return r, BadValue(name, "a system call", v)
	}
	call, ok := starlark.AsString(parts[0])
	if !ok {
		return r, BadValue(name, `the name of a system call, or ("NAME", index, operator, value)`, v)
	}
	if r.Nr, ok = task.Number(call); !ok {
		if !task.Elsewhere(call) {
			return r, noSyscall(call)
		}
		r.Nr = -1
	}
	for rest := parts[1:]; len(rest) > 0; {
		cond, n, err := filterCond(name, rest)
		if err != nil {
			return r, err
		}
		r.Conds = append(r.Conds, cond)
		rest = rest[n:]
	}
	return r, nil
}

// filterCond is the condition that parts begins with, and of how many it
// consists.
func filterCond(name string, parts starlark.Tuple) (c seccomp.Cond, n int, err error) {
	if len(parts) < 3 {
		return c, 0, fmt.Errorf("bad value: %s has a condition that is not index, operator and value, but %s", name, parts)
	}
	if c.Arg, err = starlark.AsInt32(parts[0]); err != nil || c.Arg < 0 || c.Arg > 5 {
		return c, 0, BadValue("the argument in "+name, "a number from 0 to 5", parts[0])
	}
	c.Op, _ = starlark.AsString(parts[1])
	if !slices.Contains(seccomp.Ops, c.Op) {
		return c, 0, BadValue("the operator in "+name, "one of "+strings.Join(seccomp.Ops, " "), parts[1])
	}
	if c.Value, c.Negative, err = callNumber("the value in "+name, parts[2]); err != nil {
		return c, 0, err
	}
	n = 3
	if c.Op == "&" {
		n, err = filterMask(name, parts, &c)
	} else if c.Negative && c.Op != "==" && c.Op != "!=" {
		err = BadValue("the value in "+name, "0 or more, as numbers are compared without a sign", parts[2])
	}
	return c, n, err
}

// filterMask completes a condition with &.
func filterMask(name string, parts starlark.Tuple, c *seccomp.Cond) (n int, err error) {
	c.Mask, c.Value = c.Value, 0
	if c.Mask == 0 || c.Negative {
		return 0, BadValue("the mask in "+name, "more than 0", parts[2])
	}
	if len(parts) < 5 || parts[3] != starlark.String("==") {
		return 3, nil
	}
	c.Masked = true
	if c.Value, c.Negative, err = callNumber("the value in "+name, parts[4]); err == nil && (c.Negative || c.Value&^c.Mask != 0) {
		err = BadValue("the value in "+name, fmt.Sprintf("within the mask %s", parts[2]), parts[4])
	}
	return 5, err
}

// callNumber is an argument of a system call, a number or a constant, as the kernel
// sees it.
func callNumber(name string, v starlark.Value) (n uint64, negative bool, err error) {
	switch v := v.(type) {
	case Flags:
		return v.Value, false, nil
	case starlark.Int:
		if u, ok := v.Uint64(); ok {
			return u, false, nil
		}
		if i, ok := v.Int64(); ok {
			return uint64(i), true, nil
		}
	}
	return 0, false, BadValue(name, "a number or a constant", v)
}
