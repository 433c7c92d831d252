package builtins

import (
	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "mknod(path, mode, dev=0, *, task=None)",
	Shelf: "files",
	Page:  "mknod(2)",
	Like:  "mknod PATH TYPE MAJOR MINOR",
	Doc: `Creates a file of the type and with the permissions that mode says, less the umask.

The type is S_IFREG, S_IFIFO, S_IFSOCK, or S_IFCHR or S_IFBLK with dev from
makedev. To create a device takes CAP_MKNOD in the initial user namespace.`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs")
>>> mknod("/tmp/fifo", S_IFIFO | 0o600)
>>> stat("/tmp/fifo").type
"FIFO"
>>> catch(mknod, "/tmp/null", S_IFCHR | 0o666, makedev(1, 3)).error.errno
"EPERM"
`,
	Func: func(c *Call) (starlark.Value, error) {
		path, mode := "", Flags{Family: ModeFamily}
		var dev uint32
		if err := c.Args(&path, &mode, &dev); err != nil {
			return nil, err
		}
		return c.Make("mknodat", cwd(), task.Str(path), modeArg(mode.Value), task.Uint(uint64(dev)))
	},
})

var _ = def(Builtin{
	Sig:   "makedev(maj, min)",
	Shelf: "files",
	Page:  "makedev(3)",
	Like:  "stat -c %r /dev/null",
	Doc:   `Returns the number of the device with the major number maj and the minor number min.`,
	Example: `
>>> makedev(1, 3) == stat("/dev/null").st_rdev
True
`,
	Func: func(c *Call) (starlark.Value, error) {
		var maj, min uint32
		if err := c.Args(&maj, &min); err != nil {
			return nil, err
		}
		if maj >= 1<<12 {
			return nil, BadValue("maj", "from 0 to 4095", c.Arg("maj"))
		}
		if min >= 1<<20 {
			return nil, BadValue("min", "from 0 to 1048575", c.Arg("min"))
		}
		return starlark.MakeUint64(unix.Mkdev(maj, min)), nil
	},
})
