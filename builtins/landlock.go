package builtins

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "landlock(paths=None, bind=None, connect=None, scoped=0, handled_access_fs=None, best_effort=False, *, task=None)",
	Shelf: "security",
	Page:  "landlock(7)",
	Like:  "setpriv --landlock-access fs --landlock-rule path-beneath:…",
	Doc: `Restricts the task, for good, to some files and ports, without privileges.

paths is a dict: to a path, or an open file, and all beneath it, the
LANDLOCK_ACCESS_FS_ rights of its value are allowed, and nothing else to
anything else; {} allows nothing. bind and connect are lists of TCP ports.
None leaves files, binding or connecting as they are. scoped is
LANDLOCK_SCOPE_ flags. The task gets no_new_privs, and cannot change mounts any
more if paths are given.

Which rights need to be allowed is in handled_access_fs: by default all that the
kernel's version of Landlock knows. What it does not know is an error, or with
best_effort left out.`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs")
>>> READ = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_EXECUTE
>>> t = clone()
>>> landlock({"/": READ, "/tmp": READ | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_WRITE_FILE}, task=t)
>>> t.run("sh", "-c", "echo hello >/tmp/note; cat /tmp/note")
hello
exit status 0
>>> mkdir("/tmp/dir", task=t)
mkdir: EACCES (permission denied): mkdirat(AT_FDCWD, "/tmp/dir", 0777)
hint: the permissions of /tmp let the task, so a security module refuses, as Landlock does to a task that has restricted itself
`,
	Func: func(c *Call) (starlark.Value, error) {
		var paths *starlark.Dict
		var bind, connect, handled starlark.Value
		scoped, bestEffort := Flags{Family: LandlockScopeFamily}, false
		if err := c.Args(&paths, &bind, &connect, &scoped, &handled, &bestEffort); err != nil {
			return nil, err
		}
		d := landlockDomain{attr: rulesetAttr{Flags{Family: LandlockFsFamily}, Flags{Family: LandlockNetFamily}, scoped}}
		if err := d.addPaths(paths); err != nil {
			return nil, err
		}
		if err := d.addPorts("bind", bind, unix.LANDLOCK_ACCESS_NET_BIND_TCP); err != nil {
			return nil, err
		}
		if err := d.addPorts("connect", connect, unix.LANDLOCK_ACCESS_NET_CONNECT_TCP); err != nil {
			return nil, err
		}
		if err := d.handle(paths, handled); err != nil {
			return nil, err
		}
		abi, err := c.landlockABI()
		if err != nil {
			return nil, err
		}
		if err := d.fit(abi, handled == starlark.None, bestEffort); err != nil {
			return nil, err
		}
		return starlark.None, d.enter(c, d.rules)
	},
})

// A landlockDomain is a ruleset with all its rules, about to be made.
type landlockDomain struct {
	attr  rulesetAttr
	rules []*landlockRule
	files bool // files are restricted at all

	p       task.Program
	ruleset *task.Call
}

func (d *landlockDomain) addPaths(paths *starlark.Dict) error {
	if paths == nil {
		return nil
	}
	d.files = true
	for _, item := range paths.Items() {
		r := &landlockRule{kind: Flags{LandlockRuleFamily, unix.LANDLOCK_RULE_PATH_BENEATH}, access: Flags{Family: LandlockFsFamily}}
		if err := r.beneath("each key of paths", item[0]); err != nil {
			return err
		}
		if err := r.access.unpack(fmt.Sprintf("paths[%s]", item[0]), item[1]); err != nil {
			return err
		}
		d.rules = append(d.rules, r)
	}
	return nil
}

func (d *landlockDomain) addPorts(name string, v starlark.Value, access uint64) error {
	if v == starlark.None {
		return nil
	}
	list, ok := v.(starlark.Iterable)
	if !ok {
		return BadValue(name, "a list of ports", v)
	}
	d.attr.net.Value |= access
	it := list.Iterate()
	defer it.Done()
	for i, x := 0, starlark.Value(nil); it.Next(&x); i++ {
		r := &landlockRule{kind: Flags{LandlockRuleFamily, landlockRuleNetPort}, access: Flags{LandlockNetFamily, access}}
		err := unpackInt(fmt.Sprintf("%s[%d]", name, i), x, 0, math.MaxUint16, func(n int64) { r.port = uint64(n) })
		if err != nil {
			return err
		}
		d.rules = append(d.rules, r)
	}
	return nil
}

// handle takes the rights that the script wants to be handled.
func (d *landlockDomain) handle(paths *starlark.Dict, handled starlark.Value) error {
	if handled != starlark.None {
		if paths == nil {
			return BadValue("handled_access_fs", "None without paths", handled)
		}
		err := d.attr.fs.unpack("handled_access_fs", handled)
		if err == nil && d.attr.fs.Value == 0 {
			err = BadValue("handled_access_fs", "at least one right, as others are not restricted", handled)
		}
		return err
	}
	if !d.files && d.attr.empty() {
		return errors.New("nothing is to be restricted: paths, bind, connect or scoped must be given")
	}
	return nil
}

// fit makes of what was asked for what the version of Landlock can do.
func (d *landlockDomain) fit(abi int, all, bestEffort bool) error {
	wanted := []*Flags{&d.attr.fs, &d.attr.net, &d.attr.scoped}
	for _, r := range d.rules {
		wanted = append(wanted, &r.access)
	}
	for _, f := range wanted {
		if bestEffort {
			f.Value &= landlockKnown(abi, f.Family)
		} else if text := landlockLacks(abi, *f); text != "" {
			return errors.New(text)
		}
	}
	if d.files && all {
		d.attr.fs.Value = landlockKnown(abi, LandlockFsFamily)
	}
	if bestEffort {
		d.rules = slices.DeleteFunc(d.rules, func(r *landlockRule) bool { return r.access.Value == 0 })
	}
	return nil
}

// enter adds the rules that are left, whose files are open meanwhile, and then
// has the task restrict itself. Nothing is restricted if one of them fails.
func (d *landlockDomain) enter(c *Call, left []*landlockRule) error {
	if d.ruleset == nil {
		if d.attr.empty() {
			return nil // best effort
		}
		d.ruleset = d.attr.create(&d.p)
		d.p.Drop(d.ruleset)
	}
	ruleset := task.Res(d.ruleset).As(fdText(rulesetName))
	if len(left) > 0 {
		return left[0].lend(&d.p, func() error {
			left[0].add(&d.p, ruleset, 0)
			return d.enter(c, left[1:])
		})
	}
	d.p.Call("prctl", Flags{PrctlFamily, unix.PR_SET_NO_NEW_PRIVS}.Arg(), task.Int(1), task.Int(0), task.Int(0), task.Int(0))
	d.p.Call("landlock_restrict_self", ruleset, task.Int(0))
	return c.Do(&d.p)
}
