#include "textflag.h"

// func prlimit(l *Rlimit)
TEXT ·prlimit(SB), NOSPLIT, $0-8
	MOVL	$0, DI
	MOVL	$7, SI	// RLIMIT_NOFILE
	MOVL	$0, DX
	MOVQ	l+0(FP), R10
	MOVL	$302, AX	// prlimit64
	SYSCALL
	RET
