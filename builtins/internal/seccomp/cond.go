package seccomp

import (
	"math"

	"golang.org/x/net/bpf"
)

// A step of a condition is a test of the accumulator, which is loaded first
// where load is set.
type step struct {
	load    bool
	off     uint32
	and     uint32 // 0: nothing
	test    bpf.JumpTest
	val     uint32
	yes, no target
}

// target is where a test leads: to the next step, or to the end of the
// condition.
type target uint8

const (
	next target = iota
	holds
	fails
)

// code is the condition: it skips the instruction that follows it when it
// holds, and goes there when it does not.
//
// The kernel takes an argument that is an int from the lower half of a
// register, whatever is in the upper half; one that is a long it takes whole. A
// filter cannot know which it is. So a condition on a number that fits into
// the lower half holds for a rule that is stricter than the default if it does
// for either of the two, and for a laxer one only if it does for both.
func (c *Cond) code(lax bool) []bpf.Instruction {
	steps := c.steps(lax)
	size := 0
	for _, s := range steps {
		size += s.size()
	}
	var p []bpf.Instruction
	for _, s := range steps {
		if s.load {
			p = append(p, bpf.LoadAbsolute{Off: s.off, Size: 4})
		}
		if s.and != 0 {
			p = append(p, bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: s.and})
		}
		left := size - len(p) - 1
		skip := [...]uint8{next: 0, fails: uint8(left), holds: uint8(left + 1)}
		p = append(p, bpf.JumpIf{Cond: s.test, Val: s.val, SkipTrue: skip[s.yes], SkipFalse: skip[s.no]})
	}
	return p
}

func (s *step) size() int {
	n := 1
	if s.load {
		n++
	}
	if s.and != 0 {
		n++
	}
	return n
}

func (c *Cond) steps(lax bool) []step {
	low := uint32(offArgs + 8*c.Arg)
	if c.Op == "&" {
		return c.maskSteps(low)
	}
	last := step{load: true, off: low, test: tests[c.Op], val: uint32(c.Value), yes: holds, no: fails}
	upper := uint32(c.Value >> 32)
	above := step{load: true, off: low + high, test: bpf.JumpEqual, val: upper, yes: next, no: fails}
	switch {
	case c.Negative: // an int
		return []step{last}
	case c.Value > math.MaxUint32:
		return append(c.upperSteps(above), last)
	}
	switch upward := c.Op == "!=" || c.Op == ">" || c.Op == ">="; { // whether what is in the upper half makes it hold
	case upward && !lax:
		above.no = holds
		return []step{above, last}
	case !upward && lax:
		return []step{above, last}
	}
	return []step{last}
}

var tests = map[string]bpf.JumpTest{
	"==": bpf.JumpEqual, "!=": bpf.JumpNotEqual, "<": bpf.JumpLessThan, "<=": bpf.JumpLessOrEqual,
	">": bpf.JumpGreaterThan, ">=": bpf.JumpGreaterOrEqual,
}

// upperSteps compare the upper half of the argument with that of a number of
// 64 bits.
func (c *Cond) upperSteps(equal step) []step {
	switch c.Op {
	case "!=":
		equal.no = holds
	case "<", "<=":
		more := step{load: true, off: equal.off, test: bpf.JumpGreaterThan, val: equal.val, yes: fails, no: next}
		equal.load, equal.no = false, holds
		return []step{more, equal}
	case ">", ">=":
		more := step{load: true, off: equal.off, test: bpf.JumpGreaterThan, val: equal.val, yes: holds, no: next}
		equal.load = false
		return []step{more, equal}
	}
	return []step{equal}
}

// maskSteps look at some bits only: all of Value and no others, or any.
func (c *Cond) maskSteps(low uint32) []step {
	var steps []step
	for i, off := range []uint32{low, low + high} {
		mask, value := uint32(c.Mask>>(32*i)), uint32(c.Value>>(32*i))
		switch {
		case mask == 0:
		case c.Masked:
			steps = append(steps, step{load: true, off: off, and: mask, test: bpf.JumpEqual, val: value, yes: next, no: fails})
		default:
			steps = append(steps, step{load: true, off: off, test: bpf.JumpBitsSet, val: mask, yes: holds, no: next})
		}
	}
	last := &steps[len(steps)-1]
	last.yes, last.no = holds, fails
	return steps
}
