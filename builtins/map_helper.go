package builtins

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// A mapError tells which file of /proc/PID was refused, and what it was to
// hold.
type mapError struct {
	file string
	want idMap
	err  error
}

func (e *mapError) Error() string { return e.err.Error() }

func (e *mapError) Unwrap() error { return e.err }

// helped is what became of a map whose direct write ended with err: where that
// was not permitted, newuidmap(1) or newgidmap(1) writes it.
func (w *procWriter) helped(kind idKind, m idMap, err error) error {
	if err == nil {
		return nil
	}
	refused := &mapError{kind.proc, m, err}
	if !errors.Is(err, unix.EPERM) || w.actor != nil || w.mapped(kind) {
		return refused
	}
	e := w.help(kind, m)
	var absent *notInPath
	if errors.As(e, &absent) {
		return refused
	}
	return e
}

// mapped tells whether the map has been written before.
func (w *procWriter) mapped(kind idKind) bool {
	return strings.TrimSpace(procText(w.t.Pid(), kind.proc)) != ""
}

// help runs the program, which has more rights than nstar, in the namespaces of
// the host: there may be no task of the session left in the parent user
// namespace, so one is made that nobody has told anything.
func (w *procWriter) help(kind idKind, m idMap) error {
	engine := task.New(task.Options{})
	defer engine.Close()
	c := *w.c
	err := c.Block(func() (err error) {
		c.Task, err = engine.Shell(c.ctx)
		return err
	})
	if err != nil {
		return err
	}
	argv := []string{kind.helper, strconv.Itoa(w.t.Pid())}
	for _, e := range m {
		argv = append(argv, strings.Fields(fmt.Sprint(e.inside, e.outside, e.count))...)
	}
	p, err := newProgram(&c, kind.helper, argv, common{})
	if err != nil {
		return err
	}
	p.capture, p.hasInput = true, true
	t, err := p.start(&c)
	if err != nil {
		return err
	}
	if err := c.Block(func() error { return p.finish(&c, t) }); err != nil {
		return err
	}
	r := p.newResult(&StatusValue{Pid: t.Pid(), Status: t.Status()})
	if r.Truth() {
		return nil
	}
	said, _ := r.stderr.(starlark.String)
	return &helperError{kind, fmt.Sprintf("nstar may not write the %s, and %q says: %s", kind.proc, strings.Join(argv, " "), strings.TrimSpace(string(said)))}
}

// A helperError is what newuidmap(1) or newgidmap(1) has said.
type helperError struct {
	kind idKind
	text string
}

func (e *helperError) Error() string { return e.text }

var _ = hint("map_ids", 0, func(_ *Call, e *Error) string {
	var said *helperError
	if !errors.As(e.cause, &said) || !strings.Contains(said.text, "not allowed") {
		return ""
	}
	return fmt.Sprintf("beside one's own id these must be in %s, where root gives ranges of ids to users; subids() returns those there are, and map_ids(\"auto\") maps them", said.kind.sub)
})

var _ = looking([]string{"map_ids"}, unix.EPERM, func(l *look, e *Error) string {
	var refused *mapError
	_, writer := failing(e)
	if !errors.As(e.cause, &refused) {
		return ""
	}
	if refused.file == "setgroups" {
		return l.setgroupsRefused()
	}
	if m, ok := readExtents(l.proc(refused.file)); ok && len(m) > 0 && l.own("user") != nil {
		return fmt.Sprintf("the %s of %s is %s already: it can be written only once", refused.file, l.own("user"), m.show())
	}
	text := l.mapRefused(refused.file, writer, refused.want)
	if text != "" && len(refused.want) > 1 && writer == os.Getpid() {
		text += "; or install newuidmap and newgidmap (the package is uidmap or shadow)"
	}
	return text
})
