package builtins

import (
	"errors"
	"fmt"

	"go.starlark.net/starlark"

	"nstar/builtins/internal/task"
)

// A bufValue is memory for a system call to read and to write. Only syscall
// changes it, with the interpreter lock held.
type bufValue struct{ data []byte }

var (
	_ starlark.HasAttrs  = (*bufValue)(nil)
	_ starlark.Indexable = (*bufValue)(nil)
)

// String tells the size; the contents are an attribute.
func (b *bufValue) String() string { return fmt.Sprintf("<buf of %d bytes>", len(b.data)) }

// Type is "buf".
func (b *bufValue) Type() string { return "buf" }

// Freeze does nothing: a buf is there to be changed, by the kernel.
func (b *bufValue) Freeze() {}

// Truth is that of bytes.
func (b *bufValue) Truth() starlark.Bool { return len(b.data) > 0 }

// Hash is refused: the contents change.
func (b *bufValue) Hash() (uint32, error) { return 0, errors.New("unhashable type: buf") }

// Len is the number of bytes.
func (b *bufValue) Len() int { return len(b.data) }

// Index is one byte, as a number.
func (b *bufValue) Index(i int) starlark.Value { return starlark.MakeInt(int(b.data[i])) }

// AttrNames lists the attributes.
func (b *bufValue) AttrNames() []string { return []string{"bytes"} }

// Attr has the contents.
func (b *bufValue) Attr(name string) (starlark.Value, error) {
	if name == "bytes" {
		return starlark.Bytes(b.data), nil
	}
	return nil, nil
}

var _ = def(Builtin{
	Sig:   "buf(size)",
	Shelf: "process",
	Page:  "syscall(2)",
	Like:  "perl -e 'syscall(…)'",
	Doc: `Returns memory for syscall to pass by its address, for the kernel to read and to write.

size is a number of zero bytes, or bytes or a string to begin with. The attribute
bytes is what it holds.`,
	Example: `
>>> b = buf(4)
>>> len(b), b.bytes
(4, b"\x00\x00\x00\x00")
>>> buf(b"\x01\x02").bytes
b"\x01\x02"
`,
	Func: func(c *Call) (starlark.Value, error) {
		var size starlark.Value
		if err := c.Args(&size); err != nil {
			return nil, err
		}
		const most = 1 << 20
		switch v := size.(type) {
		case starlark.Bytes, starlark.String:
			var data []byte
			if err := unpackBytes("size", v, &data); err != nil {
				return nil, err
			}
			if len(data) > most {
				return nil, fmt.Errorf("bad value: size must be at most %d bytes, but is %d", most, len(data))
			}
			return &bufValue{data}, nil
		}
		var n int
		if unpack("size", size, &n) != nil || n < 0 || n > most {
			return nil, BadValue("size", fmt.Sprintf("from 0 to %d, or bytes", most), size)
		}
		return &bufValue{make([]byte, n)}, nil
	},
})

// arg passes b by address. data is what the kernel writes; it becomes the
// contents when the call is over, for others may read b meanwhile.
func (b *bufValue) arg() (data []byte, arg task.Arg) {
	data = append([]byte(nil), b.data...)
	return data, task.Out(data)
}
