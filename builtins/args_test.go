package builtins

import (
	"fmt"
	"testing"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"
)

func TestUnpack(t *testing.T) {
	tests := []struct {
		ptr        any
		expr, want string
	}{
		{new(string), `"a"`, "a"},
		{new(string), `5`, "bad value: x must be a string, but is int 5"},
		{new(string), `"a\x00b"`, `bad value: x must not contain NUL, but is string "a\x00b"`},
		{new([]byte), `b"a"`, "[97]"},
		{new([]byte), `[1]`, "bad value: x must be a string or bytes, but is list [1]"},
		{new(int), `1 << 70`, "bad value: x must be from -9223372036854775808 to 9223372036854775807, but is int 1180591620717411303424"},
		{new(int), `True`, "bad value: x must be an int, but is bool True"},
		{new(uint32), `-1`, "bad value: x must be from 0 to 4294967295, but is int -1"},
		{new(uint32), `4294967295`, "4294967295"},
		{new(uint64), `18446744073709551615`, "18446744073709551615"},
		{new(uint64), `-1`, "bad value: x must be an int from 0 to 2^64-1, but is int -1"},
		{new(bool), `True`, "true"},
		{new(bool), `1`, "bad value: x must be True or False, but is int 1"},
		{new(float64), `3`, "3"},
		{new([]string), `("a", "b")`, "[a b]"},
		{new([]string), `"ab"`, `bad value: x must be a list of strings, but is string "ab"`},
		{new([]string), `["a", 5]`, "bad value: x[1] must be a string, but is int 5"},
		{new(starlark.Callable), `len`, "<built-in function len>"},
		{new(starlark.Callable), `None`, "bad value: x must be a function, but is None"},
		{new(*TaskValue), `1`, "bad value: x must be a task, but is int 1"},
		{new(*starlark.List), `[1]`, "stored"},
		{new(*starlark.List), `1`, "bad value: x must be a list, but is int 1"},
		{new(*lockValue), `None`, "bad value: x must be a lock, but is None"},
		{new(unix.Signal), `15`, "terminated"},
		{new(unix.Signal), `65`, "bad value: x must be a signal from 0 to 64, but is int 65"},
		{new(string), `["long"] * 100`, `bad value: x must be a string, but is list ["long", "long", "long", "long", "long", "long", "long", "lo…`},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%T %s", tt.ptr, tt.expr), func(t *testing.T) {
			v, err := eval(t, tt.expr, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := unpacked(v, tt.ptr); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// unpacked is the variable after unpack, or the error.
func unpacked(v starlark.Value, ptr any) string {
	if err := unpack("x", v, ptr); err != nil {
		return err.Error()
	}
	switch p := ptr.(type) {
	case *string:
		return *p
	case *[]byte:
		return fmt.Sprint(*p)
	case *uint32:
		return fmt.Sprint(*p)
	case *uint64:
		return fmt.Sprint(*p)
	case *bool:
		return fmt.Sprint(*p)
	case *float64:
		return fmt.Sprint(*p)
	case *[]string:
		return fmt.Sprint(*p)
	case *starlark.Callable:
		return (*p).String()
	case *unix.Signal:
		return p.String()
	}
	return "stored"
}

// TestNone holds that None stands for an argument that was not given.
func TestNone(t *testing.T) {
	h, _ := session(t)
	got := ""
	w := newBuiltin(Builtin{Sig: "f(a=None, b=None, *, c=None)", Func: func(c *Call) (starlark.Value, error) {
		a, n := "before", 7
		var v starlark.Value
		err := c.Args(&a, &n, &v)
		got = fmt.Sprint(a, n, " ", v, " ", c.Given("a"), " ", c.Given("b"))
		return nil, err
	}})
	if err := h.script(t.Context(), `f(None)`, starlark.StringDict{"f": w.value()}); err != nil {
		t.Fatal(err)
	}
	if want := "before7 None true false"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
