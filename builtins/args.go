package builtins

import (
	"fmt"
	"math"
	"reflect"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"
)

// Args stores the arguments of the call behind ptrs, one for each parameter
// of the signature but task, in its order. A parameter whose default is None
// leaves the variable as it is when None is given.
func (c *Call) Args(ptrs ...any) error {
	if c.probe != nil {
		return c.probe(ptrs)
	}
	next := 0
	for i, p := range c.params {
		if p.Name == "task" {
			continue
		}
		if next == len(ptrs) {
			panic(fmt.Sprintf("%s has more parameters than its Func unpacks", c.Word.Sig))
		}
		ptr := ptrs[next]
		next++
		if _, any := ptr.(*starlark.Value); !any && c.values[i] == starlark.None && p.Default == starlark.None {
			continue
		}
		if err := unpack(p.Name, c.values[i], ptr); err != nil {
			return err
		}
	}
	if next < len(ptrs) {
		panic(fmt.Sprintf("%s has fewer parameters than its Func unpacks", c.Word.Sig))
	}
	return nil
}

// Arg is the value of one argument, or of its default; nil if the word has no
// such parameter.
func (c *Call) Arg(name string) starlark.Value {
	for i, p := range c.params {
		if p.Name == name {
			return c.values[i]
		}
	}
	return nil
}

// Given tells an argument from a default.
func (c *Call) Given(name string) bool {
	for i, p := range c.params {
		if p.Name == name {
			return c.given[i]
		}
	}
	return false
}

// unpack converts v for the variable behind ptr.
func unpack(name string, v starlark.Value, ptr any) error {
	switch ptr := ptr.(type) {
	case starlark.Unpacker:
		if err := ptr.Unpack(v); err != nil {
			return fmt.Errorf("bad value: %s %w", name, err) // the error goes on: "must be …, but is …"
		}
		return nil
	case *starlark.Value:
		*ptr = v
		return nil
	case *string:
		return unpackString(name, v, ptr)
	case *[]byte:
		return unpackBytes(name, v, ptr)
	case *[]string:
		return unpackStrings(name, v, ptr)
	case *bool:
		return unpackAs(name, "True or False", v, (*starlark.Bool)(ptr))
	case *starlark.Callable:
		return unpackAs(name, "a function", v, ptr)
	case *starlark.Tuple:
		return unpackAs(name, "a tuple", v, ptr)
	case *[]starlark.Tuple:
		return unpackItems(name, v, ptr)
	case **starlark.Dict:
		return unpackAs(name, "a dict", v, ptr)
	case **TaskValue:
		return unpackAs(name, "a task", v, ptr)
	case *Flags:
		return ptr.unpack(name, v)
	case *unix.Signal:
		return unpackSignal(name, v, ptr)
	}
	return unpackNumber(name, v, ptr)
}

// unpackAs stores v if it is of the type of the variable.
func unpackAs[T any](name, must string, v starlark.Value, ptr *T) error {
	x, ok := v.(T)
	if !ok {
		return BadValue(name, must, v)
	}
	*ptr = x
	return nil
}

func unpackString(name string, v starlark.Value, ptr *string) error {
	s, ok := v.(starlark.String)
	if !ok {
		return BadValue(name, "a string", v)
	}
	if strings.IndexByte(string(s), 0) >= 0 {
		return fmt.Errorf("bad value: %s must not contain NUL, but is %s", name, describe(v))
	}
	*ptr = string(s)
	return nil
}

func unpackBytes(name string, v starlark.Value, ptr *[]byte) error {
	switch v := v.(type) {
	case starlark.String:
		*ptr = []byte(v)
	case starlark.Bytes:
		*ptr = []byte(v)
	default:
		return BadValue(name, "a string or bytes", v)
	}
	return nil
}

func unpackStrings(name string, v starlark.Value, ptr *[]string) error {
	list, ok := v.(starlark.Iterable)
	if !ok {
		return BadValue(name, "a list of strings", v)
	}
	var all []string
	it := list.Iterate()
	defer it.Done()
	for x := starlark.Value(nil); it.Next(&x); {
		var s string
		if err := unpackString(fmt.Sprintf("%s[%d]", name, len(all)), x, &s); err != nil {
			return err
		}
		all = append(all, s)
	}
	*ptr = all
	return nil
}

func unpackItems(name string, v starlark.Value, ptr *[]starlark.Tuple) error {
	d, ok := v.(*starlark.Dict)
	if !ok {
		return BadValue(name, "a dict", v)
	}
	*ptr = d.Items()
	return nil
}

func unpackSignal(name string, v starlark.Value, ptr *unix.Signal) error {
	f := Flags{Family: SignalFamily}
	if err := f.unpack(name, v); err != nil {
		return err
	}
	if f.Value > 64 {
		return BadValue(name, "a signal from 0 to 64", v)
	}
	*ptr = unix.Signal(f.Value)
	return nil
}

func unpackNumber(name string, v starlark.Value, ptr any) error {
	switch ptr := ptr.(type) {
	case *int:
		return unpackInt(name, v, math.MinInt, math.MaxInt, func(n int64) { *ptr = int(n) })
	case *int64:
		return unpackInt(name, v, math.MinInt64, math.MaxInt64, func(n int64) { *ptr = n })
	case *uint32:
		return unpackInt(name, v, 0, math.MaxUint32, func(n int64) { *ptr = uint32(n) })
	case *uint64:
		n, ok := v.(starlark.Int)
		if ok {
			*ptr, ok = n.Uint64()
		}
		if !ok {
			return BadValue(name, "an int from 0 to 2^64-1", v)
		}
		return nil
	case *float64:
		f, ok := starlark.AsFloat(v)
		if !ok {
			return BadValue(name, "a number", v)
		}
		*ptr = f
		return nil
	}
	return unpackValue(name, v, ptr)
}

// unpackValue stores v in a variable of its own Go type: **FileValue, say.
func unpackValue(name string, v starlark.Value, ptr any) error {
	variable := reflect.ValueOf(ptr).Elem()
	if reflect.TypeOf(v).AssignableTo(variable.Type()) {
		variable.Set(reflect.ValueOf(v))
		return nil
	}
	zero, ok := reflect.Zero(variable.Type()).Interface().(starlark.Value)
	if !ok {
		panic(fmt.Sprintf("no argument is unpacked into a %T", ptr))
	}
	return BadValue(name, "a "+zero.Type(), v)
}

func unpackInt(name string, v starlark.Value, least, most int64, set func(int64)) error {
	i, ok := v.(starlark.Int)
	if !ok {
		return BadValue(name, "an int", v)
	}
	n, ok := i.Int64()
	if !ok || n < least || n > most {
		return BadValue(name, fmt.Sprintf("from %d to %d", least, most), v)
	}
	set(n)
	return nil
}
