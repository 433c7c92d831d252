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
	atomic.StoreUint32(&h.done, doneNot)
	atomic.StoreUint32(&h.mail, 0)
}

// How often the stub looks for the next program when it is through with one.
const (
	notAtAll  = 0
	awhile    = 1000   // some tens of microseconds
	longer    = 6000   // some hundreds
	patiently = 30_000 // about a millisecond: the next one is being put together
)

// setLinger says how often. With one processor, looking would keep the host from
// running.
func (a arena) setLinger(looks int64) {
	if runtime.NumCPU() == 1 {
		looks = notAtAll
	}
	a.header().linger = looks
}

// over tells whether the task says that the program is over.
func (a arena) over() bool { return atomic.LoadUint32(&a.header().done) == doneYes }

// tell has a stub that is awake run the program with that number. It returns
// false where that takes a message, and prepares the stub for one.
func (a arena) tell(seq uint64, message bool) bool {
	h := a.header()
	if !message {
		h.next = seq
		if atomic.CompareAndSwapUint32(&h.turn, turnBusy, turnRun) {
			return true
		}
	}
	atomic.StoreUint32(&h.turn, turnRead)
	return false
}

// wantMail asks for the answer as a message and tells whether the program is
// over already.
func (a arena) wantMail() bool {
	h := a.header()
	atomic.SwapUint32(&h.mail, 1)
	return atomic.LoadUint32(&h.done) == doneYes
}

// spins is how often the host looks before it sleeps, some hundreds of microseconds,
// in which a task can be made: to wake a processor that has gone idle takes longer than
// most calls. With one processor, looking would keep the task from running.
func spins() int {
	if runtime.NumCPU() == 1 || runtime.GOMAXPROCS(0) == 1 {
		return 1
	}
	return 600_000
}

// lookDone looks for a while whether the program is over.
func (a arena) lookDone() bool {
	h := a.header()
	for range spins() {
		if atomic.LoadUint32(&h.done) == doneYes {
			return true
		}
	}
	return false
}

// near tells whether the stub was on the processor that the caller is on when
// it answered the last time.
func (a arena) near() bool {
	var cpu uint32
	_, _, err := unix.RawSyscall(unix.SYS_GETCPU, uintptr(unsafe.Pointer(&cpu)), 0, 0)
	return err == 0 && cpu == a.header().cpu&cpuMask
}

// futexWaitDone waits until the program is over, at most for timeout.
func (a arena) futexWaitDone(timeout unix.Timespec) bool {
	h := a.header()
	if !atomic.CompareAndSwapUint32(&h.done, doneNot, doneAwaited) {
		return true
	}
	_, _, _ = unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(&h.done)), futexWait, doneAwaited,
		uintptr(unsafe.Pointer(&timeout)), 0, 0)
	return atomic.LoadUint32(&h.done) == doneYes
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
