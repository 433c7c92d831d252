package builtins

import (
	"strconv"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"
)

var _ = def(Builtin{
	Sig:   "oom_score_adj(value=None, *, task=None)",
	Shelf: "process",
	Page:  "proc_pid_oom_score_adj(5)",
	Like:  "choom -n VALUE -p PID",
	Doc: `Sets how gladly the kernel kills the task when memory runs out, or returns it.

The value is from -1000, never, to 1000, before all others. Children and
programs inherit it. To lower it below what was set by a privileged process
needs CAP_SYS_RESOURCE in the user namespace that the machine began with.`,
	Example: `
>>> t = clone()
>>> oom_score_adj(1000, task=t)
>>> oom_score_adj(task=t)
1000
>>> t.run("cat", "/proc/self/oom_score_adj")
1000
exit status 0
>>> oom_score_adj(1001)
oom_score_adj: bad value: value must be from -1000 to 1000, but is int 1001
`,
	Func: func(c *Call) (starlark.Value, error) {
		var value starlark.Value
		if err := c.Args(&value); err != nil {
			return nil, err
		}
		if value == starlark.None {
			text, err := c.ownProcFile("oom_score_adj", "")
			if err != nil {
				return nil, err
			}
			n, err := strconv.Atoi(strings.TrimSpace(text))
			return starlark.MakeInt(n), err
		}
		text := ""
		if err := unpackInt("value", value, -1000, 1000, func(n int64) { text = strconv.FormatInt(n, 10) }); err != nil {
			return nil, err
		}
		_, err := c.ownProcFile("oom_score_adj", text)
		return starlark.None, err
	},
})

var _ = looking([]string{"oom_score_adj"}, unix.EACCES, func(l *look, e *Error) string {
	if name, _ := failing(e); name != "write" {
		return ""
	}
	now := strings.TrimSpace(l.proc("oom_score_adj"))
	return l.lacksInitial("to go from "+now+" below what a privileged process has set", unix.CAP_SYS_RESOURCE, "")
})
