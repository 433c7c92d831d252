package seccomp

import (
	"testing"

	"golang.org/x/sys/unix"
)

const (
	allow  = unix.SECCOMP_RET_ALLOW
	refuse = unix.SECCOMP_RET_ERRNO | 1
)

// reading is a condition on an argument that the kernel takes as that number.
func (c *Cond) reading(arg uint64) bool {
	switch c.Op {
	case "==":
		return arg == c.Value
	case "!=":
		return arg != c.Value
	case "<":
		return arg < c.Value
	case "<=":
		return arg <= c.Value
	case ">":
		return arg > c.Value
	case ">=":
		return arg >= c.Value
	}
	if c.Masked {
		return arg&c.Mask == c.Value
	}
	return arg&c.Mask != 0
}

// wanted is a condition by its definition.
func (c *Cond) wanted(arg uint64, lax bool) bool {
	half, whole := c.reading(arg&0xffffffff), c.reading(arg)
	switch {
	case c.Op == "&", c.Value > 0xffffffff && !c.Negative:
		return whole
	case c.Negative:
		narrow := Cond{Op: c.Op, Value: c.Value & 0xffffffff}
		return narrow.reading(arg & 0xffffffff)
	case lax:
		return half && whole
	}
	return half || whole
}

// TestConditions compares all operators, on numbers about the borders of the
// halves, with their definition.
func TestConditions(t *testing.T) {
	t.Parallel()
	numbers := []uint64{0, 1, 2, 7, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff, 0x1_00000000, 0x1_00000001, 0x1_00000007,
		0x7_00000001, 0x7_00000007, 0xffffffff_00000000, 0xffffffff_ffffffff, 0xffffffff_ffffff9c}
	var conds []Cond
	for _, v := range numbers {
		for _, op := range Ops {
			c := Cond{Arg: 3, Op: op, Value: v}
			if op != "&" {
				conds = append(conds, c)
				continue
			}
			if v != 0 {
				conds = append(conds, Cond{Arg: 3, Op: op, Mask: v}, Cond{Arg: 3, Op: op, Mask: v, Value: v & 0x5_00000005, Masked: true})
			}
		}
	}
	for _, op := range []string{"==", "!="} {
		conds = append(conds, Cond{Arg: 3, Op: op, Value: 0xffffffff_ffffff9c, Negative: true})
	}
	for _, c := range conds {
		for _, lax := range []bool{false, true} {
			action, other := uint32(refuse), uint32(allow)
			if lax {
				action, other = other, action
			}
			code, err := Compile([]Rule{{Nr: 5, Conds: []Cond{c}, Action: action}}, other)
			if err != nil {
				t.Fatal(err)
			}
			if text := Complaint(code); text != "" {
				t.Fatal(text)
			}
			for _, arg := range append(numbers, 0xffffff9c) {
				got, ok := Action(code, 5, [6]uint64{3: arg})
				if want := c.wanted(arg, lax); !ok || (got == action) != want {
					t.Errorf("%+v lax %v on %#x: action %#x, want it to hold: %v", c, lax, arg, got, want)
				}
				if got, _ := Action(code, 6, [6]uint64{3: arg}); got != other {
					t.Errorf("%+v: another call gets %#x", c, got)
				}
			}
		}
	}
}

// TestOrder has the first rule that matches hold, however many there are.
func TestOrder(t *testing.T) {
	t.Parallel()
	var rules []Rule
	for i := range uint32(300) {
		rules = append(rules, Rule{Nr: 9, Conds: []Cond{{Op: "==", Value: uint64(i)}, {Arg: 1, Op: "<", Value: 10}}, Action: unix.SECCOMP_RET_TRACE | i})
		rules = append(rules, Rule{Nr: int(1000 + i), Action: unix.SECCOMP_RET_TRAP | i})
	}
	rules = append(rules, Rule{Nr: 9, Action: refuse})
	code, err := Compile(rules, allow)
	if err != nil {
		t.Fatal(err)
	}
	for _, try := range []struct {
		nr   int
		args [6]uint64
		want uint32
	}{
		{9, [6]uint64{0, 9}, unix.SECCOMP_RET_TRACE}, {9, [6]uint64{299}, unix.SECCOMP_RET_TRACE | 299},
		{9, [6]uint64{299, 10}, refuse}, {9, [6]uint64{300}, refuse},
		{1000, [6]uint64{}, unix.SECCOMP_RET_TRAP}, {1299, [6]uint64{}, unix.SECCOMP_RET_TRAP | 299}, {8, [6]uint64{}, allow},
		{x32 | 8, [6]uint64{}, unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS)},
	} {
		if got, ok := Action(code, try.nr, try.args); !ok || got != try.want {
			t.Errorf("call %d%v: %#x, want %#x", try.nr, try.args, got, try.want)
		}
	}
	if len(rules) < 256 || Len(code) < 2000 {
		t.Error("the filter is not long")
	}
	if _, err := Compile(append(rules, append(rules, rules...)...), allow); err == nil {
		t.Error("a filter that is too long is none")
	}
}
