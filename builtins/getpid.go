package builtins

import "go.starlark.net/starlark"

// simple is a word that is one system call without arguments and returns its
// result.
func simple(name string) func(*Call) (starlark.Value, error) {
	return func(c *Call) (starlark.Value, error) {
		if err := c.Args(); err != nil {
			return nil, err
		}
		n, err := c.Syscall(name)
		return starlark.MakeInt64(n), err
	}
}

var _ = def(Builtin{
	Sig:   "getpid(*, task=None)",
	Shelf: "process",
	Page:  "getpid(2)",
	Like:  "echo $$",
	Doc: `Returns the pid of the task in its own PID namespace.

That of the host's view is the attribute pid of the task.`,
	Example: `
>>> t = clone(CLONE_NEWPID)
>>> getpid(task=t)
1
>>> getpid() == self().nspid
True
`,
	Func: simple("getpid"),
})

var _ = def(Builtin{
	Sig:   "getppid(*, task=None)",
	Shelf: "process",
	Page:  "getppid(2)",
	Like:  "echo $PPID",
	Doc:   `Returns the pid of the parent of the task, 0 if the parent is not in its PID namespace.`,
	Example: `
>>> getppid(task=clone()) == getpid()
True
>>> getppid(task=clone(CLONE_NEWPID))
0
`,
	Func: simple("getppid"),
})
