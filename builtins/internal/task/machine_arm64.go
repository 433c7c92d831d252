package task

import "golang.org/x/sys/unix"

const elfMachine = 183 // EM_AARCH64

// Nothing that a process may read tells the number of its processor: the stub
// makes getcpu(2).
const (
	asksCPU   = true
	sysGetcpu = unix.SYS_GETCPU
	cpuMask   = 0xffff_ffff
)
