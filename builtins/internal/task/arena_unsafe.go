package task

import (
	"runtime"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// arena is the host's view of the memory that it shares with one stub.
type arena struct {
	mem  []byte // mapped, arenaSize
	base uint64 // where the stub sees it
}

func (a arena) header() *header { return (*header)(unsafe.Pointer(&a.mem[0])) }

func (a arena) call(off int) *call { return (*call)(unsafe.Pointer(&a.mem[off])) }

// begin makes the arena ready for an answer.
func (a arena) begin() {
	h := a.header()
	atomic.StoreUint32(&h.done, 0)
	atomic.StoreUint32(&h.mail, 0)
}

// over tells whether the task says that the program is over.
func (a arena) over() bool { return atomic.LoadUint32(&a.header().done) != 0 }

// wantMail asks for the answer as a message and tells whether the program is
// over already.
func (a arena) wantMail() bool {
	h := a.header()
	atomic.SwapUint32(&h.mail, 1)
	return atomic.LoadUint32(&h.done) != 0
}

// spins is how often the host looks before it sleeps, some tens of microseconds: to
// wake a processor that has gone idle takes longer than most calls. With one
// processor, looking would keep the task from running.
func spins() int {
	if runtime.NumCPU() == 1 {
		return 1
	}
	return 60_000
}

// futexWaitDone waits until the program is over, at most for timeout.
func (a arena) futexWaitDone(timeout unix.Timespec) bool {
	h := a.header()
	for range spins() {
		if atomic.LoadUint32(&h.done) != 0 {
			return true
		}
	}
	_, _, _ = unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(&h.done)), futexWait, 0,
		uintptr(unsafe.Pointer(&timeout)), 0, 0)
	return atomic.LoadUint32(&h.done) != 0
}

// uint64Bytes is v as the kernel reads it.
func uint64Bytes(v uint64) []byte {
	b := make([]byte, 8)
	*(*uint64)(unsafe.Pointer(&b[0])) = v
	return b
}

// wakeAction is the struct sigaction of the wake signal: the stub itself is
// the handler.
func wakeAction() []byte {
	const saRestorer = 0x04000000 // demanded by x86, not used
	b := make([]byte, 4*8)
	for i, v := range []uint64{codeAddress, saRestorer, codeAddress, 0} {
		*(*uint64)(unsafe.Pointer(&b[8*i])) = v
	}
	return b
}
