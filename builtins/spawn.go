package builtins

import "go.starlark.net/starlark"

var _ = def(Builtin{
	Sig: "spawn(file, *args, stdin=None, stdout=None, stderr=None, env=None, cwd=None, files=None, argv0=None, " +
		"cgroup=None, session=False, init=True, pdeathsig=SIGKILL, seccomp=None, task=None)",
	Shelf: "process",
	Page:  "posix_spawn(3)",
	Like:  "sleep 60 &",
	Doc: `Starts a program as a child of the task and returns it as a task, without waiting.

The parameters are those of run. When its parent dies, the program gets
pdeathsig; None is no signal. wait tells how it ended.`,
	Example: `
>>> t = spawn("sleep", "60")
>>> t.alive
True
>>> t.kill()
>>> wait(t)
killed by SIGTERM
`,
	Func: func(c *Call) (starlark.Value, error) {
		var file starlark.Value
		var args []string
		var o common
		var dies starlark.Value
		if err := c.Args(&file, &args, &o.stdin, &o.stdout, &o.stderr, &o.env, &o.cwd, &o.files, &o.argv0,
			&o.cgroup, &o.session, &o.init, &dies, &o.seccomp); err != nil {
			return nil, err
		}
		argv, err := commandLine(file, args)
		if err != nil {
			return nil, err
		}
		p, err := newProgram(c, short(argv[0]), argv, o)
		if err != nil {
			return nil, err
		}
		if p.cmd.DeathSignal, err = deathSignal(dies); err != nil {
			return nil, err
		}
		t, err := p.start(c)
		if err != nil {
			return nil, err
		}
		c.spawned(t, p.outputs)
		return c.Host.TaskValue(t), nil
	},
})
