package task

import (
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// reap kills the tasks of a session whose process adopts what they leave: all at
// once, for whose parent is dead falls to that process, where it is waited for.
func reap(tasks []*Task) (err error) {
	for _, t := range tasks {
		_ = t.kill(unix.SIGKILL)
	}
	deadline := time.Now().Add(grace)
	for _, t := range tasks {
		if !t.awaitZombie(deadline) {
			err = errors.Join(err, fmt.Errorf("task %d does not end", t.pid))
		}
	}
	for { // those that are dead already need not be looked for
		if pid, err := unix.Wait4(-1, nil, unix.WALL|unix.WNOHANG, nil); pid <= 0 && err != unix.EINTR {
			break
		}
	}
	for _, t := range tasks {
		t.finish(Status{}) // the one who could tell how is dead
	}
	return errors.Join(err, sweep(os.Getpid(), func() bool { return true }))
}

// awaitZombie waits until the process has ended. It returns false if it has not by
// the deadline.
func (t *Task) awaitZombie(deadline time.Time) bool {
	n := 0
	err := t.Pidfd(func(fd int) (err error) {
		for err = unix.EINTR; err == unix.EINTR; {
			left := max(0, time.Until(deadline))
			n, err = unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, int(left.Milliseconds()))
		}
		return err
	})
	return n == 1 || err == unix.ESRCH
}

// endAll ends tasks, and the shell when it has no children any more.
func endAll(tasks []*Task, shell *Task) error {
	err := killAll(tasks, shell)
	if shell.seize() { // if not, it has ended, and its pid may be another's by now
		err = errors.Join(err, sweep(shell.Pid(), func() bool {
			shell.interrupt()
			return true
		}))
		shell.unlock()
	}
	return errors.Join(err, shell.end())
}

// killAll kills tasks and waits for their ends, which the shell reports, so it
// must not stay in a call.
func killAll(tasks []*Task, shell *Task) error {
	for _, t := range tasks {
		_ = t.kill(unix.SIGKILL)
	}
	timer := time.NewTimer(grace)
	defer timer.Stop()
	ticker := time.NewTicker(nudgeEvery)
	defer ticker.Stop()
	for _, t := range tasks {
		for over := false; !over; {
			select {
			case <-t.done:
				over = true
			case <-ticker.C:
				shell.interrupt()
			case <-timer.C:
				return fmt.Errorf("task %d does not end", t.pid)
			}
		}
	}
	return nil
}

// seize takes busy, and interrupts whoever has it: a stub that is killed while
// it makes a child may leave one behind that has not yet asked for its
// PR_SET_PDEATHSIG. Nobody gets busy after that, see lock. It returns false when
// the task has ended meanwhile.
func (t *Task) seize() bool {
	ticker := time.NewTicker(nudgeEvery)
	defer ticker.Stop()
	timer := time.NewTimer(grace)
	defer timer.Stop()
	for {
		select {
		case t.busy <- struct{}{}:
			select {
			case <-t.done:
				t.unlock()
				return false
			default:
				return true
			}
		case <-ticker.C:
			t.interrupt()
		case <-t.done:
			return false
		case <-timer.C: // it does not come back from a call: the kernel's affair
			_ = t.kill(unix.SIGKILL)
			timer.Reset(grace)
		}
	}
}

// awaitGone waits until the poller has seen the ends of channels: whoever waits
// for an answer learns of it from there.
func awaitGone(tasks []*Task) {
	timer := time.NewTimer(grace)
	defer timer.Stop()
	for _, t := range tasks {
		select {
		case <-t.gone:
		case <-timer.C:
			return
		}
	}
}

// interrupt ends a call that blocks in a stub.
func (t *Task) interrupt() {
	if t.Parked() {
		t.nudge()
	}
}
