package builtins

import (
	"fmt"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// fileChunk is how much one read(2) or write(2) carries.
const fileChunk = 64 << 10

// fileMethods are what a file does. All of it is done by the task.
var fileMethods = methods(Builtin{
	Sig: "read(size=-1, *, binary=False, task=None)",
	Doc: `Reads at most size bytes, or without size all up to the end of the file.

With a size, it returns what is there, as read(2) does, and "" at the end. The
result is a string of the bytes as they are, or bytes if binary is true.`,
	Func: fileRead,
}, Builtin{
	Sig:  "write(data, *, task=None)",
	Doc:  `Writes all of data, a string or bytes, and returns how many bytes that were.`,
	Func: fileWrite,
}, Builtin{
	Sig: "lines(*, task=None)",
	Doc: `Returns the lines that are yet to be read, each without its newline, one by one.

A loop over them reads no further than it must to have the next line.`,
	Func: func(c *Call) (starlark.Value, error) {
		if err := c.Args(); err != nil {
			return nil, err
		}
		f := c.Self.(*FileValue)
		_, err := f.Fd()
		return &linesValue{file: f, call: c}, err
	},
}, Builtin{
	Sig: "seek(offset, whence=0, *, task=None)",
	Doc: `Moves to offset bytes from the start, and returns the offset from there.

Whence 1 counts from the current offset, 2 from the end, as in lseek(2).`,
	Func: fileSeek,
}, Builtin{
	Sig: "close()",
	Doc: `Closes the file. Nothing happens if it is closed already.`,
	Func: func(c *Call) (starlark.Value, error) {
		if err := c.Args(); err != nil {
			return nil, err
		}
		c.Self.(*FileValue).Close()
		return starlark.None, nil
	},
})

func fileRead(c *Call) (starlark.Value, error) {
	size, binary := 0, false
	if err := c.Args(&size, &binary); err != nil {
		return nil, err
	}
	f := c.Self.(*FileValue)
	if _, err := f.Fd(); err != nil {
		return nil, err
	}
	data := f.takeRest(size)
	if len(data) == 0 || size < 0 {
		more, err := f.read(c, size)
		data = append(data, more...)
		if err != nil {
			f.rest = append(data, f.rest...)
			return nil, err
		}
	}
	return contents(data, binary), nil
}

// contents is what was read as the language has it.
func contents(data []byte, binary bool) starlark.Value {
	if binary {
		return starlark.Bytes(data)
	}
	return starlark.String(data)
}

// takeRest takes up to size bytes of what was read too much; all if size < 0.
func (f *FileValue) takeRest(size int) []byte {
	n := len(f.rest)
	if size >= 0 {
		n = min(n, size)
	}
	data := f.rest[:n:n]
	f.rest = f.rest[n:]
	return data
}

// read has c.Task read size bytes, fewer if there are not so many just now; all
// there ever are if size < 0. Of what it read before an error nothing is lost.
func (f *FileValue) read(c *Call, size int) (data []byte, err error) {
	for size < 0 || len(data) < size {
		want := fileChunk
		if size >= 0 {
			want = min(want, size-len(data))
		}
		part, err := f.readChunk(c, want)
		if err != nil {
			return data, err
		}
		data = append(data, part...)
		if len(part) == 0 || size >= 0 && len(part) < want {
			break
		}
	}
	return data, nil
}

// readChunk is one read(2) by c.Task.
func (f *FileValue) readChunk(c *Call, size int) ([]byte, error) {
	return f.chunk(c, c.Task, "read", size)
}

// chunk has t make one call that fills a buffer: read or getdents64.
func (f *FileValue) chunk(c *Call, t *task.Task, call string, size int) ([]byte, error) {
	buf := make([]byte, size)
	var n int64
	err := f.Use(func(fd int) error {
		var p task.Program
		r := p.Call(call, p.Lend(fd).As(fdText(f.Name)), task.Out(buf), task.Int(size))
		err := c.DoAs(t, &p)
		n = r.Result()
		return err
	})
	if err != nil {
		return nil, err
	}
	return buf[:max(0, min(n, int64(size)))], nil
}

func fileWrite(c *Call) (starlark.Value, error) {
	var data []byte
	if err := c.Args(&data); err != nil {
		return nil, err
	}
	if err := c.Self.(*FileValue).write(c, data); err != nil {
		return nil, err
	}
	return starlark.MakeInt(len(data)), nil
}

// write has c.Task write all of data. Empty data is one write(2) as well: it
// may fail, and to a /proc file it may matter.
func (f *FileValue) write(c *Call, data []byte) error {
	return f.Use(func(fd int) error {
		for {
			part := data[:min(len(data), fileChunk)]
			var p task.Program
			w := p.Call("write", p.Lend(fd).As(fdText(f.Name)), task.Bytes(part), task.Int(len(part)))
			if err := c.Do(&p); err != nil {
				return err
			}
			n := int(w.Result())
			if len(part) > 0 && (n <= 0 || n > len(part)) {
				return fmt.Errorf("write(2) returned %d for %d bytes: %w", n, len(part), unix.EIO)
			}
			if data = data[n:]; len(data) == 0 {
				return nil
			}
		}
	})
}

func fileSeek(c *Call) (starlark.Value, error) {
	var offset int64
	var whence int
	if err := c.Args(&offset, &whence); err != nil {
		return nil, err
	}
	f := c.Self.(*FileValue)
	var at int64
	err := f.Use(func(fd int) error {
		if whence == 1 {
			offset -= int64(len(f.rest))
		}
		var p task.Program
		r := p.Call("lseek", p.Lend(fd).As(fdText(f.Name)), task.Int(int(offset)), task.Int(whence))
		err := c.Do(&p)
		at = r.Result()
		return err
	})
	if err != nil {
		return nil, err
	}
	f.rest = nil
	return starlark.MakeInt64(at), nil
}
