package task

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// stubCode returns the first byte of the stub and the one after its last.
func stubCode() (start, end *byte)

// forkStub makes a child that shares the host's memory until it executes
// something (CLONE_VM|CLONE_VFORK) and that runs the calls at pc. It returns
// what clone3(2) returned. The child uses neither the Go runtime nor a stack.
//
//go:noescape
func forkStub(args *cloneArgs, mem *header, pc *call, all, old *uint64) int64

const (
	sigSetmask    = unix.SIG_SETMASK
	cloneArgsSize = unsafe.Sizeof(cloneArgs{})
	callSize      = unsafe.Sizeof(call{})
	headerSize    = unsafe.Sizeof(header{})
	eventSize     = unsafe.Sizeof(childEvent{})
)

// The header must end before the program begins.
var _ [callsOffset - headerSize]struct{}

// cloneArgs is struct clone_args of clone(2).
type cloneArgs struct {
	flags      uint64
	pidfd      uint64
	_          uint64 // child_tid
	_          uint64 // parent_tid
	exitSignal uint64
	_          uint64 // stack
	_          uint64 // stack_size
	_          uint64 // tls
	setTid     uint64
	setTidSize uint64
	cgroup     uint64
}

const (
	offFlags      = int(unsafe.Offsetof(cloneArgs{}.flags))
	offPidfd      = int(unsafe.Offsetof(cloneArgs{}.pidfd))
	offExitSignal = int(unsafe.Offsetof(cloneArgs{}.exitSignal))
	offSetTid     = int(unsafe.Offsetof(cloneArgs{}.setTid))
	offSetTidSize = int(unsafe.Offsetof(cloneArgs{}.setTidSize))
	offCgroup     = int(unsafe.Offsetof(cloneArgs{}.cgroup))
)

// code returns the bytes of the stub.
func code() []byte {
	start, end := stubCode()
	return unsafe.Slice(start, uintptr(unsafe.Pointer(end))-uintptr(unsafe.Pointer(start)))
}
