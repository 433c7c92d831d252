package builtins

import (
	"errors"
	"sync"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "cap_drop_bound(caps=None, *, but=None, task=None)",
	Shelf: "security",
	Page:  "PR_CAPBSET_DROP(2const)",
	Like:  "capsh --drop=…",
	Doc: `Drops capabilities from the bounding set of the task, for good.

caps is a list or a set of CAP_ constants, or one; with but instead, all that the
kernel knows are dropped, but those. A program that the task runs cannot get
them, whoever owns it and whatever its file says. The word is named after the
function of libcap, which drops one; it takes CAP_SETPCAP.`,
	Example: `
>>> t = clone()
>>> cap_drop_bound(CAP_SYS_ADMIN, task=t)
>>> CAP_SYS_ADMIN in capget(task=t).bounding
False
>>> cap_drop_bound(but=[CAP_CHOWN, CAP_KILL], task=t)
>>> capget(task=t).bounding
set([CAP_CHOWN, CAP_KILL])
>>> run("grep", "CapEff", "/proc/self/status", capture=True, task=t).stdout
"CapEff:\t0000000000000021\n"
`,
	Func: func(c *Call) (starlark.Value, error) {
		var caps, but starlark.Value
		if err := c.Args(&caps, &but); err != nil {
			return nil, err
		}
		if (caps == starlark.None) == (but == starlark.None) {
			return nil, errors.New("bad value: either caps or but must be given")
		}
		if but != starlark.None {
			keep, err := unpackCaps("but", but)
			if err != nil {
				return nil, err
			}
			return starlark.None, c.dropAllBut(keep)
		}
		set, err := unpackCaps("caps", caps)
		if err != nil {
			return nil, err
		}
		var p task.Program
		for _, f := range set.list() {
			p.Call("prctl", prctlOption("PR_CAPBSET_DROP", unix.PR_CAPBSET_DROP), f.Arg())
		}
		return starlark.None, c.MakeAll(&p, nil)
	},
})

var _ = def(Builtin{
	Sig:   "cap_set_ambient(caps, *, task=None)",
	Shelf: "security",
	Page:  "PR_CAP_AMBIENT(2const)",
	Like:  "setpriv --ambient-caps …",
	Doc: `Makes caps the ambient set of the task: what programs keep that are no root's.

caps is a list or a set of CAP_ constants, or one; each must be permitted and
inheritable. What is not among them is lowered. The word is named after the
function of libcap, which raises or lowers one.`,
	Example: `
>>> t = clone()
>>> capset(inheritable=[CAP_KILL], task=t)
>>> cap_set_ambient([CAP_KILL], task=t)
>>> capget(task=t).ambient
set([CAP_KILL])
>>> cap_set_ambient([CAP_CHOWN], task=t)
cap_set_ambient: EPERM (operation not permitted): prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN)
hint: CAP_CHOWN is not inheritable: capset(inheritable=…) first
>>> cap_set_ambient([], task=t)
`,
	Func: func(c *Call) (starlark.Value, error) {
		set, err := c.capsArg()
		if err != nil {
			return nil, err
		}
		option := prctlOption("PR_CAP_AMBIENT", unix.PR_CAP_AMBIENT)
		zero := task.Int(0).As(hidden)
		var p task.Program
		p.Call("prctl", option, prctlOption("PR_CAP_AMBIENT_CLEAR_ALL", unix.PR_CAP_AMBIENT_CLEAR_ALL), zero, zero, zero)
		for _, f := range set.list() {
			p.Call("prctl", option, prctlOption("PR_CAP_AMBIENT_RAISE", unix.PR_CAP_AMBIENT_RAISE), f.Arg(), zero, zero)
		}
		return starlark.None, c.MakeAll(&p, nil)
	},
})

// dropAllBut drops all capabilities but those of keep.
func (c *Call) dropAllBut(keep capSet) error {
	var p task.Program
	p.Call("prctl", prctlOption("PR_CAPBSET_READ", unix.PR_CAPBSET_READ), Flags{Family: CapFamily}.Arg()) // has no effect; there may be nothing to drop
	for _, f := range (known() &^ keep).list() {
		p.Call("prctl", prctlOption("PR_CAPBSET_DROP", unix.PR_CAPBSET_DROP), f.Arg())
	}
	return c.MakeAll(&p, nil)
}

// known are the capabilities that the kernel has, and at least CAP_CHOWN.
var known = sync.OnceValue(func() capSet {
	all := capSet(1)
	for i := 1; i < 64 && unix.Prctl(unix.PR_CAPBSET_READ, uintptr(i), 0, 0, 0) == nil; i++ {
		all |= 1 << i
	}
	return all
})

// hidden is the text of an argument that the kernel wants to be 0.
const hidden = "\x00"

func prctlOption(name string, value uint64) task.Arg { return task.Flags(value, name) }

// capsArg is the only argument of the call.
func (c *Call) capsArg() (capSet, error) {
	var caps starlark.Value
	if err := c.Args(&caps); err != nil {
		return 0, err
	}
	return unpackCaps("caps", caps)
}
