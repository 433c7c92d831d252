package task

//lint:file-ignore U1000 the assembler uses what Go does not

import "golang.org/x/sys/unix"

// The layout of an arena, the memory that the host and one stub share. The
// assembler reads these types and constants from go_asm.h, so that no offset
// and no number is written twice.
//
// Trust: the stub, and whoever has taken it over, may write any byte of its
// own arena at any time. The host never follows a pointer or a length out of
// an arena; it copies results once and checks the copies.

const (
	arenaSize = 4 << 20 // sparse: only pages that were touched cost memory

	// A task's arena is mapped at one of two addresses: its child's is at the
	// other one while the two are one process about to become two.
	slot0 = 0x1_0000_0000
	slot1 = 0x2_0000_0000

	imageBase = 0x40_0000 // where the stub's one page of code is mapped

	callsOffset = 512 // in the arena: where a program begins

	// Descriptors of the first task at its birth.
	bornSock  = 3
	bornArena = 4
	bornSigfd = 5 // made by the first program
	bornKin   = 6 // of the shell's children file, if /proc shows it

	// wakeSignal interrupts a call that blocks in a stub; all others are
	// blocked there.
	wakeSignal = unix.SIGURG
)

// header is at the start of every arena.
type header struct {
	done   uint32         // doneYes is set by the stub, and woken as a futex if it was doneAwaited
	mail   uint32         // set to 1 by the host: it wants the answer as a message, too
	turn   uint32         // whose turn it is: one of the turn constants
	cpu    uint32         // where the stub ran when it answered; the number is in cpuMask
	linger int64          // how often the stub looks at turn before it sleeps
	poll   [2]unix.PollFd // the channel; the signalfd for SIGCHLD
	msg    unix.Msghdr    // how the stub receives a wake-up, and descriptors with it
	iov    unix.Iovec     // … into wake
	wake   uint64         // the number of the program to run; the stub's to write
	next   uint64         // the same, where no message brings it
	siginf [128]byte
	kin    int64         // a descriptor of /proc/PID/task/PID/children; -1: not the shell
	tick   unix.Timespec // between two looks at it
	event  childEvent
}

// childEvent is what a stub reports of a child that ended, stopped or
// continued.
type childEvent struct {
	pid    int32 // in the stub's PID namespace
	status int32 // as wait4(2) gives it
	rusage unix.Rusage
}

// call is one step of a program.
type call struct {
	nr   int64 // system call number, or one of the op constants
	args [6]uint64
	ret  int64
	fail uint64 // address of the call to go on with after an error; 0: the next one
}

// How far a program is.
const (
	doneNot     = 0
	doneYes     = 1
	doneAwaited = 2 // it is not over, and the host sleeps until it is
)

// Who waits for whom. The host turns turnBusy into turnRun, which is all that a
// stub needs to be told that is awake, or sends a message; the stub turns it
// into turnAsleep when it has looked for long enough.
const (
	turnBusy   = 0 // the stub runs a program, or looks for the next one
	turnRun    = 1 // it is there
	turnAsleep = 2 // only a message wakes the stub
	turnRead   = 3 // a message comes
)

const (
	opEnd  = -1 // the program is over: answer
	opMove = -2 // *(uint32 *)args[0] = *(uint32 *)args[1]

	// notRun is what ret holds before the call is made. Its lower half is -1,
	// so that closing the descriptor of a call that never ran is harmless.
	notRun = -0x8000_0000_0000_0000 | 0xffff_ffff
)

// Numbers for the assembler.
const (
	sysMmap      = unix.SYS_MMAP
	sysPpoll     = unix.SYS_PPOLL
	sysRecvmsg   = unix.SYS_RECVMSG
	sysSendto    = unix.SYS_SENDTO
	sysRead      = unix.SYS_READ
	sysWait4     = unix.SYS_WAIT4
	sysFutex     = unix.SYS_FUTEX
	sysPread     = unix.SYS_PREAD64
	sysKill      = unix.SYS_KILL
	sysClone3    = unix.SYS_CLONE3
	sysSigreturn = unix.SYS_RT_SIGRETURN
	sysSigmask   = unix.SYS_RT_SIGPROCMASK
	sysExitGroup = unix.SYS_EXIT_GROUP

	protRW      = unix.PROT_READ | unix.PROT_WRITE
	mapShared   = unix.MAP_SHARED | unix.MAP_FIXED_NOREPLACE
	msgNosignal = unix.MSG_NOSIGNAL
	msgCloexec  = unix.MSG_CMSG_CLOEXEC
	waitOptions = unix.WNOHANG | unix.WUNTRACED | unix.WCONTINUED | unix.WALL
	futexWait   = 0
	futexWake   = 1
	sigkill     = unix.SIGKILL
	kinSize     = 3584      // how much of the list of children is read at once
	kinLooks    = 5000      // and how often
	kinTick     = 1_000_000 // ns between two looks
	eintr       = -int64(unix.EINTR)
	ebadf       = -int64(unix.EBADF)

	pollSize  = 8 // sizeof(struct pollfd)
	pollREvnt = 6 // offsetof(struct pollfd, revents)
	nsec      = 8 // offsetof(struct timespec, tv_nsec)
)
