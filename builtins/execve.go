package builtins

import (
	"errors"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "execve(path, argv, envp=None, *, seccomp=None, task=None)",
	Shelf: "process",
	Page:  "execve(2)",
	Like:  "exec PATH",
	Doc: `Replaces the task by a program, for good.

For the current task, nothing that follows is done: at the top of a script nstar
waits for the program and exits with its status. Another task just becomes the
program. envp is a dict or a list of "NAME=value", by default environ. The
program has the descriptors 0, 1 and 2. When it fails, the task is as before.

seccomp is a filter, see seccomp_filter, that is put in place right before: one
that leaves the task no other call than execve will do. If the kernel then does
not execute what it said may be executed, the task is left under the filter.`,
	Example: `
>>> t = clone()
>>> execve("/bin/sh", ["sh", "-c", "exit 3"], {}, task=t)
>>> wait(t)
exit status 3
>>> catch(execve, "/", ["x"]).error.errno
"EACCES"
>>> wait(clone(0, lambda: execve("/bin/sh", ["sh", "-c", "exit $X"], ["X=4"])))
exit status 4
`,
	Func: func(c *Call) (starlark.Value, error) {
		var path string
		var envp, filter starlark.Value
		var cmd task.Command
		err := c.Args(&path, &cmd.Argv, &envp, &filter)
		if err == nil {
			cmd.Paths = []string{path}
			cmd.Env, err = envStrings(c, envp)
		}
		if err == nil {
			err = c.filterExec(&cmd, filter)
		}
		if err != nil {
			return nil, err
		}
		err = c.become(cmd, func(cmd task.Command) error { return c.Task.Exec(c.ctx, cmd) })
		return c.replaced(err)
	},
})

var _ = def(Builtin{
	Sig:   "execvp(file, argv, *, seccomp=None, task=None)",
	Shelf: "process",
	Page:  "execvp(3)",
	Like:  "exec FILE",
	Doc: `Replaces the task by a program that is looked for in environ["PATH"], for good.

A file with a slash is not looked for. One that is executable but no program to
the kernel (ENOEXEC) is run by /bin/sh. The rest is as with execve.`,
	Example: `
>>> t = clone()
>>> execvp("sh", ["sh", "-c", "exit 3"], task=t)
>>> wait(t)
exit status 3
>>> catch(execvp, "no-such-program", ["x"]).error.errno
"ENOENT"
`,
	Func: func(c *Call) (starlark.Value, error) {
		var file string
		var filter starlark.Value
		var cmd task.Command
		err := c.Args(&file, &cmd.Argv, &filter)
		if err == nil {
			cmd.Env, err = c.Host.Environ()
		}
		if err == nil {
			cmd.Paths, err = c.Host.candidates(file)
		}
		if err == nil {
			err = c.filterExec(&cmd, filter)
		}
		if err != nil {
			return nil, notFound(c.Host, cmd, err)
		}
		err = c.become(cmd, func(cmd task.Command) error {
			return withShell(cmd, func(cmd task.Command) error { return c.Task.Exec(c.ctx, cmd) })
		})
		return c.replaced(notFound(c.Host, cmd, err))
	},
})

// envStrings is envp, a dict or a list, as the kernel takes it.
func envStrings(c *Call, envp starlark.Value) (env []string, err error) {
	switch envp := envp.(type) {
	case starlark.NoneType:
		return c.Host.Environ()
	case *starlark.Dict:
		return EnvStrings("envp", envp)
	case *starlark.List, starlark.Tuple:
		err = unpackStrings("envp", envp, &env)
		return env, err
	}
	return nil, BadValue("envp", "a dict or a list of strings", envp)
}

// replaced is what a word returns after c.Task has become a program: if that
// was the current task, there is nobody left to go on.
func (c *Call) replaced(err error) (starlark.Value, error) {
	if err != nil {
		return nil, err
	}
	current, err := c.Current()
	if err == nil && current == c.Task {
		err = &Replaced{c.Task, c.Host}
	}
	return starlark.None, err
}

var _ = hint("execve", unix.ENOEXEC, func(*Call, *Error) string {
	return "the file is executable, but neither a program of this machine nor a script that begins with #!; " +
		"execvp has /bin/sh run it"
})

var _ = hint("", unix.ENOENT, func(c *Call, e *Error) string {
	var search *notInPath
	if errors.As(e.cause, &search) {
		return "PATH is " + search.path
	}
	var failed *task.Error
	if !errors.As(e.cause, &failed) || failed.Name != "execve" || c.Task == nil {
		return ""
	}
	path, ok := c.Arg("path").(starlark.String)
	if !ok {
		if path, ok = c.Arg("file").(starlark.String); !ok {
			return ""
		}
	}
	if _, err := c.Syscall("faccessat", task.Int(unix.AT_FDCWD), task.Str(string(path)), task.Int(unix.F_OK)); err != nil {
		return ""
	}
	return "the file exists; what does not is the interpreter that its first line or its ELF header names"
})
