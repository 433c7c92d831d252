package builtins

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// processes are those of the /proc that the task sees, if that is of the task's own PID namespace: otherwise
// its numbers would mean other processes.
func (a *asker) processes(typed string) []Candidate {
	if !a.ownProc() {
		return nil
	}
	data, _ := a.read("/proc", unix.O_RDONLY|unix.O_DIRECTORY, "getdents64", mostRead)
	var pids []int
	eachEntry(data, func(name string, _ uint8) {
		if pid, err := strconv.Atoi(name); err == nil && strings.HasPrefix(name, typed) {
			pids = append(pids, pid)
		}
	})
	slices.Sort(pids)
	var list []Candidate
	for chunk := range slices.Chunk(pids, 64) {
		list = append(list, a.commands(chunk)...)
	}
	return list
}

func (a *asker) ownProc() bool {
	strange, err := strangeProc(func(p *task.Program) error { return a.task.Do(a.ctx, p) })
	return err == nil && !strange
}

// commands are processes with their command lines, or in brackets the names of those that have none. Whoever
// has ended meanwhile is left out.
func (a *asker) commands(pids []int) (list []Candidate) {
	type look struct {
		line, name           []byte
		nLine, exists, nName *task.Call
	}
	looks := make([]look, len(pids))
	var p task.Program
	file := func(pid int, name string, buf []byte) (fd, n *task.Call) {
		fd = openCall(&p, fmt.Sprintf("/proc/%d/%s", pid, name), unix.O_RDONLY, 0).May()
		p.Drop(fd)
		return fd, p.Call("read", task.Res(fd), task.Out(buf), task.Int(len(buf))).May()
	}
	for i, pid := range pids {
		k := &looks[i]
		k.line, k.name = make([]byte, 128), make([]byte, 32)
		_, k.nLine = file(pid, "cmdline", k.line)
		k.exists, k.nName = file(pid, "comm", k.name)
	}
	p.Quiet()
	if err := a.task.Do(a.ctx, &p); err != nil {
		return nil
	}
	for i, k := range looks {
		if k.exists.Result() < 0 {
			continue
		}
		line := k.line[:max(0, min(k.nLine.Result(), int64(len(k.line))))]
		note := strings.TrimSpace(string(bytes.ReplaceAll(line, []byte{0}, []byte{' '})))
		if note == "" {
			note = "[" + strings.TrimSpace(string(k.name[:max(0, min(k.nName.Result(), int64(len(k.name))))])) + "]"
		}
		list = append(list, Candidate{Text: strconv.Itoa(pids[i]), Note: note})
	}
	return list
}
