package seccomp

import (
	"encoding/binary"
	"fmt"
	"strings"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// insnSize is that of struct sock_filter.
const insnSize = 8

func encode(raw []bpf.RawInstruction) []byte {
	b := make([]byte, 0, insnSize*len(raw))
	for _, r := range raw {
		b = binary.NativeEndian.AppendUint16(b, r.Op)
		b = append(b, r.Jt, r.Jf)
		b = binary.NativeEndian.AppendUint32(b, r.K)
	}
	return b
}

func decode(code []byte) []bpf.RawInstruction {
	raw := make([]bpf.RawInstruction, 0, len(code)/insnSize)
	for ; len(code) >= insnSize; code = code[insnSize:] {
		raw = append(raw, bpf.RawInstruction{
			Op: binary.NativeEndian.Uint16(code), Jt: code[2], Jf: code[3], K: binary.NativeEndian.Uint32(code[4:]),
		})
	}
	return raw
}

// Check says what keeps code from being a filter at all; whether the kernel
// likes its instructions, the kernel tells.
func Check(code []byte) error {
	n := len(code) / insnSize
	switch {
	case len(code)%insnSize != 0:
		return fmt.Errorf("a filter consists of instructions of %d bytes, and this has %d bytes", insnSize, len(code))
	case n == 0 || n > mostCode:
		return fmt.Errorf("a filter has from 1 to %d instructions, and this has %d", mostCode, n)
	}
	return nil
}

// Len is the number of instructions.
func Len(code []byte) int { return len(code) / insnSize }

// Listing shows one instruction a line, each with its number, and what it loads
// or returns. name is how an action is called.
func Listing(code []byte, name func(action uint32) string) string {
	var b strings.Builder
	for i, r := range decode(code) {
		note := ""
		switch r.Op {
		case unix.BPF_LD | unix.BPF_W | unix.BPF_ABS:
			note = field(r.K)
		case unix.BPF_RET | unix.BPF_K:
			note = name(r.K)
		}
		line := fmt.Sprintf("%4d  %-20v  %s", i, r.Disassemble(), note)
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// field is what struct seccomp_data has at an offset.
func field(off uint32) string {
	switch {
	case off == offNr:
		return "nr"
	case off == offArch:
		return "arch"
	case off < offArgs:
		return "instruction_pointer"
	case off%8 == high:
		return fmt.Sprintf("args[%d], upper half", (off-offArgs)/8)
	}
	return fmt.Sprintf("args[%d], lower half", (off-offArgs)/8)
}

// Action is what the filter returns for a call. It is false if that cannot be
// told: the code is no filter, or has instructions that only the kernel knows.
func Action(code []byte, nr int, args [6]uint64) (uint32, bool) {
	var data [dataSize]byte
	binary.BigEndian.PutUint32(data[offNr:], uint32(nr)) // the byte order that the machine of the package loads in
	binary.BigEndian.PutUint32(data[offArch:], auditArch)
	for i, a := range args {
		binary.BigEndian.PutUint32(data[offArgs+8*i:], uint32(a))
		binary.BigEndian.PutUint32(data[offArgs+8*i+high:], uint32(a>>32))
	}
	program, ok := bpf.Disassemble(decode(code))
	if !ok {
		return 0, false
	}
	vm, err := bpf.NewVM(program)
	if err != nil {
		return 0, false
	}
	action, err := vm.Run(data[:])
	return uint32(action), err == nil
}

// Notifies tells whether the filter may leave a call to a listener. Where it
// returns a number that it computes, only that number could tell.
func Notifies(code []byte) bool {
	for _, r := range decode(code) {
		if r.Op == unix.BPF_RET|unix.BPF_K && r.K&unix.SECCOMP_RET_ACTION_FULL == unix.SECCOMP_RET_USER_NOTIF {
			return true
		}
	}
	return false
}
