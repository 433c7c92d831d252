package builtins

import "go.starlark.net/starlark"

var _ = def(Builtin{
	Sig: "spawn(file, *args, stdin=None, stdout=None, stderr=None, env=None, cwd=None, files=None, argv0=None, " +
		"cgroup=None, session=False, init=True, pdeathsig=SIGKILL, seccomp=None, tty=None, task=None)",
	Shelf: "process",
	Page:  "posix_spawn(3)",
	Like:  "sleep 60 &",
	Doc: `Starts a program as a child of the task and returns it as a task, without waiting.

The parameters are those of run. When its parent dies, the program gets
pdeathsig; None is no signal. wait tells how it ended. If the filter seccomp
leaves calls to a listener (SECCOMP_RET_USER_NOTIF), that is t.listener.

What is spawned at the prompt is a job in the background: it has a process group
of its own, so that Ctrl-C does not reach it, and is stopped (SIGTTIN) if it
reads the terminal: wait has it go on in the foreground. In a script it stays in
the process group of nstar.

With tty="pty" it has a terminal of its own (help(run) tells more), and the task
an attribute tty to work it by: read(until), write(text), resize(rows, cols),
size, closed and close(). What nobody reads makes the program wait in the end.`,
	Example: `
>>> t = spawn("sleep", "60")
>>> t.alive
True
>>> t.kill()
>>> wait(t)
killed by SIGTERM
>>> t = spawn("sh", "-c", "read name; echo hello $name", tty="pty")
>>> t.tty.write("world\n")
>>> t.tty.read(until="hello world")
"world\r\nhello world"
`,
	Func: func(c *Call) (starlark.Value, error) {
		var file starlark.Value
		var args []string
		var o common
		var dies starlark.Value
		if err := c.Args(&file, &args, &o.stdin, &o.stdout, &o.stderr, &o.env, &o.cwd, &o.files, &o.argv0,
			&o.cgroup, &o.session, &o.init, &dies, &o.seccomp, &o.tty); err != nil {
			return nil, err
		}
		argv, err := commandLine(file, args)
		if err != nil {
			return nil, err
		}
		o.listen = true
		p, err := newProgram(c, short(argv[0]), argv, o)
		if err != nil {
			return nil, err
		}
		if p.cmd.DeathSignal, err = deathSignal(dies); err != nil {
			return nil, err
		}
		p.cmd.Group = !p.onPty && c.Host.jobControl() && !underFilter(c.Task.Pid())
		t, err := p.start(c)
		if err != nil {
			return nil, err
		}
		v := c.Host.TaskValue(t)
		if p.onPty {
			v.tty = newPtyValue(p.pty, t)
		}
		c.spawned(t, p.outputs)
		c.begun(t, jobName(argv))
		if f := p.cmd.Filter; f != nil && f.Listener >= 0 {
			v.listener, err = newListener(c.Host, f.Listener)
		}
		return v, err
	},
})
