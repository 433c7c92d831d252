package builtins

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// A program is what run, sh and spawn start: their common parameters, and what
// the host holds for it while it runs.
type program struct {
	host    *Host
	name    string // as errors call it
	cmd     task.Command
	files   map[int]*FileValue // what the script lends, by the program's number
	input   []byte             // what it reads on 0, if hasInput
	capture bool
	check   bool
	limit   <-chan time.Time // nil: none
	timeout float64

	dir    *FileValue     // the working directory, if it is a file
	cgroup starlark.Value // that it starts in, or nil

	passes  []unix.Signal // that nstar gets and the program is to have
	passing *forwarder    // nil: it is not waited for

	terminal *lentTerminal // nil: it is not in the foreground of one
	hasInput bool
	outputs  []*output // the host's ends of pipes that the program writes to

	onPty   bool          // it gets a terminal of its own:
	pty     *pty          // once it is open
	console *console      // nil: nobody sits at it
	screen  *bytes.Buffer // what it showed, if capture
}

// common is how the parameters are unpacked that run, sh and spawn share.
type common struct {
	stdout, stderr, stdin starlark.Value
	seccomp               starlark.Value
	listen                bool // somebody gets the filter's listener
	env                   *starlark.Dict
	cwd                   starlark.Value
	argv0                 string
	files                 []starlark.Tuple

	cgroup        starlark.Value
	session, init bool
	tty           starlark.Value
}

// newProgram makes the program of a command line.
func newProgram(c *Call, name string, argv []string, o common) (*program, error) {
	env := c.Host.environ
	if o.env != nil {
		env = o.env
	}
	p := &program{host: c.Host, name: name, files: map[int]*FileValue{}}
	var err error
	if p.cmd.Env, err = EnvStrings("env", env); err != nil {
		return nil, err
	}
	if p.cmd.Paths, err = c.Host.candidates(argv[0]); err != nil {
		return nil, err
	}
	if err := p.place(o); err != nil {
		return nil, err
	}
	p.cmd.Argv = argv
	if o.argv0 != "" {
		p.cmd.Argv = append([]string{o.argv0}, argv[1:]...)
	}
	for fd, v := range []starlark.Value{o.stdin, o.stdout, o.stderr} {
		if v == nil || v == starlark.None {
			continue
		}
		if err := p.lend([]string{"stdin", "stdout", "stderr"}[fd], fd, v); err != nil {
			return nil, err
		}
	}
	if err := p.filterBy(o); err != nil {
		return nil, err
	}
	if err := p.lendFiles(o.files); err != nil {
		return nil, err
	}
	return p, p.wantTTY(o.tty)
}

func (p *program) lend(name string, fd int, v starlark.Value) error {
	f, ok := v.(*FileValue)
	if !ok {
		return BadValue(name, "a file", v)
	}
	if p.files[fd] != nil {
		return fmt.Errorf("bad value: %s would be descriptor %d, which is given twice", name, fd)
	}
	p.files[fd] = f
	return nil
}

// lendFiles takes the parameter files: {3: file}.
func (p *program) lendFiles(items []starlark.Tuple) error {
	const most = 1 << 16
	for _, item := range items {
		var fd int
		if err := unpack("a number in files", item[0], &fd); err != nil {
			return err
		}
		if fd < 0 || fd > most {
			return BadValue("a number in files", fmt.Sprintf("from 0 to %d", most), item[0])
		}
		if err := p.lend(fmt.Sprintf("files[%d]", fd), fd, item[1]); err != nil {
			return err
		}
	}
	return nil
}

// start starts the program as a child of c.Task.
func (p *program) start(c *Call) (t *task.Task, err error) {
	fds := map[int]int{}
	ends, err := p.openPipes(c, fds)
	defer func() {
		for _, fd := range ends {
			unix.Close(fd)
		}
		if err != nil {
			p.stopOutputs()
			if p.pty != nil {
				p.pty.hangUp()
			}
		}
	}()
	if err != nil {
		return nil, err
	}
	cmd := p.cmd
	err = p.withPlace(c, &cmd, func() error {
		return c.Block(func() error {
			return useAll(p.files, fds, func() error {
				cmd.Files = fds
				return withShell(cmd, func(cmd task.Command) (err error) {
					t, err = c.Task.Spawn(c.ctx, cmd)
					return err
				})
			})
		})
	})
	if err != nil {
		return nil, notFound(c.Host, p.cmd, err)
	}
	if p.passing != nil {
		p.passing.start(t)
	}
	for _, o := range p.outputs {
		c.Host.clones.Go(o.pump)
	}
	return t, nil
}

// useAll calls do with the descriptors of all files in fds.
func useAll(files map[int]*FileValue, fds map[int]int, do func() error) error {
	for n, f := range files {
		if _, held := fds[n]; held {
			continue
		}
		return f.Use(func(fd int) error {
			fds[n] = fd
			return useAll(files, fds, do)
		})
	}
	return do()
}

// candidates are the paths of a program, as execvp(3) tries them.
func (h *Host) candidates(file string) ([]string, error) {
	if file == "" || strings.Contains(file, "/") {
		return []string{file}, nil
	}
	path, err := h.searchPath()
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, dir := range strings.Split(path, ":") {
		if dir != "" { // empty is the working directory
			dir = strings.TrimSuffix(dir, "/") + "/"
		}
		paths = append(paths, dir+file)
	}
	return paths, nil
}

// searchPath is the script's PATH, or the one that confstr(3) tells.
func (h *Host) searchPath() (path string, err error) {
	v, ok, err := h.environ.Get(starlark.String("PATH"))
	if err != nil || !ok {
		return "/bin:/usr/bin", err
	}
	err = unpackString(`environ["PATH"]`, v, &path)
	return path, err
}

// withShell does what execvp(3) does with a file that is no program to the
// kernel (ENOEXEC): it is a script of /bin/sh.
func withShell(cmd task.Command, try func(task.Command) error) error {
	err := try(cmd)
	if !errors.Is(err, unix.ENOEXEC) {
		return err
	}
	for _, path := range cmd.Paths {
		one := cmd
		one.Paths = []string{path}
		if e := try(one); e == nil {
			return nil
		} else if !errors.Is(e, unix.ENOEXEC) {
			continue
		}
		one.Paths = []string{"/bin/sh"}
		one.Argv = append([]string{"/bin/sh", path}, cmd.Argv[min(1, len(cmd.Argv)):]...)
		return try(one)
	}
	return err
}

// notInPath is the error of a program that is in none of many places. One for
// each place, or for the first, would mislead.
type notInPath struct{ file, path string }

func (e *notInPath) Error() string { return fmt.Sprintf("%q is not in PATH: %v", e.file, unix.ENOENT) }

func (e *notInPath) Unwrap() error { return unix.ENOENT }

// notFound replaces the error of a search in PATH that found nothing.
func notFound(h *Host, cmd task.Command, err error) error {
	var e *task.Error
	if len(cmd.Paths) < 2 || !errors.As(err, &e) || e.Name != "execve" || e.Errno != unix.ENOENT {
		return err
	}
	path, _ := h.searchPath()
	return &notInPath{cmd.Paths[0][strings.LastIndexByte(cmd.Paths[0], '/')+1:], path}
}
