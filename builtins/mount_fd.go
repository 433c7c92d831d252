package builtins

import (
	"errors"
	"fmt"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// A dirArg is the argument of a parameter dfd: a file, or AT_FDCWD where there
// is none.
type dirArg struct{ file *FileValue }

// Unpack takes no numbers of descriptors: a script has none in its task.
func (d *dirArg) Unpack(v starlark.Value) error {
	switch v := v.(type) {
	case *FileValue:
		d.file = v
		return nil
	case starlark.Int:
		if n, ok := v.Int64(); ok && n == unix.AT_FDCWD {
			return nil
		}
	}
	return fmt.Errorf("must be a file or AT_FDCWD, but is %s", describe(v))
}

// lend calls do with what stands for the directory in p, open until do returns.
func (d *dirArg) lend(p *task.Program, do func(task.Arg) error) error {
	if d.file == nil {
		return do(cwd())
	}
	return d.file.lend(p, do)
}

// empty is the flag that an empty path takes if it is to mean the file itself,
// which it cannot but mean.
func (d *dirArg) empty(path string, flag uint64) uint64 {
	if d.file == nil || path != "" {
		return 0
	}
	return flag
}

// text is where path leads from d, for the name of what is opened there.
func (d *dirArg) text(path string) string {
	switch {
	case d.file == nil || strings.HasPrefix(path, "/"):
		return path
	case path == "":
		return d.file.Name
	}
	return strings.TrimSuffix(d.file.Name, "/") + "/" + path
}

// lend calls do with the file's number in p; the file is open until do returns.
func (f *FileValue) lend(p *task.Program, do func(task.Arg) error) error {
	return f.Use(func(fd int) error { return do(p.Lend(fd).As(fdText(f.Name))) })
}

// take has the task run p, and returns the file that its call opened.
func (c *Call) take(p *task.Program, call *task.Call, name string) (starlark.Value, error) {
	p.Take(call)
	if err := c.Do(p); err != nil {
		return nil, err
	}
	return NewFile(c.Host, p.Taken()[0], name), nil
}

// takeNamespace does so with a namespace.
func (c *Call) takeNamespace(p *task.Program, call *task.Call) (starlark.Value, error) {
	p.Take(call)
	if err := c.Do(p); err != nil {
		return nil, err
	}
	ns, err := c.Host.namespace(p.Taken()[0])
	if err != nil {
		return nil, err
	}
	return ns, nil
}

// The names of files that are no paths begin with what they are.
const (
	contextName = "fscontext:" // a file system about to be made or changed
	mountName   = "mount:"     // a mount without a place
)

// A contextError is why a file system refused, in its own words.
type contextError struct {
	err error
	log []string
}

func (e *contextError) Error() string { return e.err.Error() }

func (e *contextError) Unwrap() error { return e.err }

// withLog adds to err what the file system behind fd has written about it. The
// log is the same for all who have fd, so the host reads it.
func (c *Call) withLog(fs *FileValue, fd int, err error) error {
	var call *task.Error
	if !errors.As(err, &call) || !strings.HasPrefix(fs.Name, contextName) {
		return err
	}
	var log []string
	_ = c.Block(func() error { log = contextLog(fd); return nil })
	if len(log) == 0 {
		return err
	}
	return &contextError{err, log}
}

// contextLog reads the messages of a file system context, which are gone then.
// Each begins with a letter for how grave it is.
func contextLog(fd int) (log []string) {
	const most = 8 // the kernel keeps so many
	var st unix.Statfs_t
	const anonInodeMagic = 0x09041934
	if unix.Fstatfs(fd, &st) != nil || st.Type != anonInodeMagic {
		return nil // a file that only has such a name
	}
	buf := make([]byte, 8<<10)
	for len(log) < most {
		n, err := unix.Read(fd, buf)
		if err != nil || n <= 0 {
			break
		}
		text := strings.TrimSpace(string(buf[:n]))
		if len(text) > 2 && text[1] == ' ' {
			text = text[2:]
		}
		log = append(log, text)
	}
	return log
}

// contextHint comes before all other hints: the file system knows best.
func contextHint(_ *Call, e *Error) string {
	var failed *contextError
	if errors.As(e.cause, &failed) {
		return strings.Join(failed.log, ", ")
	}
	return ""
}
