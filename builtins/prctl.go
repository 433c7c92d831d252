package builtins

import (
	"bytes"
	"encoding/binary"
	"sync"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "prctl(option, arg2=0, arg3=0, arg4=0, arg5=0, *, task=None)",
	Shelf: "security",
	Page:  "prctl(2)",
	Like:  "setpriv --no-new-privs …",
	Doc: `Sets or reads an attribute of the task, which option tells.

The arguments are numbers or constants; PR_SET_NAME takes a string. What the
kernel stores at an address is returned: a string for PR_GET_NAME, a signal for
PR_GET_PDEATHSIG. PR_GET_SECUREBITS returns SECBIT_ flags. The
PR_GET_PDEATHSIG of a task is SIGURG, by which it learns that nstar is no more;
another value is gone after the next change of its credentials.`,
	Example: `
>>> prctl(PR_SET_NO_NEW_PRIVS, 1)
>>> prctl(PR_GET_NO_NEW_PRIVS)
1
>>> prctl(PR_SET_NAME, "inner")
>>> prctl(PR_GET_NAME)
"inner"
>>> prctl(PR_GET_PDEATHSIG)
SIGURG
`,
	Func: func(c *Call) (starlark.Value, error) {
		option := Flags{Family: PrctlFamily}
		var values [4]starlark.Value
		if err := c.Args(&option, &values[0], &values[1], &values[2], &values[3]); err != nil {
			return nil, err
		}
		args := []task.Arg{option.Arg()}
		for i, v := range values {
			a, err := prctlArg(option, i, v)
			if err != nil {
				return nil, err
			}
			args = append(args, a)
		}
		if get := prctlReads()[option.Value]; get != nil {
			buf := make([]byte, 16)
			args[1] = task.Out(buf)
			_, err := c.Syscall("prctl", args...)
			return get(buf), err
		}
		if prctlSets()[option.Value] {
			return c.Make("prctl", args...)
		}
		n, err := c.Syscall("prctl", args...)
		if err != nil {
			return nil, err
		}
		if option.Value == unix.PR_GET_SECUREBITS {
			return Flags{SecbitFamily, uint64(n)}, nil
		}
		return starlark.MakeInt64(n), nil
	},
})

func prctlArg(option Flags, i int, v starlark.Value) (task.Arg, error) {
	name := "arg" + string(rune('2'+i))
	switch v := v.(type) {
	case Flags:
		return v.Arg(), nil
	case starlark.String:
		if option.Value != unix.PR_SET_NAME || i > 0 {
			break
		}
		var s string
		if err := unpackString(name, v, &s); err != nil {
			return task.Null, err
		}
		if len(s) > 15 { // the kernel would cut it without a word
			return task.Null, BadValue(name, "a name of 15 bytes at most", v)
		}
		return task.Str(s), nil
	case starlark.Int:
		if n, ok := v.Uint64(); ok {
			return task.Uint(n), nil
		}
		if n, ok := v.Int64(); ok {
			return task.Int(int(n)), nil
		}
	}
	return task.Null, BadValue(name, "a number or a constant", v)
}

func readInt(buf []byte) starlark.Value {
	return starlark.MakeInt(int(int32(binary.NativeEndian.Uint32(buf))))
}

// prctlReads are the options that store what they read at arg2.
var prctlReads = sync.OnceValue(func() map[uint64]func([]byte) starlark.Value {
	return map[uint64]func([]byte) starlark.Value{
		unix.PR_GET_NAME: func(buf []byte) starlark.Value {
			name, _, _ := bytes.Cut(buf, []byte{0})
			return starlark.String(name)
		},
		unix.PR_GET_PDEATHSIG: func(buf []byte) starlark.Value {
			return Flags{SignalFamily, uint64(binary.NativeEndian.Uint32(buf))}
		},
		unix.PR_GET_CHILD_SUBREAPER: readInt,
		unix.PR_GET_TSC:             readInt,
		unix.PR_GET_TID_ADDRESS: func(buf []byte) starlark.Value {
			return starlark.MakeUint64(binary.NativeEndian.Uint64(buf))
		},
	}
})

// prctlSets are the common options whose result is of no interest: 0.
var prctlSets = sync.OnceValue(func() map[uint64]bool {
	return map[uint64]bool{
		unix.PR_SET_PDEATHSIG: true, unix.PR_SET_DUMPABLE: true, unix.PR_SET_KEEPCAPS: true, unix.PR_SET_NAME: true,
		unix.PR_CAPBSET_DROP: true, unix.PR_SET_SECUREBITS: true, unix.PR_SET_TIMERSLACK: true,
		unix.PR_SET_PTRACER: true, unix.PR_SET_CHILD_SUBREAPER: true, unix.PR_SET_NO_NEW_PRIVS: true,
		unix.PR_SET_THP_DISABLE: true, unix.PR_SET_IO_FLUSHER: true, unix.PR_SET_MDWE: true, unix.PR_SET_TSC: true,
		unix.PR_SET_SPECULATION_CTRL: true, unix.PR_SET_SECCOMP: true, unix.PR_SET_MM: true,
	}
})
