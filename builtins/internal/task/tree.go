package task

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// spawnKept has a hidden child of t, the keeper, execute cmd. It is a child
// subreaper, prctl(2): what the program forks stays below it, in whatever
// session, and whoever of its ancestors has ended. The caller holds busy.
func (t *Task) spawnKept(ctx context.Context, cmd Command) (*Task, error) {
	k, err := t.clone(ctx, CloneOptions{Text: "0", hidden: true, subreaper: true})
	if err != nil {
		return nil, err
	}
	cmd.Init, cmd.Contain = false, false
	c, err := k.Spawn(ctx, cmd)
	if err != nil {
		_ = k.end()
		return nil, err
	}
	c.keeper.Store(k)
	return c, nil
}

// Release lets go of what a contained program has left running. KillTree finds
// nothing of that afterwards. Where the program has ended because somebody kills
// all that, it does nothing.
func (t *Task) Release() {
	if k := t.keeper.Swap(nil); k != nil && !k.swept.Load() {
		_ = k.kill(unix.SIGKILL)
	}
}

// KillTree kills a program with all that it has forked, or a parked task with
// the programs that it has started, and waits for its end. Of a program that is
// not contained, what has lost its parent already is not found.
func (t *Task) KillTree() error {
	if k := t.keeper.Load(); k != nil {
		err := k.sweep()
		_ = k.kill(unix.SIGKILL)
		return errors.Join(err, t.Close())
	}
	if t.Parked() {
		for _, c := range t.childrenThat((*Task).isProgram) {
			c.killBelow()
		}
		for _, k := range t.childrenThat((*Task).isHidden) {
			_ = k.sweep() // what is left is killed at the end of the session
		}
	} else {
		t.killBelow()
	}
	return t.Close()
}

func (t *Task) isProgram() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.program && !t.ended
}

func (t *Task) isHidden() bool { return t.hidden }

// childrenThat are the children of t that are as wanted.
func (t *Task) childrenThat(wanted func(*Task) bool) (all []*Task) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range t.children {
		if wanted(c) {
			all = append(all, c)
		}
	}
	return all
}

// killBelow kills t, a program, and its descendants but those that are tasks:
// first all are stopped, so that none forks or loses its parent meanwhile.
func (t *Task) killBelow() {
	if t.kill(unix.SIGSTOP) != nil {
		return
	}
	found := t.engine.pids()
	var held []int // pidfds
	for level := []int{t.pid}; len(level) > 0; {
		var next []int
		for _, parent := range level {
			for { // one may have been about to fork
				fds, pids := openChildren(parent, found)
				if len(fds) == 0 {
					break
				}
				for _, fd := range fds {
					unix.PidfdSendSignal(fd, unix.SIGSTOP, nil, 0)
				}
				held, next = append(held, fds...), append(next, pids...)
			}
		}
		level = next
	}
	_ = t.kill(unix.SIGKILL)
	for _, fd := range held {
		unix.PidfdSendSignal(fd, unix.SIGKILL, nil, 0)
		unix.Close(fd)
	}
}

// openChildren opens those children of a process that are not in found, which
// it adds them to.
func openChildren(parent int, found map[int]bool) (fds, pids []int) {
	for _, pid := range childrenOf(parent) {
		if found[pid] {
			continue
		}
		if fd, ok := openChild(pid, parent); ok {
			found[pid] = true
			fds, pids = append(fds, fd), append(pids, pid)
		}
	}
	return fds, pids
}

// pids are those of the tasks.
func (e *Engine) pids() map[int]bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := make(map[int]bool, len(e.tasks))
	for t := range e.tasks {
		all[t.pid] = true
	}
	return all
}

// sweep kills the children of t, a keeper, until it has none. To end t as well is
// the caller's.
func (t *Task) sweep() error {
	t.swept.Store(true)
	return sweep(t.pid, func() bool {
		t.interrupt()
		return !t.zombie() // its pid was not another's when the list was read
	})
}

// sweep kills the children of pid until it has none: processes that were
// orphaned and fell to it.
//
// Before each turn it asks whether to go on. The caller knows that pid is not yet
// free to be used again, or tells it then.
func sweep(pid int, turn func() bool) error {
	deadline := time.Now().Add(grace)
	for {
		pids := childrenOf(pid)
		if len(pids) == 0 || !turn() {
			return nil
		}
		for _, p := range pids {
			if fd, ok := openChild(p, pid); ok {
				unix.PidfdSendSignal(fd, unix.SIGKILL, nil, 0)
				unix.Close(fd)
			}
			if pid == os.Getpid() {
				unix.Wait4(p, nil, unix.WALL|unix.WNOHANG, nil)
			}
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("processes %v do not end", pids)
		}
		time.Sleep(time.Millisecond)
	}
}

// openChild opens a child of parent. That it is its child is asked once it is
// open: the pid may have become another's.
func openChild(pid, parent int) (fd int, ok bool) {
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return -1, false
	}
	if parentOf(pid) != parent {
		unix.Close(fd)
		return -1, false
	}
	return fd, true
}

// parentOf reads /proc/PID/stat, in which a name may hold anything but a NUL.
func parentOf(pid int) (parent int) {
	b, _ := os.ReadFile(ProcPath(pid, "stat"))
	if _, err := fmt.Sscanf(string(b[bytes.LastIndexByte(b, ')')+1:]), " %c %d", new(rune), &parent); err != nil {
		return -1
	}
	return parent
}

// killPid kills whoever has that pid.
func killPid(pid int) {
	if fd, err := unix.PidfdOpen(pid, 0); err == nil {
		unix.PidfdSendSignal(fd, unix.SIGKILL, nil, 0)
		unix.Close(fd)
	}
}

// childrenOf lists the children of a process as far as /proc shows them.
func childrenOf(pid int) (pids []int) {
	if pid == os.Getpid() && childless() {
		return nil
	}
	for _, tid := range threadsOf(pid) {
		for f := range strings.FieldsSeq(readProc(ProcPath(pid, "task/"+tid+"/children"))) {
			if p, err := strconv.Atoi(f); err == nil {
				pids = append(pids, p)
			}
		}
	}
	return pids
}

// threadsOf lists the threads of a process, each of which has children of its own.
func threadsOf(pid int) []string {
	dir, err := os.Open(ProcPath(pid, "task"))
	if err != nil {
		return nil
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1)
	return names
}

// childless tells whether this process has no children: a look at the lists of
// all its threads takes much longer.
func childless() bool {
	err := unix.Waitid(unix.P_ALL, 0, nil, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT|unix.WALL, nil)
	return err == unix.ECHILD
}

// readProc reads a file of /proc, as far as can be: os.ReadFile has more to do
// with it than the kernel.
func readProc(path string) string {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return ""
	}
	defer unix.Close(fd)
	var text []byte
	buf := make([]byte, 4<<10)
	for {
		n, err := unix.Read(fd, buf)
		if err != nil || n <= 0 {
			return string(text)
		}
		text = append(text, buf[:n]...)
	}
}
