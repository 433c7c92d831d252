package task

import (
	"encoding/binary"
	"os"
	"os/signal"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// lingering is how long a zombie is left to whoever has made it.
const lingering = 200 * time.Millisecond

// startReaping has what falls to the host waited for, once.
func (e *Engine) startReaping() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.stopReaping == nil && !e.closed {
		e.stopReaping = reapOrphans(e.isShell)
	}
}

// isShell tells whether a child of the host is the shell, whose end the poller waits for.
func (e *Engine) isShell(pid int) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.shell != nil && e.shell.pid == pid
}

// reapOrphans waits for what falls to the host, as process 1 of a PID namespace
// or when the shell has died, until stop. The host's own children are not meant,
// but nobody has a list of all of them: whoever made one waits for it at once, so one
// that is still there after lingering is an orphan.
func reapOrphans(own func(pid int) bool) (stop func()) {
	ended, over := make(chan os.Signal, 1), make(chan struct{})
	ended <- unix.SIGCHLD // for what has fallen to us before
	signal.Notify(ended, unix.SIGCHLD)
	go func() {
		last, again := 0, (<-chan time.Time)(nil)
		for {
			select {
			case <-ended:
				if last != 0 {
					continue // its time is not over
				}
			case <-again:
				if zombieChild() == last && !own(last) {
					_, _ = unix.Wait4(last, nil, unix.WNOHANG|unix.WALL, nil)
				}
			case <-over:
				return
			}
			last, again = zombieChild(), nil
			if last != 0 {
				again = time.After(lingering)
			}
		}
	}()
	return func() {
		signal.Stop(ended)
		close(over)
	}
}

// zombieChild returns the pid of a child that has ended and that nobody has
// waited for; 0 if there is none.
func zombieChild() int {
	var info unix.Siginfo
	if err := unix.Waitid(unix.P_ALL, 0, &info, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT|unix.WALL, nil); err != nil {
		return 0
	}
	const pid = 16 // the offset of si_pid where pointers have 8 bytes
	bytes := (*[unsafe.Sizeof(info)]byte)(unsafe.Pointer(&info))
	return int(int32(binary.NativeEndian.Uint32(bytes[pid:])))
}
