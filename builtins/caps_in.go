package builtins

import (
	"fmt"

	"go.starlark.net/starlark"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "caps_in(ns, *, task=None)",
	Shelf: "security",
	Page:  "user_namespaces(7)",
	Like:  "nscaps",
	Doc: `Returns the capabilities that the task has in a namespace as a set of CAP_ constants.

What counts is a user namespace: ns, or the one that owns ns. There and in all
that descend from it a member has its effective capabilities. In a child of the
task's own user namespace, and in what descends from that, the task has all of
them if the child was made by its effective user. Elsewhere it has none. What a
call wants beyond that, as setns CAP_SYS_ADMIN in the task's own user namespace
too, its page tells.`,
	Example: `
>>> t = clone(CLONE_NEWUSER | CLONE_NEWUTS)
>>> CAP_SYS_ADMIN in caps_in(ns_of(t).uts), catch(setns, ns_of(t).uts, task=clone()).ok
(True, True)
>>> caps_in(ns_of().uts, task=t), catch(setns, ns_of().uts, task=t).error.errno
(set([]), "EPERM")
>>> capset([CAP_CHOWN])
>>> caps_in(ns_of().user)
set([CAP_CHOWN])
>>> caps_in(ns_of().user) == caps_in(ns_of(t).user)
False
`,
	Func: func(c *Call) (starlark.Value, error) {
		var ns *Namespace
		if err := c.Args(&ns); err != nil {
			return nil, err
		}
		if err := c.catchUp(); err != nil {
			return nil, err
		}
		if ended(c.Task) {
			return nil, &task.Dead{Pid: c.Task.Pid(), Status: c.Task.Status()}
		}
		l := newLook(c, c.Task)
		defer l.close()
		in, err := l.rightsIn(ns)
		if err != nil {
			return nil, err
		}
		set, known := l.capsIn(in)
		if !known {
			return nil, fmt.Errorf("what task %d may do cannot be told: its user namespace, or its file status in /proc, cannot be read", c.Task.Pid())
		}
		return set.value(), nil
	},
})

// rightsIn is the user namespace in which capabilities count for ns.
func (l *look) rightsIn(ns *Namespace) (*nsLook, error) {
	var in *nsLook
	err := ns.use(func(int) error {
		in = l.value(ns)
		return nil
	})
	if in != nil && in.kind != "user" {
		in = l.owner(in)
	}
	if err == nil && in == nil {
		err = fmt.Errorf("the owner of %s is out of sight", ns)
	}
	return in, err
}
