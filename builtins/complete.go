package builtins

import (
	"context"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// A Candidate is a name that may stand for what was typed of it.
type Candidate struct {
	Text, Note string
	Open       bool // it is a directory: more will follow
}

// tabPatience is how long a task may take to answer what completion asks.
const tabPatience = 400 * time.Millisecond

// Complete returns what there is of a subject and fits what was typed best, as the session's current task sees
// it; of paths the last part. Nothing if the task has ended, is at work, is
// under a filter of system calls, or does not answer in time. Text may
// hold any bytes but NUL. The caller holds the interpreter lock, which is released meanwhile.
func (h *Host) Complete(ctx context.Context, about Subject, typed string) []Candidate {
	dirs := h.programDirs()
	current := h.session.used
	h.turn.release()
	defer h.turn.acquire()
	ctx, stop := context.WithTimeout(ctx, tabPatience)
	defer stop()
	if current == nil {
		var err error
		if current, err = h.engine.Shell(ctx); err != nil {
			return nil
		}
	}
	if !current.Parked() || underFilter(current.Pid()) { // a call that the filter forbids may end the task
		return nil
	}
	a := &asker{ctx, current}
	switch about {
	case Path, Directory:
		return a.paths(typed, about == Directory)
	case Executable:
		return a.programs(typed, dirs)
	case Process:
		return a.processes(typed)
	case Filesystem:
		return fitting(a.filesystems(), typed)
	case Interface:
		return fitting(a.interfaces(), typed)
	case NamedNetns:
		return a.paths(netnsDir+"/"+typed, false)
	}
	return nil
}

// Look runs f with the interpreter lock held, unless that is not to be had before ctx ends.
func (h *Host) Look(ctx context.Context, f func()) bool {
	if !h.turn.acquireBefore(ctx.Done()) {
		return false
	}
	defer h.turn.release()
	f()
	return true
}

// programDirs is the script's PATH.
func (h *Host) programDirs() []string {
	text, err := h.searchPath()
	if err != nil {
		return nil
	}
	return strings.Split(text, ":")
}

func fitting(list []Candidate, typed string) []Candidate {
	return Best(list, typed, func(c Candidate) string { return c.Text })
}

// An asker has a task look at files, and keeps that out of the trace.
type asker struct {
	ctx  context.Context
	task *task.Task
}

// mostRead is how much of a file or directory is read, in bytes: tens of thousands of names.
const mostRead = 2 << 20

// read returns the beginning of what call, read or getdents64, has of a file.
func (a *asker) read(file string, flags uint64, call string, size int) ([]byte, bool) {
	const calls = 4
	var p task.Program
	fd := openCall(&p, file, flags|unix.O_NONBLOCK, 0)
	p.Drop(fd)
	parts := make([][]byte, calls)
	results := make([]*task.Call, calls)
	for i := range parts {
		parts[i] = make([]byte, size/calls)
		results[i] = p.Call(call, task.Res(fd), task.Out(parts[i]), task.Int(len(parts[i]))).May()
	}
	p.Quiet()
	if err := a.task.Do(a.ctx, &p); err != nil {
		return nil, false
	}
	var data []byte
	for i, part := range parts {
		data = append(data, part[:max(0, min(results[i].Result(), int64(len(part))))]...)
	}
	return data, true
}

// text reads a small file, such as those of /proc.
func (a *asker) text(file string) string {
	data, _ := a.read(file, unix.O_RDONLY, "read", 64<<10)
	return string(data)
}

// filesystems are the types that the kernel knows now; a module that is loaded on demand brings more.
func (a *asker) filesystems() (list []Candidate) {
	for line := range strings.Lines(a.text("/proc/filesystems")) {
		kind, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		note := "a file system on a device"
		if kind == "nodev" {
			note = "a file system without a device"
		}
		list = append(list, Candidate{Text: name, Note: note})
	}
	return list
}

func (a *asker) interfaces() (list []Candidate) {
	for line := range strings.Lines(a.text("/proc/self/net/dev")) {
		if name, _, ok := strings.Cut(line, ":"); ok {
			list = append(list, Candidate{Text: strings.TrimSpace(name), Note: "a network interface"})
		}
	}
	return list
}

// wordsAndTopics are for help: words, modules, and the types of values that have a page.
func wordsAndTopics() (list []Candidate) {
	for _, b := range All() {
		list = append(list, Candidate{Text: b.name, Note: b.Summary()})
	}
	for _, v := range pagedValues {
		if Lookup(v.Type()) == nil {
			list = append(list, Candidate{Text: v.Type(), Note: "a type of values"})
		}
	}
	return list
}

// Topics are the names that help has a page for and that fit what was typed.
func Topics(typed string) []Candidate { return fitting(wordsAndTopics(), typed) }

// SystemCalls are those of this architecture that fit what was typed.
func SystemCalls(typed string) []Candidate {
	names := task.Names()
	slices.Sort(names)
	list := make([]Candidate, len(names))
	for i, name := range names {
		list[i].Text = name
	}
	return fitting(list, typed)
}
