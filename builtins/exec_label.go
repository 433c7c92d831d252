package builtins

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// A labelFile is an open file below /proc/PID/attr of the task, and what makes
// it run programs as the target does.
type labelFile struct {
	fd          int
	name, value string
}

// labels reads the label of the target, and opens the file of the task that it
// is written to after the join.
func (e *entry) labels() error {
	proc, err := openProc()
	if err != nil {
		return err
	}
	defer unix.Close(proc)
	var p task.Program
	at := p.Lend(proc).As("/proc")
	var reads [2]*task.Call
	var bufs [2][]byte
	for i, file := range []string{"attr/apparmor/current", "attr/current"} {
		fd := p.Call("openat", at, task.Str(fmt.Sprintf("%d/%s", e.pid, file)), task.Flags(unix.O_CLOEXEC, "O_RDONLY|O_CLOEXEC")).May()
		p.Drop(fd)
		bufs[i] = make([]byte, 4096)
		reads[i] = p.Call("read", task.Res(fd), task.Out(bufs[i]), task.Int(len(bufs[i]))).May()
	}
	if err := e.c.Do(&p); err != nil {
		return err
	}
	text := func(i int) string { return string(bufs[i][:max(0, min(reads[i].Result(), int64(len(bufs[i]))))]) }
	if e.exec, err = execLabel(text(0), text(1)); err != nil {
		return err
	}
	p = task.Program{}
	p.Take(p.Call("openat", p.Lend(proc).As("/proc"), task.Str(fmt.Sprintf("%d/%s", e.c.Task.Pid(), e.exec.name)),
		task.Flags(unix.O_WRONLY|unix.O_CLOEXEC, "O_WRONLY|O_CLOEXEC")))
	if err := e.c.Do(&p); err != nil {
		return err
	}
	e.exec.fd = p.Taken()[0]
	e.fds = append(e.fds, e.exec.fd)
	return nil
}

// execLabel makes of what attr/apparmor/current and attr/current of a process
// contain, "" where that cannot be read, what another writes to which file to
// run programs under the same. AppArmor adds its mode to the name of a profile,
// and has had a folder of its own since Linux 5.8; a context of SELinux has
// colons and ends with a NUL.
func execLabel(apparmor, current string) (labelFile, error) {
	trim := func(s string) string { return strings.TrimRight(s, "\x00\n") }
	apparmor, current = trim(apparmor), trim(current)
	profile := func(s string) (string, bool) {
		name, mode, ok := cutLast(s, " (")
		return name, ok && strings.HasSuffix(mode, ")") || s == "unconfined"
	}
	if name, ok := profile(apparmor); ok {
		return labelFile{name: "attr/apparmor/exec", value: "exec " + name}, nil
	}
	if name, ok := profile(current); ok {
		return labelFile{name: "attr/exec", value: "exec " + name}, nil
	}
	if strings.Count(current, ":") >= 2 {
		return labelFile{name: "attr/exec", value: current}, nil
	}
	if current != "" {
		return labelFile{}, fmt.Errorf("the target's label %q is of neither AppArmor nor SELinux", current)
	}
	return labelFile{}, errors.New("the target has no label: neither AppArmor nor SELinux is at work on this machine")
}

// cutLast is strings.Cut at the last sep; before is all of s if there is none.
func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
