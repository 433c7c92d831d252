package builtins

import (
	"fmt"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "fsconfig(fd, cmd, key=None, value=None, aux=None, *, task=None)",
	Shelf: "mounts",
	Page:  "fsconfig(2)",
	Like:  "mount -o KEY=VALUE",
	Doc: `Sets an option of a file system that fsopen or fspick has opened, or creates it.

The value of FSCONFIG_SET_STRING is a string, that of FSCONFIG_SET_BINARY bytes;
FSCONFIG_SET_FLAG and FSCONFIG_SET_FD have none. With FSCONFIG_SET_FD aux is a
file or a namespace; with FSCONFIG_SET_PATH it is the directory from which the
path counts, AT_FDCWD by default. FSCONFIG_CMD_CREATE and the other commands
take neither key nor value. When a file system refuses, the error's hint is what
it says.`,
	Example: `
>>> fs = fsopen("tmpfs")
>>> fsconfig(fs, FSCONFIG_SET_STRING, "mode", "0700")
>>> e = catch(fsconfig, fs, FSCONFIG_SET_STRING, "nosuchopt", "1").error
>>> e.errno, e.hint
("EINVAL", "tmpfs: Unknown parameter 'nosuchopt'")
>>> fsconfig(fs, FSCONFIG_CMD_CREATE)
`,
	Func: func(c *Call) (starlark.Value, error) {
		var fs *FileValue
		var o fsOption
		cmd := Flags{Family: FsconfFamily}
		if err := c.Args(&fs, &cmd, &o.key, &o.value, &o.aux); err != nil {
			return nil, err
		}
		return c.context(fs, func(p *task.Program, fd task.Arg) (starlark.Value, error) {
			return starlark.None, o.lend(p, cmd, func(key, value, aux task.Arg) error {
				p.Call("fsconfig", fd, cmd.Arg(), key, value, aux)
				return c.Do(p)
			})
		})
	},
})

// fsOption is what fsconfig gets beside the command, which says of what types
// they must be.
type fsOption struct{ key, value, aux starlark.Value }

// lend calls do with the arguments in the form of the kernel.
func (o *fsOption) lend(p *task.Program, cmd Flags, do func(key, value, aux task.Arg) error) error {
	key := task.Null
	switch cmd.Value {
	case unix.FSCONFIG_CMD_CREATE, unix.FSCONFIG_CMD_RECONFIGURE, fsconfigCreateExcl:
		if err := o.none(cmd, "key", o.key); err != nil {
			return err
		}
	default:
		var s string
		if err := unpackString("key", o.key, &s); err != nil {
			return err
		}
		key = task.Str(s)
	}
	switch cmd.Value {
	case unix.FSCONFIG_SET_STRING, unix.FSCONFIG_SET_BINARY:
		return o.data(cmd, func(value, aux task.Arg) error { return do(key, value, aux) })
	case unix.FSCONFIG_SET_PATH, unix.FSCONFIG_SET_PATH_EMPTY:
		return o.path(p, func(value, aux task.Arg) error { return do(key, value, aux) })
	}
	if err := o.none(cmd, "value", o.value); err != nil {
		return err
	}
	if cmd.Value == unix.FSCONFIG_SET_FD {
		return o.fd(p, func(aux task.Arg) error { return do(key, task.Null, aux) })
	}
	if err := o.none(cmd, "aux", o.aux); err != nil {
		return err
	}
	return do(key, task.Null, task.Int(0))
}

// fsconfigCreateExcl is FSCONFIG_CMD_CREATE_EXCL (Linux 6.6).
const fsconfigCreateExcl = 8

// none holds that a command does not take an argument; 0 is NULL.
func (o *fsOption) none(cmd Flags, name string, v starlark.Value) error {
	if v == starlark.None {
		return nil
	}
	if i, ok := v.(starlark.Int); ok && i.Sign() == 0 {
		return nil
	}
	return BadValue(name, fmt.Sprintf("None with %s", cmd), v)
}

func (o *fsOption) data(cmd Flags, do func(value, aux task.Arg) error) error {
	if err := o.none(cmd, "aux", o.aux); err != nil {
		return err
	}
	if cmd.Value == unix.FSCONFIG_SET_STRING {
		var s string
		if err := unpackString("value", o.value, &s); err != nil {
			return err
		}
		return do(task.Str(s), task.Int(0))
	}
	var b []byte
	if err := unpackBytes("value", o.value, &b); err != nil {
		return err
	}
	return do(task.Bytes(b), task.Int(len(b)))
}

func (o *fsOption) path(p *task.Program, do func(value, aux task.Arg) error) error {
	var s string
	if err := unpackString("value", o.value, &s); err != nil {
		return err
	}
	var dfd dirArg
	if o.aux != starlark.None {
		if err := unpack("aux", o.aux, &dfd); err != nil {
			return err
		}
	}
	return dfd.lend(p, func(dir task.Arg) error { return do(task.Str(s), dir) })
}

func (o *fsOption) fd(p *task.Program, do func(aux task.Arg) error) error {
	switch v := o.aux.(type) {
	case *FileValue:
		return v.lend(p, do)
	case *Namespace:
		return v.use(func(fd int) error { return do(p.Lend(fd).As(v.String())) })
	}
	return BadValue("aux", "a file or a namespace", o.aux)
}
