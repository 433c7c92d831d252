package task

import (
	"os"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// forkExec makes the child that becomes the first task. See forkStub. Until it
// has executed its image the child has all of the host's descriptors: whoever
// wants to be the last to close one holds syscall.ForkLock.
func forkExec(img, sock, mem int) (pid, pidfd int, err error) {
	// The child shares this memory and runs the stub's code on it, as though
	// it were an arena.
	type scratch struct {
		header
		calls [8]call
		argv  [2]uintptr
		envp  [1]uintptr
		name  [16]byte
		empty [1]byte
		pidfd int64
		all   uint64
		old   uint64
		args  cloneArgs
	}
	s := new(scratch)
	var pin runtime.Pinner // s must not lie on a stack, which moves
	pin.Pin(s)
	defer pin.Unpin()
	copy(s.name[:], "nstar-task")
	s.argv[0] = uintptr(unsafe.Pointer(&s.name))
	address := func(p unsafe.Pointer) uint64 { return uint64(uintptr(p)) }
	s.calls = [8]call{
		{nr: unix.SYS_DUP3, args: [6]uint64{uint64(sock), bornSock}},
		{nr: unix.SYS_DUP3, args: [6]uint64{uint64(mem), bornArena}},
		{nr: unix.SYS_DUP3, args: [6]uint64{uint64(img), bornArena + 1, unix.O_CLOEXEC}},
		{nr: unix.SYS_CLOSE_RANGE, args: [6]uint64{bornArena + 2, 1<<32 - 1}},
		{nr: unix.SYS_EXECVEAT, args: [6]uint64{bornArena + 1, address(unsafe.Pointer(&s.empty)),
			address(unsafe.Pointer(&s.argv)), address(unsafe.Pointer(&s.envp)), unix.AT_EMPTY_PATH}},
		{nr: unix.SYS_EXIT_GROUP, args: [6]uint64{127}},
	}
	exit := address(unsafe.Pointer(&s.calls[5]))
	for i := range s.calls[:5] {
		s.calls[i].ret, s.calls[i].fail = notRun, exit
	}
	s.all = ^uint64(0)
	s.pidfd = -1
	s.args = cloneArgs{
		flags:      unix.CLONE_VM | unix.CLONE_VFORK | unix.CLONE_PIDFD | unix.CLONE_CLEAR_SIGHAND,
		pidfd:      address(unsafe.Pointer(&s.pidfd)),
		exitSignal: uint64(unix.SIGCHLD),
	}
	// The child goes on at calls[0] in s; both are in its first argument.
	syscall.ForkLock.Lock()
	ret := forkStub(&s.args, &s.header, &s.calls[0], &s.all, &s.old)
	syscall.ForkLock.Unlock()
	if ret < 0 {
		return 0, -1, os.NewSyscallError("clone3", unix.Errno(-ret))
	}
	pid, pidfd = int(ret), int(int32(s.pidfd))
	for i, name := range []string{"dup3", "dup3", "dup3", "close_range", "execveat"} {
		if r := s.calls[i].ret; r < 0 && r > -4096 {
			unix.Wait4(pid, nil, unix.WALL, nil)
			unix.Close(pidfd)
			return 0, -1, os.NewSyscallError(name, unix.Errno(-r))
		}
	}
	return pid, pidfd, nil
}
