#include "go_asm.h"
#include "textflag.h"

// The stub: all the code that a task runs. It is copied out of this binary, so
// it names no symbol and touches no stack.
//
// R19 is the arena, R20 the call to make. A system call changes R0 alone.
//
// It is entered in three ways, told apart by what the kernel and forkStub
// leave in registers:
//	R0 != 0    as the handler of the wake signal
//	R19 != 0   in a child of the host, with a program to run
//	otherwise  by execve, which clears them
//
// The words by which the host and the stub take turns (done, mail, turn) are
// read by LDAR and written by STLR: on this machine plain ones may pass each other,
// and what they announce. The host's side of it is sync/atomic.
TEXT ·stub(SB), NOSPLIT|NOFRAME, $0
	CBNZW	R0, sigreturn
	CBNZ	R19, run

	MOVD	$const_slot0, R0
	MOVD	$const_arenaSize, R1
	MOVD	$const_protRW, R2
	MOVD	$const_mapShared, R3
	MOVD	$const_bornArena, R4
	MOVD	$0, R5
	MOVD	$const_sysMmap, R8
	SVC
	TBNZ	$63, R0, die
	MOVD	R0, R19
	ADD	$const_callsOffset, R19, R20

run:
	MOVD	call_nr(R20), R8
	TBNZ	$63, R8, op
	LDP	(call_args+0)(R20), (R0, R1)
	LDP	(call_args+16)(R20), (R2, R3)
	LDP	(call_args+32)(R20), (R4, R5)
	SVC
	CBZ	R0, zero
	MOVD	R0, call_ret(R20)
	TBNZ	$63, R0, failed
next:
	ADD	$call__size, R20
	B	run

failed:
	MOVD	call_fail(R20), R0
	CBZ	R0, next
	MOVD	R0, R20
	B	run

zero:
	CMP	$const_sysClone3, R8
	BEQ	child
	MOVD	R0, call_ret(R20)
	B	next

	// The parent's arena is not the child's to read or write: the parent may be
	// running its next program there by now. Only the registers are its own. It
	// goes on in the arena and the program that the fifth and the sixth
	// argument name.
child:
	MOVD	R4, R19
	MOVD	R5, R20
	B	run

op:
	CMP	$const_opMove, R8
	BNE	answer
	LDP	(call_args+0)(R20), (R0, R1)
	MOVW	(R1), R2
	MOVW	R2, (R0)
	B	next

	// A host that has slept may be waiting for this processor: then we sleep as
	// well, and it is told before it wakes up.
answer:
	ADD	$header_cpu, R19, R0
	MOVD	$0, R1
	MOVD	$0, R2
	MOVD	$const_sysGetcpu, R8
	SVC
	ADD	$header_done, R19, R9
	ADD	$header_turn, R19, R10
	LDARW	(R9), R0
	CMPW	$const_doneAwaited, R0
	BNE	done
	MOVD	$const_turnAsleep, R1
	STLRW	R1, (R10)
	// done is exchanged, not stored: the host sets mail, then looks at done;
	// we set done, then look at mail. One of the two must see the other.
done:
	MOVD	$const_doneYes, R1
exchange:
	LDAXRW	(R9), R0
	STLXRW	R1, (R9), R2
	CBNZW	R2, exchange
	CMPW	$const_doneAwaited, R0
	BNE	awake
	MOVD	R9, R0
	MOVD	$const_futexWake, R1
	MOVD	$1, R2
	MOVD	$const_sysFutex, R8
	SVC
awake:
	ADD	$header_mail, R19, R0
	LDARW	(R0), R0
	CBZW	R0, linger
mail:
	MOVW	header_poll(R19), R0
	ADD	$header_wake, R19, R1
	MOVD	$8, R2
	MOVD	$const_msgNosignal, R3
	MOVD	$0, R4
	MOVD	$0, R5
	MOVD	$const_sysSendto, R8
	SVC
	CMP	$const_eintr, R0
	BEQ	mail

	// Look for a while whether there is more to do: to be woken takes longer
	// than most calls. ISB takes about as long as a pause elsewhere, YIELD no time.
linger:
	MOVD	header_linger(R19), R11
again:
	LDARW	(R10), R0
	CBNZW	R0, told
	ISB	$15
	SUBS	$1, R11
	BGT	again
	MOVD	$const_turnAsleep, R1
asleep:
	LDAXRW	(R10), R0
	CBNZW	R0, told
	STLXRW	R1, (R10), R2
	CBNZW	R2, asleep
	B	idle
told:
	CMPW	$const_turnRun, R0
	BNE	idle
	MOVD	header_next(R19), R0
	MOVD	R0, header_wake(R19)
	MOVD	$const_turnBusy, R1
	STLRW	R1, (R10)
	ADD	$const_callsOffset, R19, R20
	B	run

idle:
	ADD	$header_poll, R19, R0
	MOVD	$2, R1
	MOVD	$0, R2
	MOVD	$0, R3
	MOVD	$0, R4
	MOVD	$const_sysPpoll, R8
	SVC
	CMP	$0, R0
	BLE	idle
	MOVHU	(header_poll+const_pollSize+const_pollREvnt)(R19), R0
	CBNZ	R0, reap
	MOVHU	(header_poll+const_pollREvnt)(R19), R0
	CBZ	R0, idle

	MOVW	header_poll(R19), R0
	ADD	$header_msg, R19, R1
	MOVD	$const_msgCloexec, R2
	MOVD	$const_sysRecvmsg, R8
	SVC
	CMP	$const_eintr, R0
	BEQ	idle
	CMP	$0, R0
	BLE	orphaned
	MOVD	$const_turnBusy, R1
	ADD	$header_turn, R19, R10
	STLRW	R1, (R10)
	ADD	$const_callsOffset, R19, R20
	B	run

	// The host is no more. The shell, to whom all fall that lose their parent,
	// ends them before itself: the numbers in the list of its children, which
	// may lack some, again and again until wait4 says that there are none.
orphaned:
	MOVD	$const_kinLooks, R21
look:
	MOVD	header_kin(R19), R0
	TBNZ	$63, R0, die
	SUBS	$1, R21
	BEQ	die
	ADD	$const_callsOffset, R19, R1
	MOVD	$const_kinSize, R2
	MOVD	$0, R3
	MOVD	$const_sysPread, R8
	SVC
	TBNZ	$63, R0, die
	ADD	$const_callsOffset, R19, R20
	ADD	R0, R20, R22
	MOVD	$10, R9
number:
	MOVD	$0, R0
digit:
	CMP	R22, R20
	BEQ	bury	// one that was cut off is read whole the next time
	MOVBU.P	1(R20), R1
	SUBS	$48, R1	// '0'
	BLT	kin
	MADD	R9, R1, R0, R0
	B	digit
kin:
	CBZ	R0, number
	MOVD	$const_sigkill, R1
	MOVD	$const_sysKill, R8
	SVC
	B	number
bury:
	MOVD	$-1, R0
	MOVD	$0, R1
	MOVD	$const_waitOptions, R2
	MOVD	$0, R3
	MOVD	$const_sysWait4, R8
	SVC
	CMP	$0, R0
	BGT	bury
	BLT	die
	MOVD	$const_kinTick, R0
	MOVD	R0, (header_tick+const_nsec)(R19)	// ppoll leaves what is left of it
	MOVD	$0, R0
	MOVD	$0, R1
	ADD	$header_tick, R19, R2
	MOVD	$0, R3
	MOVD	$0, R4
	MOVD	$const_sysPpoll, R8
	SVC
	B	look

reap:
	MOVW	(header_poll+const_pollSize)(R19), R0
	ADD	$header_siginf, R19, R1
	MOVD	$128, R2
	MOVD	$const_sysRead, R8
	SVC
	CMP	$const_ebadf, R0
	BEQ	die	// the task was made to close it
child_ended:
	MOVD	$-1, R0
	ADD	$(header_event+childEvent_status), R19, R1
	MOVD	$const_waitOptions, R2
	ADD	$(header_event+childEvent_rusage), R19, R3
	MOVD	$const_sysWait4, R8
	SVC
	CMP	$const_eintr, R0
	BEQ	child_ended
	CMP	$0, R0
	BLE	idle
	MOVW	R0, (header_event+childEvent_pid)(R19)
report:
	MOVW	header_poll(R19), R0
	ADD	$header_event, R19, R1
	MOVD	$childEvent__size, R2
	MOVD	$const_msgNosignal, R3
	MOVD	$0, R4
	MOVD	$0, R5
	MOVD	$const_sysSendto, R8
	SVC
	CMP	$const_eintr, R0
	BEQ	report
	B	child_ended

	// The frame is where RSP points. Where a C handler would return to is in R30.
sigreturn:
	MOVD	$const_sysSigreturn, R8
	SVC

die:
	MOVD	$0, R0
	MOVD	$const_sysExitGroup, R8
	SVC
	BRK
	RET

TEXT ·stubEnd(SB), NOSPLIT|NOFRAME, $0
	RET

// func stubCode() (start, end *byte)
TEXT ·stubCode(SB), NOSPLIT, $0-16
	MOVD	$·stub(SB), R0
	MOVD	R0, start+0(FP)
	MOVD	$·stubEnd(SB), R0
	MOVD	R0, end+8(FP)
	RET

// func forkStub(args *cloneArgs, mem *header, pc *call, all, old *uint64) int64
//
// Signals are blocked from before the clone until after it: the child shares
// the host's memory, and no handler of the Go runtime may run in it.
TEXT ·forkStub(SB), NOSPLIT, $0-48
	MOVD	$const_sigSetmask, R0
	MOVD	all+24(FP), R1
	MOVD	old+32(FP), R2
	MOVD	$8, R3
	MOVD	$const_sysSigmask, R8
	SVC
	MOVD	mem+8(FP), R19
	MOVD	pc+16(FP), R20
	MOVD	args+0(FP), R0
	MOVD	$const_cloneArgsSize, R1
	MOVD	$const_sysClone3, R8
	SVC
	CBNZ	R0, parent
	B	·stub(SB)
parent:
	MOVD	R0, ret+40(FP)
	MOVD	$const_sigSetmask, R0
	MOVD	old+32(FP), R1
	MOVD	$0, R2
	MOVD	$8, R3
	MOVD	$const_sysSigmask, R8
	SVC
	RET
