package builtins

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "max_namespaces(cgroup=None, ipc=None, mnt=None, net=None, pid=None, time=None, user=None, uts=None, *, task=None)",
	Shelf: "namespaces",
	Page:  "namespaces(7)",
	Like:  "sysctl user.max_user_namespaces=0",
	Doc: `Limits how many namespaces of each type a user may make, or returns the limits.

They are /proc/sys/user/max_*_namespaces of the task's user namespace, and hold
there and in all below. Making more is ENOSPC. Who has CAP_SYS_RESOURCE in it
may set them, and so can raise them again: to forbid something for good, set
the limit and go on in a user namespace below. A task that has no user namespace
of its own sets those of the machine.`,
	Example: `
>>> max_namespaces(net=0)
>>> max_namespaces().net
0
>>> unshare(CLONE_NEWNET)
unshare: ENOSPC (no space left on device): unshare(CLONE_NEWNET)
hint: a limit on net namespaces is reached: /proc/sys/user/max_net_namespaces is 0 in user:[…]
`,
	Func: func(c *Call) (starlark.Value, error) {
		values := make([]starlark.Value, len(limitedKinds))
		ptrs := make([]any, len(values))
		for i := range values {
			ptrs[i] = &values[i]
		}
		if err := c.Args(ptrs...); err != nil {
			return nil, err
		}
		limits := map[string]int64{}
		for i, v := range values {
			if v == starlark.None {
				continue
			}
			err := unpackInt(limitedKinds[i], v, 0, math.MaxInt32, func(n int64) { limits[limitedKinds[i]] = n })
			if err != nil {
				return nil, err
			}
		}
		if len(limits) == 0 {
			return c.namespaceLimits()
		}
		return starlark.None, c.limitNamespaces(limits)
	},
})

// limitedKinds are the types of namespaces in the order of the signature.
var limitedKinds = [...]string{"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"}

func limitFile(kind string) string { return "sys/user/max_" + kind + "_namespaces" }

// limitNamespaces has the task write by the host's /proc: which limits the
// files mean depends on who opens them.
func (c *Call) limitNamespaces(limits map[string]int64) error {
	proc, err := openProc()
	if err != nil {
		return err
	}
	defer unix.Close(proc)
	var p task.Program
	dir := p.Lend(proc).As("/proc")
	for _, kind := range limitedKinds {
		n, ok := limits[kind]
		if !ok {
			continue
		}
		fd := p.Call("openat", dir, task.Str(limitFile(kind)), task.Flags(unix.O_WRONLY|unix.O_CLOEXEC, "O_WRONLY|O_CLOEXEC"))
		p.Drop(fd)
		text := strconv.FormatInt(n, 10)
		p.Call("write", task.Res(fd).As(fdText("/proc/"+limitFile(kind))), task.Str(text), task.Int(len(text)))
	}
	return c.Do(&p)
}

// namespaceLimits are all limits as a struct; None is one that the kernel does
// not have.
func (c *Call) namespaceLimits() (starlark.Value, error) {
	proc, err := openProc()
	if err != nil {
		return nil, err
	}
	defer unix.Close(proc)
	var p task.Program
	dir := p.Lend(proc).As("/proc")
	var bufs [len(limitedKinds)][]byte
	var reads [len(limitedKinds)]*task.Call
	for i, kind := range limitedKinds {
		bufs[i] = make([]byte, 32)
		fd := p.Call("openat", dir, task.Str(limitFile(kind)), task.Flags(unix.O_CLOEXEC, "O_RDONLY|O_CLOEXEC")).May()
		p.Drop(fd)
		reads[i] = p.Call("read", task.Res(fd), task.Out(bufs[i]), task.Int(len(bufs[i]))).May()
	}
	if err := c.Do(&p); err != nil {
		return nil, err
	}
	d := starlark.StringDict{}
	for i, kind := range limitedKinds {
		d[kind] = starlark.None
		if n := reads[i].Result(); n > 0 && n <= int64(len(bufs[i])) {
			text := strings.TrimSpace(string(bufs[i][:n]))
			limit, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				return nil, fmt.Errorf("/proc/%s has %q, which is no number", limitFile(kind), text)
			}
			d[kind] = starlark.MakeInt64(limit)
		}
	}
	return starlarkstruct.FromStringDict(starlarkstruct.Default, d), nil
}

var _ = looking([]string{"max_namespaces"}, unix.EACCES, func(l *look, _ *Error) string {
	return l.lacks("to set a limit", unix.CAP_SYS_RESOURCE, l.own("user"), "")
})
