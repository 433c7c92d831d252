package builtins

import (
	"fmt"
	"strconv"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "open(path, flags=O_RDONLY, mode=0o666, *, task=None)",
	Shelf: "files",
	Page:  "open(2)",
	Like:  "exec 3< PATH",
	Doc: `Opens a file, as the task sees it, and returns it.

The file has the methods read, write, lines, seek and close, and may be given to
another task, whatever that one can see. O_CLOEXEC and O_NOCTTY are added to the
flags. The mode, less the umask, is that of a file which O_CREAT creates.`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs")
>>> f = open("/tmp/words", O_RDWR | O_CREAT)
>>> f.write("namespaces\n")
11
>>> f.seek(0)
0
>>> f.read(), clone(CLONE_NEWNS).call(lambda: open("/tmp/words").read(4))
("namespaces\n", "name")
>>> f.close()
>>> f
<file "/tmp/words", closed>
`,
	Func: func(c *Call) (starlark.Value, error) {
		path, flags, mode := "", Flags{Family: OpenFamily}, Flags{Family: ModeFamily}
		if err := c.Args(&path, &flags, &mode); err != nil {
			return nil, err
		}
		var p task.Program
		p.Take(openCall(&p, path, flags.Value, mode.Value))
		if err := c.Do(&p); err != nil {
			return nil, err
		}
		return NewFile(c.Host, p.Taken()[0], path), nil
	},
})

// openCall appends an open(2). The task must not get a terminal by it, and
// what it executes no descriptor.
func openCall(p *task.Program, path string, flags, mode uint64) *task.Call {
	all := flags | unix.O_NOCTTY | unix.O_CLOEXEC
	args := []task.Arg{cwd(), task.Str(path), task.Flags(all, openText(all))}
	if flags&unix.O_CREAT != 0 || flags&unix.O_TMPFILE == unix.O_TMPFILE {
		args = append(args, modeArg(mode))
	}
	return p.Call("openat", args...)
}

// openText shows flags of open(2) with the access mode, which may be 0.
func openText(flags uint64) string {
	text := Flags{OpenFamily, flags}.Text()
	if flags&unix.O_ACCMODE == unix.O_RDONLY && flags&unix.O_PATH == 0 {
		text = "O_RDONLY|" + text
	}
	return text
}

// cwd is AT_FDCWD: the calls that take a directory's descriptor are those that
// every machine has.
func cwd() task.Arg { return task.Int(unix.AT_FDCWD).As("AT_FDCWD") }

// fdText shows a descriptor together with what it stands for, as strace -y.
func fdText(name string) string { return "fd<" + strings.Trim(strconv.Quote(name), `"`) + ">" }

// modeArg is a mode, shown as strace(1) shows it: the type by its name, the
// permissions in octal.
func modeArg(mode uint64) task.Arg {
	text := fmt.Sprintf("%#o", mode&^unix.S_IFMT)
	if kind := mode & unix.S_IFMT; kind != 0 {
		text = strings.Join(append(Flags{ModeFamily, kind}.Names(), text), "|")
	}
	return task.Flags(mode, text)
}
