package task

const elfMachine = 62 // EM_X86_64

// The limit of this segment has the number of the processor in its lower bits:
// so getcpu(2) finds it without a system call, and so does the stub.
const (
	asksCPU    = false
	cpuSegment = 0x7b
	cpuMask    = 0xfff
)
