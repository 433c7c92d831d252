package main

import (
	"fmt"
	"runtime"
	"sync"

	"golang.org/x/sys/unix"
)

// fewestDescriptors is what the Go runtime and a session with one task need
// beside 0, 1 and 2.
const fewestDescriptors = 9

// enoughDescriptors fails where the limit of open files is too low to start:
// the Go runtime would end in a panic.
func enoughDescriptors() error {
	var taken []int
	defer func() {
		for _, fd := range taken {
			unix.Close(fd)
		}
	}()
	for len(taken) < fewestDescriptors {
		fd, err := unix.FcntlInt(0, unix.F_DUPFD_CLOEXEC, 3)
		if err == unix.EMFILE || err == unix.EINVAL {
			return fmt.Errorf("too few open files are allowed: nstar needs %d more than it was started with; raise the limit with ulimit -n", fewestDescriptors)
		}
		if err != nil {
			return nil // not a question of numbers
		}
		taken = append(taken, fd)
	}
	return nil
}

// threads is how many the Go runtime needs at most in an ordinary session.
const threads = 10

// reserveThreads has the Go runtime make its threads now if few processes are
// allowed, RLIMIT_NPROC in getrlimit(2): one that it cannot make later, when
// the tasks have taken all there are, would be its end, and theirs.
func reserveThreads() {
	const few = 4096
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NPROC, &limit) != nil || limit.Cur > few {
		return
	}
	var all, ready sync.WaitGroup
	ready.Add(threads)
	for range threads {
		all.Go(func() {
			runtime.LockOSThread() // one thread each, until all are there
			defer runtime.UnlockOSThread()
			ready.Done()
			ready.Wait()
		})
	}
	all.Wait()
}
