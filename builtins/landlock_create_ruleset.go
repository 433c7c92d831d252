package builtins

import (
	"encoding/binary"
	"fmt"
	"math"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "landlock_create_ruleset(handled_access_fs=0, handled_access_net=0, scoped=0, flags=0, *, task=None)",
	Shelf: "security",
	Page:  "landlock_create_ruleset(2)",
	Like:  "setpriv --landlock-access fs",
	Doc: `Creates a Landlock ruleset and returns it as a file.

What is handled will be denied to whoever restricts itself by the ruleset, but
for what landlock_add_rule allows: LANDLOCK_ACCESS_FS_ and
LANDLOCK_ACCESS_NET_ rights, and as scoped LANDLOCK_SCOPE_ flags, which know no
exceptions. With the flags LANDLOCK_CREATE_RULESET_VERSION or
LANDLOCK_CREATE_RULESET_ERRATA nothing is created, and a number returned. The
word landlock does all at once.`,
	Example: `
>>> rules = landlock_create_ruleset(LANDLOCK_ACCESS_FS_WRITE_FILE)
>>> rules
<file "landlock:ruleset">
>>> landlock_add_rule(rules, LANDLOCK_RULE_PATH_BENEATH, LANDLOCK_ACCESS_FS_WRITE_FILE, "/dev")
>>> prctl(PR_SET_NO_NEW_PRIVS, 1)
>>> landlock_restrict_self(rules)
>>> write_file("/dev/null", "")
>>> catch(write_file, "/proc/self/comm", "x").error.errno
"EACCES"
`,
	Func: func(c *Call) (starlark.Value, error) {
		var a rulesetAttr
		a.fs, a.net, a.scoped = Flags{Family: LandlockFsFamily}, Flags{Family: LandlockNetFamily}, Flags{Family: LandlockScopeFamily}
		flags := Flags{Family: LandlockCreateFamily}
		if err := c.Args(&a.fs, &a.net, &a.scoped, &flags); err != nil {
			return nil, err
		}
		if flags.Value != 0 {
			n, err := c.Syscall("landlock_create_ruleset", a.argOrNull(), a.sizeOrNone(), flags.Arg())
			return starlark.MakeInt64(n), err
		}
		var p task.Program
		return c.take(&p, a.create(&p), rulesetName)
	},
})

// rulesetName is the name of the file that a ruleset is.
const rulesetName = "landlock:ruleset"

// rulesetAttr is a struct landlock_ruleset_attr. Its size may be more than an
// older kernel knows, as long as the rest is zero.
type rulesetAttr struct{ fs, net, scoped Flags }

const rulesetAttrSize = 24

func (a *rulesetAttr) arg() task.Arg {
	var b []byte
	for _, f := range []Flags{a.fs, a.net, a.scoped} {
		b = binary.NativeEndian.AppendUint64(b, f.Value)
	}
	return task.Bytes(b).As(fmt.Sprintf("{handled_access_fs=%s, handled_access_net=%s, scoped=%s}", a.fs.Text(), a.net.Text(), a.scoped.Text()))
}

// argOrNull is what goes with flags: nothing, unless the script gave something.
func (a *rulesetAttr) argOrNull() task.Arg {
	if a.empty() {
		return task.Null
	}
	return a.arg()
}

func (a *rulesetAttr) sizeOrNone() task.Arg {
	if a.empty() {
		return task.Int(0)
	}
	return task.Int(rulesetAttrSize)
}

func (a *rulesetAttr) empty() bool { return a.fs.Value|a.net.Value|a.scoped.Value == 0 }

// create appends the call that makes the ruleset.
func (a *rulesetAttr) create(p *task.Program) *task.Call {
	return p.Call("landlock_create_ruleset", a.arg(), task.Int(rulesetAttrSize), task.Int(0))
}

var _ = def(Builtin{
	Sig:   "landlock_add_rule(ruleset_fd, rule_type, allowed_access, parent_fd=None, port=None, flags=0, *, task=None)",
	Shelf: "security",
	Page:  "landlock_add_rule(2)",
	Like:  "setpriv --landlock-rule path-beneath:…",
	Doc: `Adds to a Landlock ruleset what is to be allowed in spite of it.

A LANDLOCK_RULE_PATH_BENEATH allows LANDLOCK_ACCESS_FS_ rights to parent_fd, a
file or a path, and to all beneath it; to what is no directory only those of
files. A LANDLOCK_RULE_NET_PORT allows LANDLOCK_ACCESS_NET_ rights to a port.
The ruleset must handle the rights.`,
	Example: `
>>> rules = landlock_create_ruleset(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
>>> landlock_add_rule(rules, LANDLOCK_RULE_PATH_BENEATH, LANDLOCK_ACCESS_FS_READ_FILE, open("/proc", O_PATH))
>>> landlock_add_rule(rules, LANDLOCK_RULE_PATH_BENEATH, LANDLOCK_ACCESS_FS_READ_DIR, "/dev/null")
landlock_add_rule: EINVAL (invalid argument): landlock_add_rule(fd<landlock:ruleset>, LANDLOCK_RULE_PATH_BENEATH, {allowed_access=LANDLOCK_ACCESS_FS_READ_DIR, parent_fd=fd</dev/null>}, 0)
hint: /dev/null is no directory, and LANDLOCK_ACCESS_FS_READ_DIR is a right to directories only
`,
	Func: func(c *Call) (starlark.Value, error) {
		var rules *FileValue
		var parent, port starlark.Value
		kind, flags := Flags{Family: LandlockRuleFamily}, uint32(0)
		var access starlark.Value
		if err := c.Args(&rules, &kind, &access, &parent, &port, &flags); err != nil {
			return nil, err
		}
		rule := landlockRule{kind: kind}
		if err := rule.unpack(access, parent, port); err != nil {
			return nil, err
		}
		var p task.Program
		return starlark.None, rules.lend(&p, func(fd task.Arg) error {
			return rule.lend(&p, func() error {
				rule.add(&p, fd, flags)
				return c.Do(&p)
			})
		})
	},
})

// A landlockRule allows rights to a file with all beneath it, or to a port.
type landlockRule struct {
	kind, access Flags
	path         string
	file         *FileValue // in place of path
	port         uint64

	parent task.Arg // the file's descriptor, once it is lent or opened
}

func (r *landlockRule) unpack(access, parent, port starlark.Value) error {
	family, other, name := LandlockFsFamily, port, "port"
	if r.kind.Value == landlockRuleNetPort {
		family, other, name = LandlockNetFamily, parent, "parent_fd"
	}
	r.access.Family = family
	if err := r.access.unpack("allowed_access", access); err != nil {
		return err
	}
	if other != starlark.None {
		return BadValue(name, fmt.Sprintf("None with %s", r.kind), other)
	}
	if r.kind.Value == landlockRuleNetPort {
		return unpackInt("port", port, 0, math.MaxUint16, func(n int64) { r.port = uint64(n) })
	}
	return r.beneath("parent_fd", parent)
}

// beneath sets the file of a rule: an open one, or a path.
func (r *landlockRule) beneath(name string, v starlark.Value) error {
	switch v := v.(type) {
	case *FileValue:
		r.file = v
		return nil
	case starlark.String:
		return unpackString(name, v, &r.path)
	}
	return BadValue(name, "a path or a file", v)
}

// lend calls do when the rule has its descriptor in p.
func (r *landlockRule) lend(p *task.Program, do func() error) error {
	switch {
	case r.kind.Value == landlockRuleNetPort:
		return do()
	case r.file != nil:
		return r.file.lend(p, func(fd task.Arg) error {
			r.parent = fd
			return do()
		})
	}
	fd := p.Call("openat", cwd(), task.Str(r.path), task.Flags(unix.O_PATH|unix.O_CLOEXEC, "O_PATH|O_CLOEXEC"))
	p.Drop(fd)
	r.parent = task.Res(fd).As(fdText(r.path))
	return do()
}

// add appends the call that adds the rule to a ruleset.
func (r *landlockRule) add(p *task.Program, ruleset task.Arg, flags uint32) {
	attr, text := binary.NativeEndian.AppendUint64(nil, r.access.Value), "{allowed_access="+r.access.Text()
	if r.kind.Value == landlockRuleNetPort {
		attr = binary.NativeEndian.AppendUint64(attr, r.port)
		p.Call("landlock_add_rule", ruleset, r.kind.Arg(), task.Bytes(attr).As(fmt.Sprintf("%s, port=%d}", text, r.port)), task.Uint(uint64(flags)))
		return
	}
	const parentFd = 8 // offset; the struct is packed
	name := r.path
	if r.file != nil {
		name = r.file.Name
	}
	b := task.NewBuf(append(attr, 0, 0, 0, 0))
	b.Put(parentFd, r.parent)
	p.Call("landlock_add_rule", ruleset, r.kind.Arg(), b.Arg().As(text+", parent_fd="+fdText(name)+"}"), task.Uint(uint64(flags)))
}

var _ = def(Builtin{
	Sig:   "landlock_restrict_self(ruleset_fd, flags=0, *, task=None)",
	Shelf: "security",
	Page:  "landlock_restrict_self(2)",
	Like:  "setpriv --landlock-access fs …",
	Doc: `Restricts the task by a Landlock ruleset, for good, and all that it makes from now on.

The task needs no_new_privs (prctl(PR_SET_NO_NEW_PRIVS, 1)), or CAP_SYS_ADMIN in
its user namespace. Files that are open stay so. Whoever is restricted in files
cannot change mounts any more, and can be restricted further, up to 16 times.
The rulesets that a task has add up: each must allow.`,
	Example: `
>>> rules = landlock_create_ruleset(handled_access_net=LANDLOCK_ACCESS_NET_BIND_TCP)
>>> landlock_restrict_self(rules)
>>> t = clone()
>>> capset([], [], [], task=t)
>>> landlock_restrict_self(rules, task=t)
landlock_restrict_self: EPERM (operation not permitted): landlock_restrict_self(fd<landlock:ruleset>, 0)
hint: it takes no_new_privs, prctl(PR_SET_NO_NEW_PRIVS, 1), or CAP_SYS_ADMIN in user:[…], and the task has neither
`,
	Func: func(c *Call) (starlark.Value, error) {
		var rules *FileValue
		flags := Flags{Family: LandlockRestrictFamily}
		if err := c.Args(&rules, &flags); err != nil {
			return nil, err
		}
		var p task.Program
		return starlark.None, rules.lend(&p, func(fd task.Arg) error {
			p.Call("landlock_restrict_self", fd, flags.Arg())
			return c.Do(&p)
		})
	},
})
