package builtins

import (
	"fmt"
	"strings"

	"go.starlark.net/starlark"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "seccomp(filter, flags=0, *, task=None)",
	Shelf: "security",
	Page:  "seccomp(2)",
	Like:  "systemd-run -p SystemCallFilter=…",
	Doc: `Puts the task, and all that it will start, under a filter of system calls, for good.

filter is a seccomp_filter, or what makes one: its rules or bytes. The kernel
wants CAP_SYS_ADMIN in the task's user namespace, or that the task renounces
setuid programs first: prctl(PR_SET_NO_NEW_PRIVS, 1). A filter that forbids what
the task needs to take orders is refused; for one that is to hold for a program
only, there is run(…, seccomp=filter). With SECCOMP_FILTER_FLAG_NEW_LISTENER the
result is a listener, which receives the calls that the filter leaves to
somebody else (SECCOMP_RET_USER_NOTIF).`,
	Example: `
>>> t = clone()
>>> prctl(PR_SET_NO_NEW_PRIVS, 1, task=t)
>>> seccomp({SECCOMP_RET_ERRNO | EPERM: ["sethostname"]}, task=t)
>>> catch(sethostname, "x", task=t).error.errno
"EPERM"
>>> sethostname("x")
>>> seccomp({SECCOMP_RET_KILL_PROCESS: ["recvmsg", "mount"]})
seccomp: the filter forbids recvmsg, which the task needs to take orders
hint: allow it, or put only the programs under the filter: run(…, seccomp=filter)
`,
	Func: func(c *Call) (starlark.Value, error) {
		var v starlark.Value
		flags := Flags{Family: SeccompFlagFamily}
		if err := c.Args(&v, &flags); err != nil {
			return nil, err
		}
		f, err := filterArg("filter", v)
		if err == nil && f == nil {
			err = BadValue("filter", "a filter, a dict of rules or bytes", v)
		}
		if err != nil {
			return nil, err
		}
		if err := f.leaves(c.Task.Needs()); err != nil {
			return nil, err
		}
		e := f.engine(flags)
		if err := c.Block(func() error { return c.Task.Filter(c.ctx, e) }); err != nil {
			return nil, err
		}
		if e.Listener >= 0 {
			l, err := newListener(c.Host, e.Listener)
			if err != nil {
				return nil, err
			}
			return l, nil
		}
		return starlark.None, nil
	},
})

// leaves refuses a filter that keeps a task from what it needs.
func (f *filterValue) leaves(needs []task.Need) error {
	var missing []string
	for _, n := range needs {
		if !f.lets(n.Nr, n.Args) {
			missing = append(missing, task.Name(n.Nr))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return &cutOff{missing}
}

// cutOff is a filter under which the host could not reach the task.
type cutOff struct{ calls []string }

func (e *cutOff) Error() string {
	return fmt.Sprintf("the filter forbids %s, which the task needs to take orders", strings.Join(e.calls, ", "))
}

// startable refuses a filter under which no program can be started: it holds
// from just before execve, which nobody could answer for the one who waits for
// it to succeed. A listener is sent before that.
func (f *filterValue) startable(listens bool) error {
	names := []string{"execve", "exit_group"}
	if listens {
		names = append(names, "sendmsg")
	}
	for _, name := range names {
		nr, _ := task.Number(name)
		if !f.lets(nr, [6]uint64{}) {
			return fmt.Errorf("the filter does not allow %s, and it holds from just before the program is executed", name)
		}
	}
	return nil
}
