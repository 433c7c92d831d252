package builtins

import (
	"errors"
	"fmt"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/seccomp"
	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "seccomp_filter(rules, default=SECCOMP_RET_ALLOW, flags=0)",
	Shelf: "security",
	Page:  "seccomp(2)",
	Like:  "minijail0 -S POLICY",
	Doc: `Makes a filter of system calls, for seccomp, run, sh and spawn.

rules is a dict of actions, each with a list of the calls that it is for; for all
others it is default. SECCOMP_RET_ERRNO has the error with it: SECCOMP_RET_ERRNO
| EPERM. A call is its name, or a tuple with conditions on arguments, which are
counted from 0 and must all hold: ("socket", 0, "==", AF_PACKET). Operators are
==, !=, <, <=, > and >=, without signs; ("clone", 0, "&", CLONE_NEWUSER) is that
one of the bits is set, and ("socket", 1, "&", 0xf, "==", SOCK_RAW) looks at some
only. Of several rules for one call the first that matches holds. What an
argument points to, a filter cannot see.

The kernel sees only half of an argument that is an int. Whether it is one, a
filter cannot know, so a rule stricter than default matches if the half or the
whole does, and one that is laxer only if both do. A negative number is an int.

Calls of another architecture kill the process; those of the x32 ABI fail with
ENOSYS. A rule for a call that only other architectures have, as arm64 has no
mkdir, holds for none here. rules may be the filter itself: bytes, of struct sock_filter. flags are
those that it is to be installed with. A filter has bpf (the bytes), listing, and
action(name, *args): what becomes of a call.`,
	Example: `
>>> f = seccomp_filter({SECCOMP_RET_ERRNO | EPERM: ["mkdir", "mkdirat", ("socket", 0, "==", AF_INET)]})
>>> f.action("mkdirat")
SECCOMP_RET_ERRNO | EPERM
>>> f.action("socket", AF_UNIX), f.action("socket", AF_INET)
(SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO | EPERM)
>>> print("\n".join(f.listing.splitlines()[:3]))
   0  ld [4]                arch
   1  …
   2  ret #2147483648       SECCOMP_RET_KILL_PROCESS
>>> catch(seccomp_filter, {SECCOMP_RET_TRAP: ["mont"]}).error
seccomp_filter: there is no system call mont (did you mean mount?)
`,
	Func: func(c *Call) (starlark.Value, error) {
		var rules starlark.Value
		other := Flags{Family: SeccompRetFamily}
		flags := Flags{Family: SeccompFlagFamily}
		if err := c.Args(&rules, &other, &flags); err != nil {
			return nil, err
		}
		if err := checkAction("default", other); err != nil {
			return nil, err
		}
		if _, dict := rules.(*starlark.Dict); !dict && c.Given("default") {
			return nil, BadValue("rules", "a dict where default is given", rules)
		}
		made, err := newFilter("rules", rules, other)
		if err != nil {
			return nil, err
		}
		f := *made
		f.flags.Value |= flags.Value
		return &f, nil
	},
})

// A filterValue is a seccomp filter in the language. It does not change.
type filterValue struct {
	code  []byte // struct sock_filter, one after the other
	flags Flags
	text  string
}

var _ starlark.HasAttrs = (*filterValue)(nil)

// newFilter makes a filter of rules or bytes; one that is made already stays.
func newFilter(name string, v starlark.Value, other Flags) (*filterValue, error) {
	flags := Flags{Family: SeccompFlagFamily}
	switch v := v.(type) {
	case *filterValue:
		return v, nil
	case starlark.Bytes:
		code := []byte(v)
		text := fmt.Sprintf("<seccomp_filter of %d instructions>", seccomp.Len(code))
		return &filterValue{code, flags, text}, seccomp.Check(code)
	case *starlark.Dict:
		rules, err := filterRules(name, v)
		if err != nil {
			return nil, err
		}
		code, err := seccomp.Compile(rules, uint32(other.Value))
		return &filterValue{code, flags, fmt.Sprintf("seccomp_filter(%s, default=%s)", v, other)}, err
	}
	return nil, BadValue(name, "a filter, a dict of rules or bytes", v)
}

// filterArg is a parameter seccomp, nil where none is given.
func filterArg(name string, v starlark.Value) (*filterValue, error) {
	if v == nil || v == starlark.None {
		return nil, nil
	}
	return newFilter(name, v, Flags{SeccompRetFamily, unix.SECCOMP_RET_ALLOW})
}

// engine is the filter as the engine takes it.
func (f *filterValue) engine(flags Flags) *task.Filter {
	flags.Value |= f.flags.Value
	return &task.Filter{Code: f.code, Flags: flags.Value, Text: flags.Text(), Listener: -1}
}

// lets tells whether the filter leaves a call to the kernel; true where that
// cannot be told.
func (f *filterValue) lets(nr int, args [6]uint64) bool {
	action, known := seccomp.Action(f.code, nr, args)
	return !known || action == unix.SECCOMP_RET_ALLOW || action == unix.SECCOMP_RET_LOG
}

// String is what one would type to have the filter.
func (f *filterValue) String() string { return f.text }

// Type is "seccomp_filter".
func (f *filterValue) Type() string { return "seccomp_filter" }

// Freeze does nothing: a filter does not change.
func (f *filterValue) Freeze() {}

// Truth is true.
func (f *filterValue) Truth() starlark.Bool { return true }

// Hash is refused: nobody needs filters as keys.
func (f *filterValue) Hash() (uint32, error) {
	return 0, errors.New("unhashable type: seccomp_filter")
}

// AttrNames lists the attributes.
func (f *filterValue) AttrNames() []string { return []string{"action", "bpf", "flags", "listing"} }

// Attr has the attributes.
func (f *filterValue) Attr(name string) (starlark.Value, error) {
	switch name {
	case "bpf":
		return starlark.Bytes(f.code), nil
	case "flags":
		return f.flags, nil
	case "listing":
		return starlark.String(seccomp.Listing(f.code, actionName)), nil
	}
	if m := filterMethods()[name]; m != nil {
		return m.bind(f), nil
	}
	return nil, nil
}

// method finds the page of a method for help.
func (f *filterValue) method(name string) *Builtin { return filterMethods()[name] }

func actionName(action uint32) string { return Flags{SeccompRetFamily, uint64(action)}.String() }

var filterMethods = methods(Builtin{
	Sig: "action(name, *args)",
	Doc: `Returns what the filter does with a call, whose arguments are numbers or constants, 0 if they are not given.`,
	Func: func(c *Call) (starlark.Value, error) {
		var name string
		var args starlark.Tuple
		if err := c.Args(&name, &args); err != nil {
			return nil, err
		}
		nr, ok := task.Number(name)
		if !ok {
			return nil, noSyscall(name)
		}
		var values [6]uint64
		if len(args) > len(values) {
			return nil, fmt.Errorf("a system call has at most 6 arguments, but %s got %d", name, len(args))
		}
		for i, v := range args {
			n, _, err := callNumber(fmt.Sprintf("args[%d]", i), v)
			if err != nil {
				return nil, err
			}
			values[i] = n
		}
		action, known := seccomp.Action(c.Self.(*filterValue).code, nr, values)
		if !known {
			return nil, errors.New("the filter has instructions that only the kernel runs")
		}
		return Flags{SeccompRetFamily, uint64(action)}, nil
	},
})
