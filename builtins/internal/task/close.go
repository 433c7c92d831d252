package task

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

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
