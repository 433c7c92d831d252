package builtins

import (
	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "kill(pid, sig=SIGTERM, *, task=None)",
	Shelf: "process",
	Page:  "kill(2)",
	Like:  "kill -TERM PID",
	Doc: `Sends a signal to a process.

pid is a task, a pidfd, or a number in the view of the current task. A task gets
the signal through its pidfd and with the rights of nstar itself, whatever user
and namespace the current task is in; to a number or a pidfd the current task
sends it, with its own rights. A task that runs no program has all signals
blocked, so by number only SIGKILL and SIGSTOP act on it at once. Signal 0 just
asks whether the process can be signalled.`,
	Example: `
>>> t = clone()
>>> kill(t, SIGKILL)
>>> wait(t).signal
SIGKILL
>>> u = spawn("sleep", "60")
>>> kill(u.nspid)
>>> wait(u)
killed by SIGTERM
>>> catch(kill, u).error.errno
"ESRCH"
`,
	Func: func(c *Call) (starlark.Value, error) {
		var who starlark.Value
		sig := Flags{Family: SignalFamily}
		if err := c.Args(&who, &sig); err != nil {
			return nil, err
		}
		if sig.Value > 64 {
			return nil, BadValue("sig", "a signal from 0 to 64", c.Arg("sig"))
		}
		if t, ok := who.(*TaskValue); ok {
			return starlark.None, c.Block(func() error { return t.Task.Signal(c.ctx, unix.Signal(sig.Value)) })
		}
		if f, ok := who.(*FileValue); ok {
			return starlark.None, f.usePidfd("pid", func(fd int) error {
				var p task.Program
				p.Call("pidfd_send_signal", p.Lend(fd).As(fdText(f.Name)), sig.Arg(), task.Null, task.Int(0))
				return c.Do(&p)
			})
		}
		var pid int
		if unpack("pid", who, &pid) != nil || pid != int(int32(pid)) {
			return nil, BadValue("pid", "a task, a pidfd or the number of a process", who)
		}
		return c.Make("kill", task.Int(pid), sig.Arg())
	},
})
