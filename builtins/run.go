package builtins

import (
	"context"
	"slices"
	"strings"
	"time"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig: "run(file, *args, check=True, input=None, stdout=None, stderr=None, capture=False, env=None, cwd=None, " +
		"files=None, timeout=None, argv0=None, cgroup=None, session=False, init=True, forward=None, seccomp=None, tty=None, task=None)",
	Shelf: "process",
	Page:  "system(3)",
	Like:  "ls -l",
	Doc: `Runs a program as a child of the task, waits for it, and returns how it ended.

A file without a slash is looked for in environ["PATH"]. A list as the first
argument, run(["ls", "-l"]), is file and arguments. The result has code, signal,
core, pid, rusage, stdout and stderr, and is true if the code is 0. A program
that fails fails the script as well, unless check is False; one that cannot be
executed is an error (ENOENT, EACCES, ENOEXEC) and has no result.

input is a string, bytes or a file to read; stdout and stderr are files to
write; capture=True puts what goes to neither into the result. What is not given
is inherited: 0, 1 and 2, and no other descriptor but those of
files={3: file}. env is a dict, by default environ; cwd the working directory, a
path or a file; argv0 what the program is told as its name. A program that has
not ended after timeout seconds is killed (ETIMEDOUT) with all that it has
forked, daemons as well.

cgroup is a cgroup, or a file that open has made of a folder of cgroup v2, to
start in. session=True puts the program into a session of its own, without a
terminal that it could type into (TIOCSTI). Where it would be process 1, of a
PID namespace that the task has made for its children, a process of nstar is
that, which takes the orphans and lives as long as the task; init=False makes
the program process 1, and its end that of the namespace. seccomp is a filter,
see seccomp_filter, that the program starts under. Signals in the list forward
that nstar gets while the program runs are sent on to it, and do not end the
script.

With tty="pty" the program has a terminal of its own, a pty of the task's devpts,
in a session of its own: it is 0, 1, 2 and /dev/tty. At a terminal, nstar hands
on to it all that is typed, Ctrl-C too, and to the terminal all that the program
prints, escape sequences as they are, until the program ends; ^] typed three
times within a second kills it. Elsewhere, or with input or capture, input (a
string or bytes) is typed and then Ctrl-D, and stdout is all that the terminal
showed, with the echo of what was typed.`,
	Example: `
>>> run("echo", "hello")
hello
exit status 0
>>> run("tr", "a-z", "A-Z", input="hello", capture=True).stdout
"HELLO"
>>> r = run("false", check=False)
>>> bool(r), r.code
(False, 1)
>>> run("false")
run: "false" exited with status 1
>>> run("test", "-t", "0", tty="pty")
exit status 0
`,
	Func: func(c *Call) (starlark.Value, error) {
		p, err := runProgram(c, func(file starlark.Value, args []string) (string, []string, error) {
			argv, err := commandLine(file, args)
			if err != nil {
				return "", nil, err
			}
			return argv[0], argv, nil
		})
		if err != nil {
			return nil, err
		}
		return p.run(c)
	},
})

var _ = def(Builtin{
	Sig: "sh(command, *args, check=True, input=None, stdout=None, stderr=None, capture=False, env=None, cwd=None, " +
		"files=None, timeout=None, argv0=None, cgroup=None, session=False, init=True, forward=None, seccomp=None, tty=None, task=None)",
	Shelf: "process",
	Page:  "sh(1)",
	Like:  "sh -c 'echo $1' sh ARG",
	Doc: `Runs a command of /bin/sh as a child of the task: run("/bin/sh", "-c", command).

The further arguments are $1, $2 and so on in the command, where nothing in them
has to be quoted. help(run) tells of the rest.`,
	Example: `
>>> sh("echo hello | tr a-z A-Z")
HELLO
exit status 0
>>> sh('echo "$1"', "it's * as it is", capture=True).stdout
"it's * as it is\n"
>>> sh("exit 3", check=False).code
3
`,
	Func: func(c *Call) (starlark.Value, error) {
		p, err := runProgram(c, func(command starlark.Value, args []string) (string, []string, error) {
			var text string
			if err := unpackString("command", command, &text); err != nil {
				return "", nil, err
			}
			return text, append([]string{"/bin/sh", "-c", text, "sh"}, args...), nil
		})
		if err != nil {
			return nil, err
		}
		return p.run(c)
	},
})

// commandLine is the argv of file and args; file may be a list itself.
func commandLine(file starlark.Value, args []string) ([]string, error) {
	var argv []string
	switch v := file.(type) {
	case *starlark.List, starlark.Tuple:
		if err := unpackStrings("file", v, &argv); err != nil {
			return nil, err
		}
		if len(argv) == 0 {
			return nil, BadValue("file", "a program", file)
		}
	default:
		var name string
		if err := unpackString("file", v, &name); err != nil {
			return nil, err
		}
		argv = []string{name}
	}
	return append(argv, args...), nil
}

// runProgram unpacks the parameters of run and sh, whose first two name says.
func runProgram(c *Call, line func(first starlark.Value, args []string) (name string, argv []string, err error)) (*program, error) {
	var first, input starlark.Value
	var args []string
	var check, capture bool
	var o common
	var forward starlark.Value
	timeout := -1.0
	err := c.Args(&first, &args, &check, &input, &o.stdout, &o.stderr, &capture, &o.env, &o.cwd, &o.files, &timeout, &o.argv0,
		&o.cgroup, &o.session, &o.init, &forward, &o.seccomp, &o.tty)
	if err != nil {
		return nil, err
	}
	name, argv, err := line(first, args)
	if err != nil {
		return nil, err
	}
	if c.Arg("timeout") != starlark.None && !(timeout >= 0) {
		return nil, BadValue("timeout", "a number of seconds", c.Arg("timeout"))
	}
	var data []byte
	hasInput := false
	switch input.(type) {
	case starlark.String, starlark.Bytes:
		err, hasInput = unpackBytes("input", input, &data), true
	case starlark.NoneType, *FileValue:
		o.stdin = input
	default:
		err = BadValue("input", "a string, bytes or a file", input)
	}
	if err != nil {
		return nil, err
	}
	p, err := newProgram(c, short(name), argv, o)
	if err != nil {
		return nil, err
	}
	if p.passes, err = forwardable(forward); err != nil {
		return nil, err
	}
	if hasInput && p.files[0] != nil {
		return nil, BadValue("input", "absent where files has 0", input)
	}
	p.input, p.hasInput, p.check, p.capture, p.timeout = data, hasInput, check, capture, timeout
	return p, nil
}

// giveBack ends the program's hold of the terminal. One that Ctrl-C has ended
// ends the script as well, as in a shell: nstar would have got the SIGINT too,
// had it been in the foreground. It is not sent now, for when it arrived it might
// interrupt what comes next.
func (p *program) giveBack(c *Call, killed unix.Signal, failed bool) {
	if p.terminal == nil {
		return
	}
	p.terminal.end(failed)
	interrupted := killed == unix.SIGINT || killed == unix.SIGQUIT
	if interrupted && !slices.Contains(p.passes, unix.SIGINT) && c.Host.interrupt != nil {
		c.Host.interrupt()
	}
}

// short is a command as errors call it.
func short(command string) string {
	const most = 80
	command, _, more := strings.Cut(strings.TrimSpace(command), "\n")
	if r := []rune(command); len(r) > most {
		command, more = string(r[:most]), true
	}
	if more {
		command += "…"
	}
	return command
}

// run starts p, waits for it, and returns the result.
func (p *program) run(c *Call) (starlark.Value, error) {
	if p.timeout >= 0 {
		p.limit, p.cmd.Contain = time.After(seconds(p.timeout)), true
	}
	p.passing = c.Host.forward(p.passes)
	defer p.passing.stop()
	if p.onPty {
		t, err := p.runOnPty(c)
		return p.ended(t, err)
	}
	if !p.cmd.Session && !p.hasInput && p.files[0] == nil {
		p.terminal = c.lendTerminalTo(c.Task)
	}
	p.cmd.Foreground, p.cmd.Terminal = p.terminal != nil, keyboard
	p.cmd.Group = p.terminal == nil && c.Host.inBackground(c.Thread) && !underFilter(c.Task.Pid())
	t, err := p.start(c)
	if err != nil {
		p.giveBack(c, 0, true)
		return nil, err
	}
	err = c.Block(func() error { return p.finish(c, t) })
	p.giveBack(c, t.Status().Signal, t.Status().Signal != 0 || t.Status().Code != 0)
	if err == nil {
		err = context.Cause(c.ctx)
	}
	return p.ended(t, err)
}

// ended is what run returns of a program that has ended, unless err says that
// something else has.
func (p *program) ended(t *task.Task, err error) (starlark.Value, error) {
	if err != nil {
		return nil, err
	}
	r := p.newResult(&StatusValue{Pid: t.Pid(), Status: t.Status()})
	if p.check && !bool(r.Truth()) {
		return nil, &failedProgram{p.name, r}
	}
	return r, nil
}
