package seccomp

import (
	"fmt"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// A Rule says what becomes of a system call.
type Rule struct {
	Nr     int    // of the call, on this architecture; -1: it has none
	Conds  []Cond // all must hold
	Action uint32 // SECCOMP_RET_…, with its data
}

// A Cond is a condition on an argument of a call.
type Cond struct {
	Arg      int    // 0 to 5
	Op       string // one of Ops
	Mask     uint64 // of "&"
	Value    uint64 // what is compared with; of "&" only where Masked
	Masked   bool   // arg & Mask == Value, not arg & Mask != 0
	Negative bool   // Value is that of a negative number
}

// Ops are the operators of conditions. Numbers are compared without a sign.
var Ops = []string{"==", "!=", "<", "<=", ">", ">=", "&"}

// Where things are in struct seccomp_data. Both architectures have the lower
// half of an argument first.
const (
	offNr   = 0
	offArch = 4
	offArgs = 16
	high    = 4

	dataSize = 64
)

// mostCode is how many instructions a filter may have.
const mostCode = unix.BPF_MAXINSNS

// x32 is the bit in the number of a call of the x32 ABI, whose calls are those
// of x86-64 by other numbers: a filter that does not look at it can be evaded.
const x32 = 0x4000_0000

// Compile makes the filter of rules, of which the first holds that matches, and
// the action for all other calls. Calls of another architecture kill the
// process; those of x32 do not exist (ENOSYS).
func Compile(rules []Rule, other uint32) ([]byte, error) {
	p := []bpf.Instruction{
		bpf.LoadAbsolute{Off: offArch, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: auditArch, SkipTrue: 1},
		bpf.RetConstant{Val: unix.SECCOMP_RET_KILL_PROCESS},
		bpf.LoadAbsolute{Off: offNr, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpGreaterOrEqual, Val: x32, SkipFalse: 1},
		bpf.RetConstant{Val: unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS)},
	}
	for _, r := range rules {
		p = append(p, r.code(other)...)
	}
	p = append(p, bpf.RetConstant{Val: other})
	if len(p) > mostCode {
		return nil, fmt.Errorf("the filter has %d instructions, and the kernel takes %d: %w", len(p), mostCode, unix.EINVAL)
	}
	raw, err := bpf.Assemble(p)
	if err != nil {
		return nil, err
	}
	return encode(raw), nil
}

// code is a rule: what it consists of ends with the number of the call in the
// accumulator again, where it does not return.
func (r *Rule) code(other uint32) []bpf.Instruction {
	if len(r.Conds) == 0 {
		return []bpf.Instruction{
			bpf.JumpIf{Cond: bpf.JumpEqual, Val: uint32(r.Nr), SkipFalse: 1},
			bpf.RetConstant{Val: r.Action},
		}
	}
	tests := make([][]bpf.Instruction, len(r.Conds))
	left := 1 // instructions up to the one after the return
	for i, c := range r.Conds {
		tests[i] = c.code(Laxer(r.Action, other))
		left += len(tests[i]) + 1
	}
	p := []bpf.Instruction{
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: uint32(r.Nr), SkipTrue: 1},
		bpf.Jump{Skip: uint32(left + 1)},
	}
	for _, t := range tests {
		left -= len(t) + 1
		p = append(append(p, t...), bpf.Jump{Skip: uint32(left)})
	}
	return append(p, bpf.RetConstant{Val: r.Action}, bpf.LoadAbsolute{Off: offNr, Size: 4})
}

// Laxer tells whether an action lets more happen than another, in the order of
// precedence that seccomp(2) gives.
func Laxer(action, than uint32) bool {
	return int32(action&unix.SECCOMP_RET_ACTION_FULL) > int32(than&unix.SECCOMP_RET_ACTION_FULL)
}
