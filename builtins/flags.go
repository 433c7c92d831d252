package builtins

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"nstar/builtins/internal/task"
)

// Flags is a value made of kernel constants of one family. A word that takes
// flags says which: f := Flags{Family: CloneFamily}, then c.Args(&f).
type Flags struct {
	Family Family
	Value  uint64
}

var (
	_ starlark.HasBinary  = Flags{}
	_ starlark.HasUnary   = Flags{}
	_ starlark.HasAttrs   = Flags{}
	_ starlark.Comparable = Flags{}
)

func (f Flags) info() *family { return &families[f.Family] }

// Names are the kernel's names for the bits of f; bits without a name come
// last, in hexadecimal.
func (f Flags) Names() []string {
	rest := f.Value
	var names []string
	for _, c := range f.info().table {
		switch {
		case c.value == f.Value && (f.info().enum || f.Value == 0):
			return []string{c.name}
		case f.info().enum, c.value == 0, rest&c.value != c.value, f.Family == CloneFamily && c.value == cloneNewAll:
		case c.value&f.info().field != 0 && c.value&f.info().field != f.Value&f.info().field:
		default:
			names = append(names, c.name)
			rest &^= c.value
		}
	}
	switch {
	case len(names) == 0 && (f.info().enum || rest == 0):
		return []string{strconv.FormatUint(rest, 10)}
	case rest != 0 && f.Family == ModeFamily:
		names = append(names, fmt.Sprintf("0o%o", rest))
	case rest != 0 && f.Family == SeccompRetFamily:
		names = append(names, actionData(f.Value, rest))
	case rest != 0:
		names = append(names, fmt.Sprintf("%#x", rest))
	}
	return names
}

// String prints f as one would type it.
func (f Flags) String() string { return strings.Join(f.Names(), " | ") }

// Text prints f as strace(1) would.
func (f Flags) Text() string { return strings.Join(f.Names(), "|") }

// Arg is f as the argument of a system call.
func (f Flags) Arg() task.Arg { return task.Uint(f.Value).AsLater(f.Text) }

// Type is the same for all families but signals, which are no flags.
func (f Flags) Type() string {
	if f.Family == SignalFamily {
		return "signal"
	}
	return "flags"
}

// Freeze does nothing: flags do not change.
func (f Flags) Freeze() {}

// Truth is whether any bit is set.
func (f Flags) Truth() starlark.Bool { return f.Value != 0 }

// Hash lets flags be keys of a dictionary.
func (f Flags) Hash() (uint32, error) {
	return uint32(f.Value) ^ uint32(f.Value>>32) ^ uint32(f.Family)<<24, nil
}

// AttrNames lists the attributes.
func (f Flags) AttrNames() []string { return []string{"value"} }

// Attr has value, the number behind the names.
func (f Flags) Attr(name string) (starlark.Value, error) {
	if name == "value" {
		return starlark.MakeUint64(f.Value), nil
	}
	return nil, nil
}

// CompareSameType compares by value; families never equal each other.
func (f Flags) CompareSameType(op syntax.Token, other starlark.Value, _ int) (bool, error) {
	o := other.(Flags)
	switch op {
	case syntax.EQL:
		return f == o, nil
	case syntax.NEQ:
		return f != o, nil
	}
	return false, fmt.Errorf("%s %s %s: there is no order among flags", f, op, o)
}

// Unary is ~, within the width of the C type.
func (f Flags) Unary(op syntax.Token) (starlark.Value, error) {
	if op != syntax.TILDE || f.info().enum {
		return nil, nil
	}
	return Flags{f.Family, ^f.Value & (1<<f.info().width - 1)}, nil
}

// Binary is |, & and ^ within a family, and in, which asks for all bits of the
// left side.
func (f Flags) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	switch op {
	case syntax.PIPE, syntax.AMP, syntax.CIRCUMFLEX, syntax.IN:
	default:
		return nil, nil
	}
	o, err := f.peer(op, y, side)
	if err != nil {
		return nil, err
	}
	if side == starlark.Right {
		f, o = o, f
	}
	switch op {
	case syntax.PIPE:
		f.Value |= o.Value
	case syntax.AMP:
		f.Value &= o.Value
	case syntax.CIRCUMFLEX:
		f.Value ^= o.Value
	case syntax.IN:
		return starlark.Bool(o.Value&f.Value == f.Value), nil
	}
	return f, nil
}

// peer is y as a value of f's family; 0 belongs to all of them.
func (f Flags) peer(op syntax.Token, y starlark.Value, side starlark.Side) (Flags, error) {
	other := "anything"
	if !f.info().enum {
		switch y := y.(type) {
		case Flags:
			if y.Family == f.Family {
				return y, nil
			}
			if f.Family == SeccompRetFamily && y.Family == ErrnoFamily {
				return Flags{f.Family, y.Value}, nil
			}
			other = y.info().one
		case starlark.Int:
			if v, ok := y.Uint64(); ok && (v == 0 || f.info().ints) {
				return Flags{f.Family, v}, nil
			}
			other = describe(y)
		default:
			other = describe(y)
		}
	}
	left, right := starlark.Value(f), y
	if side == starlark.Right {
		left, right = right, left
	}
	return f, fmt.Errorf("%s %s %s: %s cannot be joined with %s", left, op, right, f.info().one, other)
}

// unpack sets f, whose family is given, from v.
func (f *Flags) unpack(name string, v starlark.Value) error {
	switch v := v.(type) {
	case Flags:
		if v.Family == f.Family {
			f.Value = v.Value
			return nil
		}
		return fmt.Errorf("bad value: %s must be %s, but is %s, %s", name, f.info().many, v, v.info().one)
	case starlark.Int:
		n, ok := v.Uint64()
		if ok && (n == 0 || f.info().ints) && bits.Len64(n) <= int(f.info().width) {
			f.Value = n
			return nil
		}
	}
	return BadValue(name, f.info().many, v)
}
