package builtins

import (
	"encoding/binary"
	"math"

	"go.starlark.net/starlark"

	"nstar/builtins/internal/task"
)

// setIDs is a word that is one system call with IDs of users or groups, and
// has a parameter for each.
func setIDs(name string, kind idKind, params ...string) func(*Call) (starlark.Value, error) {
	return func(c *Call) (starlark.Value, error) {
		values := make([]starlark.Value, len(params))
		ptrs := make([]any, len(params))
		for i := range values {
			ptrs[i] = &values[i]
		}
		if err := c.Args(ptrs...); err != nil {
			return nil, err
		}
		args := make([]task.Arg, len(params))
		for i, v := range values {
			id, err := c.idArg(kind, params[i], v)
			if err != nil {
				return nil, err
			}
			args[i] = task.Int(id)
		}
		return c.Make(name, args...)
	}
}

// idArg is an ID, or that of a name in the task's /etc/passwd or /etc/group.
func (c *Call) idArg(kind idKind, name string, v starlark.Value) (int, error) {
	if _, ok := v.(starlark.String); ok {
		var err error
		if v, err = c.idNamed(kind, name, v); err != nil {
			return 0, err
		}
	}
	return idArg(name, v)
}

// idNamed is v, which may be a list, with IDs for names.
func (c *Call) idNamed(kind idKind, name string, v starlark.Value) (starlark.Value, error) {
	d := &idFiles{c: c, reader: c.Task}
	return d.withoutNames(kind, name, v)
}

// idArg is the ID of a user or a group, or -1, which to the kernel is none.
func idArg(name string, v starlark.Value) (id int, err error) {
	err = unpackInt(name, v, -1, math.MaxUint32-1, func(n int64) { id = int(n) })
	return id, err
}

// threeIDs is getresuid(2) or getresgid(2).
func threeIDs(name string) func(*Call) (starlark.Value, error) {
	return func(c *Call) (starlark.Value, error) {
		if err := c.Args(); err != nil {
			return nil, err
		}
		ids := [3][]byte{make([]byte, 4), make([]byte, 4), make([]byte, 4)}
		if _, err := c.Syscall(name, task.Out(ids[0]), task.Out(ids[1]), task.Out(ids[2])); err != nil {
			return nil, err
		}
		three := make(starlark.Tuple, len(ids))
		for i, id := range ids {
			three[i] = starlark.MakeUint64(uint64(binary.NativeEndian.Uint32(id)))
		}
		return three, nil
	}
}
