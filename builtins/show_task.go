package builtins

import (
	"fmt"
	"strconv"
	"strings"

	"go.starlark.net/starlark"

	"nstar/builtins/internal/layout"
	"nstar/builtins/internal/task"
)

// looks asks tasks, without the interpreter lock.
func (s *shower) looks(tasks []*task.Task) []taskLook {
	s.host.turn.release()
	defer s.host.resume(s.thread)
	return s.host.lookAt(ContextOf(s.thread), tasks)
}

// show is one line: what the task does, its pid inside if it has another one
// there, which namespaces are its own.
func (t *TaskValue) show(s *shower) []string {
	l := s.looks([]*task.Task{t.Task})[0]
	return layout.Wrap("<task "+l.describe()+">", s.Width)
}

func (l *taskLook) describe() string {
	parts := []string{fmt.Sprintf("%d: %s", l.pid, l.state)}
	if l.nspid > 0 && l.nspid != l.pid {
		parts = append(parts, fmt.Sprintf("pid %d inside", l.nspid))
	}
	if len(l.own) > 0 {
		parts = append(parts, "new "+strings.Join(l.own, " "))
	}
	if name := l.ownHostname(); name != "" {
		parts = append(parts, "hostname "+name)
	}
	return strings.Join(parts, ", ")
}

// ownHostname is the hostname, if it is not the host's.
func (l *taskLook) ownHostname() string {
	for _, kind := range l.own {
		if kind == "uts" {
			return l.hostname
		}
	}
	return ""
}

// taskTable is a list of tasks.
func (s *shower) taskTable(elems []starlark.Value) []string {
	tasks := make([]*task.Task, len(elems))
	for i, e := range elems {
		tasks[i] = e.(*TaskValue).Task
	}
	t := layout.Table{Columns: []string{"pid", "inside", "state", "new namespaces", "hostname"}}
	for _, l := range s.looks(tasks) {
		style := layout.Plain
		if l.ended {
			style = layout.Faint
		}
		inside := ""
		if l.nspid > 0 {
			inside = strconv.Itoa(l.nspid)
		}
		t.Rows = append(t.Rows, []layout.Cell{
			{Text: strconv.Itoa(l.pid)}, {Text: inside}, {Text: l.state, Style: style},
			{Text: strings.Join(l.own, " "), Style: layout.New}, {Text: l.ownHostname()},
		})
	}
	return t.Lines(s.Width, s.Colour)
}

// show is a table that tells for each namespace whether it is the host's too.
// What the children will be in is left out where it is what the process is in.
func (n *Namespaces) show(s *shower) []string {
	host := s.host.hostNamespaces()
	t := layout.Table{Columns: []string{"namespace", "inode", "host's"}}
	for _, f := range nsFields {
		ns := n.ns[f.name]
		own, isForChildren := strings.CutSuffix(f.name, "_for_children")
		if ns == nil || isForChildren && n.ns[own] != nil && ns.held.same(n.ns[own].held) {
			continue
		}
		same := layout.Cell{Text: "new", Style: layout.New}
		if ns.held.id == host[own] {
			same = layout.Cell{Text: "same", Style: layout.Faint}
		}
		t.Rows = append(t.Rows, []layout.Cell{{Text: f.name}, {Text: strconv.FormatUint(ns.held.id.ino, 10)}, same})
	}
	return t.Lines(s.Width, s.Colour)
}

// show is how the program ended, and below that what was captured.
func (r *resultValue) show(s *shower) []string {
	status := layout.Plain
	if !bool(r.Truth()) {
		status = layout.Bad
	}
	lines := []string{layout.Paint(r.String(), status, s.Colour)}
	lines = append(lines, s.captured("stdout", r.stdout)...)
	return append(lines, s.captured("stderr", r.stderr)...)
}

// captured is an output, indented; one line stands beside its name.
func (s *shower) captured(name string, v starlark.Value) []string {
	text, ok := starlark.AsString(v)
	if !ok || text == "" {
		return nil
	}
	label := layout.Paint(name+":", layout.Head, s.Colour)
	all := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(all) == 1 && len(text) < s.Width/2 {
		return []string{label + " " + layout.Clean(all[0])}
	}
	lines := []string{label}
	for i, l := range all {
		if i >= s.first(len(all)) {
			return append(lines, s.more(len(all)-i, "lines"))
		}
		if !s.All && len(l) > mostCell {
			l = l[:runeStart(l, mostCell)] + layout.Ellipsis
		}
		lines = append(lines, "    "+layout.Clean(l))
	}
	return lines
}
