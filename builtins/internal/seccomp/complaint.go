package seccomp

import (
	"fmt"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// Complaint says what in a filter the kernel refuses, "" if nothing is found:
// seccomp(2) takes fewer instructions than a socket does.
func Complaint(code []byte) string {
	raw := decode(code)
	for i, r := range raw {
		left := uint32(len(raw) - i - 1)
		switch jump := r.Op&7 == unix.BPF_JMP; {
		case r.Op == unix.BPF_LD|unix.BPF_W|unix.BPF_ABS && (r.K%4 != 0 || r.K >= dataSize):
			return complain(i, r, "loads from where struct seccomp_data has no aligned 32 bits")
		case !known(r):
			return complain(i, r, "is none that a seccomp filter may have")
		case r.Op == unix.BPF_JMP|unix.BPF_JA && r.K >= left, jump && r.Op != unix.BPF_JMP|unix.BPF_JA && max(uint32(r.Jt), uint32(r.Jf)) >= left:
			return complain(i, r, "jumps out of the filter")
		case (r.Op == unix.BPF_ALU|unix.BPF_DIV|unix.BPF_K) && r.K == 0:
			return complain(i, r, "divides by 0")
		case left == 0 && r.Op != unix.BPF_RET|unix.BPF_K && r.Op != unix.BPF_RET|unix.BPF_A:
			return complain(i, r, "is the last one, which must return")
		}
	}
	return ""
}

func complain(i int, r bpf.RawInstruction, what string) string {
	return fmt.Sprintf("instruction %d, %v, %s", i, r.Disassemble(), what)
}

// known tells whether the kernel takes an instruction in a seccomp filter.
func known(r bpf.RawInstruction) bool {
	switch r.Op & 7 {
	case unix.BPF_RET:
		return r.Op == unix.BPF_RET|unix.BPF_K || r.Op == unix.BPF_RET|unix.BPF_A
	case unix.BPF_JMP:
		op := r.Op & 0xf0
		return op == unix.BPF_JA && r.Op&unix.BPF_X == 0 || op >= unix.BPF_JEQ && op <= unix.BPF_JSET
	case unix.BPF_ALU:
		op := r.Op & 0xf0
		return op <= unix.BPF_RSH || op == unix.BPF_XOR || op == unix.BPF_NEG && r.Op&unix.BPF_X == 0
	case unix.BPF_MISC:
		return r.Op == unix.BPF_MISC|unix.BPF_TAX || r.Op == unix.BPF_MISC|unix.BPF_TXA
	case unix.BPF_LD:
		return r.Op == unix.BPF_LD|unix.BPF_W|unix.BPF_ABS || loads(r.Op)
	case unix.BPF_LDX:
		return loads(r.Op)
	}
	return r.Op == unix.BPF_ST || r.Op == unix.BPF_STX
}

// loads tells of an instruction that loads a register, A or X, not from the
// call: a number, a cell of memory, or the length of struct seccomp_data.
func loads(op uint16) bool {
	switch op &^ (unix.BPF_LD | unix.BPF_LDX) {
	case unix.BPF_W | unix.BPF_IMM, unix.BPF_W | unix.BPF_MEM, unix.BPF_W | unix.BPF_LEN:
		return true
	}
	return false
}
