package builtins

import "golang.org/x/sys/unix"

// signalConstants are the signals of signal(7).
var signalConstants = []constant{
	{"SIGHUP", uint64(unix.SIGHUP)},
	{"SIGINT", uint64(unix.SIGINT)},
	{"SIGQUIT", uint64(unix.SIGQUIT)},
	{"SIGILL", uint64(unix.SIGILL)},
	{"SIGTRAP", uint64(unix.SIGTRAP)},
	{"SIGABRT", uint64(unix.SIGABRT)},
	{"SIGBUS", uint64(unix.SIGBUS)},
	{"SIGFPE", uint64(unix.SIGFPE)},
	{"SIGKILL", uint64(unix.SIGKILL)},
	{"SIGUSR1", uint64(unix.SIGUSR1)},
	{"SIGSEGV", uint64(unix.SIGSEGV)},
	{"SIGUSR2", uint64(unix.SIGUSR2)},
	{"SIGPIPE", uint64(unix.SIGPIPE)},
	{"SIGALRM", uint64(unix.SIGALRM)},
	{"SIGTERM", uint64(unix.SIGTERM)},
	{"SIGSTKFLT", uint64(unix.SIGSTKFLT)},
	{"SIGCHLD", uint64(unix.SIGCHLD)},
	{"SIGCONT", uint64(unix.SIGCONT)},
	{"SIGSTOP", uint64(unix.SIGSTOP)},
	{"SIGTSTP", uint64(unix.SIGTSTP)},
	{"SIGTTIN", uint64(unix.SIGTTIN)},
	{"SIGTTOU", uint64(unix.SIGTTOU)},
	{"SIGURG", uint64(unix.SIGURG)},
	{"SIGXCPU", uint64(unix.SIGXCPU)},
	{"SIGXFSZ", uint64(unix.SIGXFSZ)},
	{"SIGVTALRM", uint64(unix.SIGVTALRM)},
	{"SIGPROF", uint64(unix.SIGPROF)},
	{"SIGWINCH", uint64(unix.SIGWINCH)},
	{"SIGIO", uint64(unix.SIGIO)},
	{"SIGPWR", uint64(unix.SIGPWR)},
	{"SIGSYS", uint64(unix.SIGSYS)},
}

// waitConstants are the options of wait4(2) and waitid(2).
var waitConstants = []constant{
	{"WNOHANG", unix.WNOHANG},
	{"WUNTRACED", unix.WUNTRACED},
	{"WSTOPPED", unix.WSTOPPED},
	{"WEXITED", unix.WEXITED},
	{"WCONTINUED", unix.WCONTINUED},
	{"WNOWAIT", unix.WNOWAIT},
	{"__WNOTHREAD", unix.WNOTHREAD},
	{"__WALL", unix.WALL},
	{"__WCLONE", unix.WCLONE},
}

// limitConstants are the resources of getrlimit(2).
var limitConstants = []constant{
	{"RLIMIT_AS", unix.RLIMIT_AS},
	{"RLIMIT_CORE", unix.RLIMIT_CORE},
	{"RLIMIT_CPU", unix.RLIMIT_CPU},
	{"RLIMIT_DATA", unix.RLIMIT_DATA},
	{"RLIMIT_FSIZE", unix.RLIMIT_FSIZE},
	{"RLIMIT_LOCKS", unix.RLIMIT_LOCKS},
	{"RLIMIT_MEMLOCK", unix.RLIMIT_MEMLOCK},
	{"RLIMIT_MSGQUEUE", unix.RLIMIT_MSGQUEUE},
	{"RLIMIT_NICE", unix.RLIMIT_NICE},
	{"RLIMIT_NOFILE", unix.RLIMIT_NOFILE},
	{"RLIMIT_NPROC", unix.RLIMIT_NPROC},
	{"RLIMIT_RSS", unix.RLIMIT_RSS},
	{"RLIMIT_RTPRIO", unix.RLIMIT_RTPRIO},
	{"RLIMIT_RTTIME", unix.RLIMIT_RTTIME},
	{"RLIMIT_SIGPENDING", unix.RLIMIT_SIGPENDING},
	{"RLIMIT_STACK", unix.RLIMIT_STACK},
}

// infinity is RLIM_INFINITY, which is 64 bits wide here.
const infinity = 1<<64 - 1

// rlimConstants are the values of limits that have a name.
var rlimConstants = []constant{
	{"RLIM_INFINITY", infinity},
}

// prioConstants are what getpriority(2) acts on.
var prioConstants = []constant{
	{"PRIO_PROCESS", unix.PRIO_PROCESS},
	{"PRIO_PGRP", unix.PRIO_PGRP},
	{"PRIO_USER", unix.PRIO_USER},
}

// pidfdConstants are the flags of pidfd_open(2).
var pidfdConstants = []constant{
	{"PIDFD_NONBLOCK", unix.O_NONBLOCK},
	{"PIDFD_THREAD", unix.O_EXCL},
}

// personaConstants are the execution domains and flags of personality(2). The
// domain is one number.
var personaConstants = []constant{
	{"PER_LINUX", 0},
	{"PER_LINUX32", 0x8},
	{"UNAME26", 0x20000},
	{"ADDR_NO_RANDOMIZE", 0x40000},
	{"FDPIC_FUNCPTRS", 0x80000},
	{"MMAP_PAGE_ZERO", 0x100000},
	{"ADDR_COMPAT_LAYOUT", 0x200000},
	{"READ_IMPLIES_EXEC", 0x400000},
	{"ADDR_LIMIT_32BIT", 0x800000},
	{"SHORT_INODE", 0x1000000},
	{"WHOLE_SECONDS", 0x2000000},
	{"STICKY_TIMEOUTS", 0x4000000},
	{"ADDR_LIMIT_3GB", 0x8000000},
}
