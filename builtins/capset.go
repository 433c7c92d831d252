package builtins

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "capget(*, task=None)",
	Shelf: "security",
	Page:  "capget(2)",
	Like:  "getpcaps $$",
	Doc: `Returns the capability sets of the task as a struct of sets of CAP_ constants.

The sets are effective, permitted and inheritable, and those that prctl(2) knows
in addition: bounding and ambient. All hold in the task's own user namespace.`,
	Example: `
>>> CAP_SYS_ADMIN in capget().effective
True
>>> capget().ambient, capget().inheritable
(set([]), set([]))
>>> t = clone()
>>> capset(effective=[CAP_CHOWN, CAP_KILL], task=t)
>>> capget(task=t).effective
set([CAP_CHOWN, CAP_KILL])
>>> capget(task=t).permitted == capget().permitted
True
`,
	Func: func(c *Call) (starlark.Value, error) {
		if err := c.Args(); err != nil {
			return nil, err
		}
		sets, err := c.capabilities()
		if err != nil {
			return nil, err
		}
		d := starlark.StringDict{}
		for name, set := range map[string]capSet{
			"effective": sets.effective, "permitted": sets.permitted, "inheritable": sets.inheritable,
			"bounding": sets.bounding, "ambient": sets.ambient,
		} {
			d[name] = set.value()
		}
		return starlarkstruct.FromStringDict(starlarkstruct.Default, d), nil
	},
})

var _ = def(Builtin{
	Sig:   "capset(effective=None, permitted=None, inheritable=None, *, task=None)",
	Shelf: "security",
	Page:  "capset(2)",
	Like:  "capsh --drop=… -- -c …",
	Doc: `Sets the effective, the permitted and the inheritable capabilities of the task.

Each is a list or a set of CAP_ constants; None leaves one as it is. What leaves
the permitted set is gone for good, and must leave the effective set with it. A
program that the task runs has its capabilities made anew, as capabilities(7)
tells: those of root unless SECBIT_NOROOT is set, and the ambient ones.`,
	Example: `
>>> t = clone()
>>> capset([], [CAP_KILL], [], task=t)
>>> capset([CAP_KILL], task=t)
>>> capget(task=t).effective
set([CAP_KILL])
>>> capset([CAP_CHOWN], task=t)
capset: EPERM (operation not permitted): capset({_LINUX_CAPABILITY_VERSION_3, 0}, {effective=CAP_CHOWN, permitted=CAP_KILL, inheritable=0})
hint: CAP_CHOWN cannot be effective: it is not permitted
`,
	Func: func(c *Call) (starlark.Value, error) {
		var values [3]starlark.Value
		if err := c.Args(&values[0], &values[1], &values[2]); err != nil {
			return nil, err
		}
		sets, err := capArgs(values)
		if err != nil {
			return nil, err
		}
		data := make([]byte, capDataSize)
		if sets[0] == nil || sets[1] == nil || sets[2] == nil {
			if _, err := c.Syscall("capget", capHeader(), task.Out(data)); err != nil {
				return nil, err
			}
		}
		for i, set := range sets {
			if set != nil {
				putCaps(data, i, *set)
			}
		}
		return c.Make("capset", capHeader(), task.Bytes(data).As(capText(data)))
	},
})

// capDataSize is the size of two struct __user_cap_data_struct: effective,
// permitted and inheritable of 32 capabilities, and again of the next 32.
const capDataSize = 2 * 3 * 4

// capHeader says that two such structs follow, of the calling thread.
func capHeader() task.Arg {
	header := binary.NativeEndian.AppendUint32(nil, unix.LINUX_CAPABILITY_VERSION_3)
	return task.Bytes(append(header, 0, 0, 0, 0)).As("{_LINUX_CAPABILITY_VERSION_3, 0}")
}

// capsIn is the nth set of those structs.
func capsIn(data []byte, n int) capSet {
	low, high := binary.NativeEndian.Uint32(data[4*n:]), binary.NativeEndian.Uint32(data[12+4*n:])
	return capSet(high)<<32 | capSet(low)
}

func putCaps(data []byte, n int, set capSet) {
	binary.NativeEndian.PutUint32(data[4*n:], uint32(set))
	binary.NativeEndian.PutUint32(data[12+4*n:], uint32(set>>32))
}

func capText(data []byte) string {
	return "{effective=" + capsIn(data, 0).text() + ", permitted=" + capsIn(data, 1).text() +
		", inheritable=" + capsIn(data, 2).text() + "}"
}

func capArgs(values [3]starlark.Value) (sets [3]*capSet, err error) {
	for i, v := range values {
		if v == starlark.None {
			continue
		}
		set, err := unpackCaps([]string{"effective", "permitted", "inheritable"}[i], v)
		if err != nil {
			return sets, err
		}
		sets[i] = &set
	}
	return sets, nil
}

// capSets are all of a task's.
type capSets struct{ effective, permitted, inheritable, bounding, ambient capSet }

// capabilities asks c.Task for its sets, in one round trip.
func (c *Call) capabilities() (s capSets, err error) {
	var p, rest task.Program
	data := make([]byte, capDataSize)
	get := p.Call("capget", capHeader(), task.Out(data))
	var bounding, ambient [64]*task.Call
	for i := range bounding {
		// A capability that the kernel does not know is EINVAL, and the end.
		bounding[i] = rest.Call("prctl", task.Int(unix.PR_CAPBSET_READ), task.Int(i))
		ambient[i] = rest.Call("prctl", task.Int(unix.PR_CAP_AMBIENT), task.Int(unix.PR_CAP_AMBIENT_IS_SET), task.Int(i),
			task.Int(0), task.Int(0))
	}
	rest.Quiet()
	p.Append(&rest)
	if err := c.Do(&p); err != nil && (!get.Ran() || get.Failed() || !errors.Is(err, unix.EINVAL)) {
		return s, err
	}
	for i := range bounding {
		if bounding[i].Result() == 1 {
			s.bounding |= 1 << i
		}
		if ambient[i].Result() == 1 {
			s.ambient |= 1 << i
		}
	}
	s.effective, s.permitted, s.inheritable = capsIn(data, 0), capsIn(data, 1), capsIn(data, 2)
	return s, nil
}

// A capSet has a bit for each capability.
type capSet uint64

// list are the capabilities of the set, the lowest number first.
func (s capSet) list() []Flags {
	list := make([]Flags, 0, bits.OnesCount64(uint64(s)))
	for ; s != 0; s &= s - 1 {
		list = append(list, Flags{CapFamily, uint64(bits.TrailingZeros64(uint64(s)))})
	}
	return list
}

// value is the set in the language.
func (s capSet) value() starlark.Value {
	set := starlark.NewSet(bits.OnesCount64(uint64(s)))
	for _, f := range s.list() {
		_ = set.Insert(f) // flags have a hash, and nobody iterates over the set yet
	}
	return set
}

// text is the set as a call shows it; a set of most of them is a number.
func (s capSet) text() string {
	const most = 8
	if s == 0 {
		return "0"
	}
	if bits.OnesCount64(uint64(s)) > most {
		return fmt.Sprintf("%#x", uint64(s))
	}
	var names []string
	for _, f := range s.list() {
		names = append(names, f.Text())
	}
	return strings.Join(names, "|")
}

// unpackCaps is a list or a set of capabilities, or one of them.
func unpackCaps(name string, v starlark.Value) (set capSet, err error) {
	list, ok := v.(starlark.Iterable)
	if !ok {
		switch v.(type) {
		case Flags, starlark.Int:
		default:
			return 0, BadValue(name, "a list or a set of CAP_ constants", v)
		}
		list = starlark.Tuple{v}
	}
	it := list.Iterate()
	defer it.Done()
	for x := starlark.Value(nil); it.Next(&x); {
		f := Flags{Family: CapFamily}
		if err := f.unpack("each of "+name, x); err != nil {
			return 0, err
		}
		if f.Value > 63 {
			return 0, BadValue("each of "+name, "from 0 to 63", x)
		}
		set |= 1 << f.Value
	}
	return set, nil
}
