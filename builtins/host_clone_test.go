package builtins

import (
	"strings"
	"testing"

	"go.starlark.net/starlark"

	"nstar/builtins/internal/task"
)

// fork is the barest clone: it runs fn in a child and returns the child.
var fork = newBuiltin(Builtin{Sig: "fork(fn, *args, task=None)", Func: func(c *Call) (starlark.Value, error) {
	var fn starlark.Callable
	var args starlark.Tuple
	if err := c.Args(&fn, &args); err != nil {
		return nil, err
	}
	var child *task.Task
	err := c.Block(func() (err error) {
		child, err = c.Task.Clone(c.ctx, task.CloneOptions{Cgroup: -1})
		return err
	})
	if err != nil {
		return nil, err
	}
	c.Host.Go(c, child, fn, args)
	return c.Host.TaskValue(child), nil
}})

// join waits for the end of a child.
var join = newBuiltin(Builtin{Sig: "join(t)", Func: func(c *Call) (starlark.Value, error) {
	var t *TaskValue
	if err := c.Args(&t); err != nil {
		return nil, err
	}
	err := c.Block(func() error {
		select {
		case <-t.Task.Done():
			return nil
		case <-c.ctx.Done():
			return c.ctx.Err()
		}
	})
	return taskStatus(t), err
}})

func TestClone(t *testing.T) {
	tests := []struct{ src, want string }{
		{`print(join(fork(lambda: None)))`, "exit status 0\n"},
		{`print(join(fork(lambda n: n, 7)).code)`, "7\n"},
		{`print(join(fork(exit, 3)), join(fork(exit)) == join(fork(exit)))`, "exit status 3 False\n"},
		{`print(join(fork(lambda: 1 // 0)))`, "floored division by zero\nexit status 1\n"},
		{`print(join(fork(lambda: "x")))`, "bad value: what lambda returns must be an exit status from 0 to 255, or None, but is string \"x\"\nexit status 1\n"},
		{`me = self(); t = fork(lambda: 0 if self() != me else 1); print(join(t), t.status, t.parent == me, t.alive)`, "exit status 0 exit status 0 True False\n"},
		{`print(gethostname() != "", self() == self(), self().call(self) == self())`, "True True True\n"},
		{`me = self(); t = fork(sleep, 1000); use(t); print(self() == t); use(); print(self() == me); print(t.call(self) == t)`, "True\nTrue\nTrue\n"},
		{`t = fork(sleep, 1000); t.close(); s = join(t); print(s, s.signal == SIGKILL, s.code, bool(s))`, "killed by SIGKILL True None False\n"},
		{`t = fork(lambda: [sleep(0.001) for i in range(100000)]); t.close(); print(join(t).signal)`, "SIGKILL\n"},
		{`e = catch(sethostname, "x" * 65).error; print(e.errno, e.message.startswith("sethostname: E"), e.word, len(e.args[0]))`, "EINVAL True sethostname 65\n"},
	}
	for _, tt := range tests {
		t.Run(tt.src, func(t *testing.T) {
			h, out := session(t)
			h.reportf = func(err error) { h.Stderr.Write([]byte(err.Error() + "\n")) }
			err := h.script(t.Context(), tt.src, starlark.StringDict{"fork": fork.value(), "join": join.value()})
			if err != nil {
				t.Fatal(err)
			}
			if got := out.String(); got != tt.want && !denied(got) {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// denied is what an ordinary user gets to hear from sethostname.
func denied(text string) bool { return strings.HasPrefix(text, "EPERM True sethostname") }
