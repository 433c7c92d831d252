#include "go_asm.h"
#include "textflag.h"

// The stub: all the code that a task runs. It is copied out of this binary, so
// it names no symbol and touches no stack.
//
// R12 is the arena, R13 the call to make.
//
// It is entered in three ways, told apart by what the kernel and forkStub
// leave in registers:
//	DI != 0    as the handler of the wake signal
//	R12 != 0   in a child of the host, with a program to run
//	otherwise  by execve, which clears them
TEXT ·stub(SB), NOSPLIT|NOFRAME, $0
	TESTL	DI, DI
	JNE	sigreturn
	TESTQ	R12, R12
	JNE	run

	MOVQ	$const_slot0, DI
	MOVL	$const_arenaSize, SI
	MOVL	$const_protRW, DX
	MOVL	$const_mapShared, R10
	MOVL	$const_bornArena, R8
	XORL	R9, R9
	MOVL	$const_sysMmap, AX
	SYSCALL
	TESTQ	AX, AX
	JLT	die
	MOVQ	AX, R12
	LEAQ	const_callsOffset(R12), R13

run:
	MOVQ	call_nr(R13), AX
	TESTQ	AX, AX
	JLT	op
	MOVQ	AX, BX
	MOVQ	(call_args+0)(R13), DI
	MOVQ	(call_args+8)(R13), SI
	MOVQ	(call_args+16)(R13), DX
	MOVQ	(call_args+24)(R13), R10
	MOVQ	(call_args+32)(R13), R8
	MOVQ	(call_args+40)(R13), R9
	SYSCALL
	TESTQ	AX, AX
	JEQ	zero
	MOVQ	AX, call_ret(R13)
	JLT	failed
next:
	ADDQ	$call__size, R13
	JMP	run

failed:
	MOVQ	call_fail(R13), AX
	TESTQ	AX, AX
	JEQ	next
	MOVQ	AX, R13
	JMP	run

zero:
	CMPQ	BX, $const_sysClone3
	JEQ	child
	MOVQ	AX, call_ret(R13)
	JMP	next

	// The parent's arena is not the child's to read or write: the parent may be
	// running its next program there by now. Only the registers are its own. It
	// goes on in the arena and the program that the fifth and the sixth
	// argument name.
child:
	MOVQ	R8, R12
	MOVQ	R9, R13
	JMP	run

op:
	CMPQ	AX, $const_opMove
	JNE	answer
	MOVQ	(call_args+0)(R13), DI
	MOVQ	(call_args+8)(R13), SI
	MOVL	(SI), AX
	MOVL	AX, (DI)
	JMP	next

	// A host that has slept may be waiting for this processor: then we sleep as
	// well, and it is told before it wakes up.
answer:
	MOVL	$const_cpuSegment, AX
	LSLL	AX, AX
	MOVL	AX, header_cpu(R12)
	CMPL	header_done(R12), $const_doneAwaited
	JNE	done
	MOVL	$const_turnAsleep, header_turn(R12)
	// done is exchanged, not stored: the host sets mail, then looks at done;
	// we set done, then look at mail. One of the two must see the other.
done:
	MOVL	$const_doneYes, AX
	XCHGL	AX, header_done(R12)
	CMPL	AX, $const_doneAwaited
	JNE	awake
	LEAQ	header_done(R12), DI
	MOVL	$const_futexWake, SI
	MOVL	$1, DX
	MOVL	$const_sysFutex, AX
	SYSCALL
awake:
	CMPL	header_mail(R12), $0
	JEQ	linger
mail:
	MOVL	header_poll(R12), DI
	LEAQ	header_wake(R12), SI
	MOVL	$8, DX
	MOVL	$const_msgNosignal, R10
	XORL	R8, R8
	XORL	R9, R9
	MOVL	$const_sysSendto, AX
	SYSCALL
	CMPQ	AX, $const_eintr
	JEQ	mail

	// Look for a while whether there is more to do: to be woken takes longer
	// than most calls.
linger:
	MOVQ	header_linger(R12), BX
again:
	MOVL	header_turn(R12), AX
	TESTL	AX, AX
	JNE	told
	PAUSE
	DECQ	BX
	JGT	again
	MOVL	$const_turnAsleep, CX
	LOCK
	CMPXCHGL	CX, header_turn(R12)
	JEQ	idle
told:
	CMPL	AX, $const_turnRun
	JNE	idle
	MOVQ	header_next(R12), AX
	MOVQ	AX, header_wake(R12)
	MOVL	$const_turnBusy, header_turn(R12)
	LEAQ	const_callsOffset(R12), R13
	JMP	run

idle:
	LEAQ	header_poll(R12), DI
	MOVL	$2, SI
	XORL	DX, DX
	XORL	R10, R10
	XORL	R8, R8
	MOVL	$const_sysPpoll, AX
	SYSCALL
	TESTQ	AX, AX
	JLE	idle
	CMPW	(header_poll+const_pollSize+const_pollREvnt)(R12), $0
	JNE	reap
	CMPW	(header_poll+const_pollREvnt)(R12), $0
	JEQ	idle

	MOVL	header_poll(R12), DI
	LEAQ	header_msg(R12), SI
	MOVL	$const_msgCloexec, DX
	MOVL	$const_sysRecvmsg, AX
	SYSCALL
	CMPQ	AX, $const_eintr
	JEQ	idle
	TESTQ	AX, AX
	JLE	orphaned
	MOVL	$const_turnBusy, header_turn(R12)
	LEAQ	const_callsOffset(R12), R13
	JMP	run

	// The host is no more. The shell, to whom all fall that lose their parent,
	// ends them before itself: the numbers in the list of its children, which
	// may lack some, again and again until wait4 says that there are none.
orphaned:
	MOVL	$const_kinLooks, R14
look:
	MOVQ	header_kin(R12), DI
	TESTQ	DI, DI
	JLT	die
	DECQ	R14
	JEQ	die
	LEAQ	const_callsOffset(R12), SI
	MOVL	$const_kinSize, DX
	XORL	R10, R10
	MOVL	$const_sysPread, AX
	SYSCALL
	TESTQ	AX, AX
	JLT	die
	LEAQ	const_callsOffset(R12), R13
	LEAQ	(R13)(AX*1), R15
number:
	XORL	DI, DI
digit:
	CMPQ	R13, R15
	JEQ	bury	// one that was cut off is read whole the next time
	MOVBLZX	(R13), AX
	INCQ	R13
	SUBL	$48, AX	// '0'
	JLT	kin
	IMUL3Q	$10, DI, DI
	ADDQ	AX, DI
	JMP	digit
kin:
	TESTQ	DI, DI
	JEQ	number
	MOVL	$const_sigkill, SI
	MOVL	$const_sysKill, AX
	SYSCALL
	JMP	number
bury:
	MOVQ	$-1, DI
	XORL	SI, SI
	MOVL	$const_waitOptions, DX
	XORL	R10, R10
	MOVL	$const_sysWait4, AX
	SYSCALL
	TESTQ	AX, AX
	JGT	bury
	JLT	die
	MOVQ	$const_kinTick, (header_tick+const_nsec)(R12)	// ppoll leaves what is left of it
	XORL	DI, DI
	XORL	SI, SI
	LEAQ	header_tick(R12), DX
	XORL	R10, R10
	XORL	R8, R8
	MOVL	$const_sysPpoll, AX
	SYSCALL
	JMP	look

reap:
	MOVL	(header_poll+const_pollSize)(R12), DI
	LEAQ	header_siginf(R12), SI
	MOVL	$128, DX
	MOVL	$const_sysRead, AX
	SYSCALL
	CMPQ	AX, $const_ebadf
	JEQ	die	// the task was made to close it
child_ended:
	MOVQ	$-1, DI
	LEAQ	(header_event+childEvent_status)(R12), SI
	MOVL	$const_waitOptions, DX
	LEAQ	(header_event+childEvent_rusage)(R12), R10
	MOVL	$const_sysWait4, AX
	SYSCALL
	CMPQ	AX, $const_eintr
	JEQ	child_ended
	TESTQ	AX, AX
	JLE	idle
	MOVL	AX, (header_event+childEvent_pid)(R12)
report:
	MOVL	header_poll(R12), DI
	LEAQ	header_event(R12), SI
	MOVL	$childEvent__size, DX
	MOVL	$const_msgNosignal, R10
	XORL	R8, R8
	XORL	R9, R9
	MOVL	$const_sysSendto, AX
	SYSCALL
	CMPQ	AX, $const_eintr
	JEQ	report
	JMP	child_ended

	// The frame's first word is the return address that a C handler would pop.
sigreturn:
	LEAQ	8(SP), SP
	MOVL	$const_sysSigreturn, AX
	SYSCALL

die:
	XORL	DI, DI
	MOVL	$const_sysExitGroup, AX
	SYSCALL
	INT	$3
	RET

TEXT ·stubEnd(SB), NOSPLIT|NOFRAME, $0
	RET

// func stubCode() (start, end *byte)
TEXT ·stubCode(SB), NOSPLIT, $0-16
	LEAQ	·stub(SB), AX
	MOVQ	AX, start+0(FP)
	LEAQ	·stubEnd(SB), AX
	MOVQ	AX, end+8(FP)
	RET

// func forkStub(args *cloneArgs, mem *header, pc *call, all, old *uint64) int64
//
// Signals are blocked from before the clone until after it: the child shares
// the host's memory, and no handler of the Go runtime may run in it.
TEXT ·forkStub(SB), NOSPLIT, $0-48
	MOVL	$const_sigSetmask, DI
	MOVQ	all+24(FP), SI
	MOVQ	old+32(FP), DX
	MOVL	$8, R10
	MOVL	$const_sysSigmask, AX
	SYSCALL
	MOVQ	mem+8(FP), R12
	MOVQ	pc+16(FP), R13
	MOVQ	args+0(FP), DI
	MOVL	$const_cloneArgsSize, SI
	MOVL	$const_sysClone3, AX
	SYSCALL
	TESTQ	AX, AX
	JNE	parent
	XORL	DI, DI
	JMP	·stub(SB)
parent:
	MOVQ	AX, ret+40(FP)
	MOVL	$const_sigSetmask, DI
	MOVQ	old+32(FP), SI
	XORL	DX, DX
	MOVL	$8, R10
	MOVL	$const_sysSigmask, AX
	SYSCALL
	RET
