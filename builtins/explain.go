package builtins

import (
	"errors"
	"fmt"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"

	"nstar/builtins/internal/layout"
	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "explain(error=None)",
	Shelf: "language",
	Page:  "errno(3)",
	Like:  "strace -f; perror; getpcaps; cat /proc/PID/status",
	Doc: `Tells all that can be found out about an error, and what to do.

error is one that catch has returned; without it, the last error of a word. The hint
of an error is found when it arises; explain looks anew, at the task that failed
and at what its call was about: which capabilities count and where, who owns the
namespaces, id maps, limits, sysctls, filters, mounts. Nothing is listed that
was not looked at, and a task that has ended is not guessed about.

The value prints as text. Its fields are word, errno, call, cause, remedy,
meaning (what the manual says of the errno there) and facts: a list of structs
what, found, and against, which is true of facts that by themselves keep the
call from succeeding.`,
	Example: `
>>> x = explain(catch(sethostname, "x", task=clone(CLONE_NEWUSER)).error)
>>> x.errno, [f.what for f in x.facts if f.against]
("EPERM", ["CAP_SYS_ADMIN"])
>>> x.meaning
"it takes CAP_SYS_ADMIN in the user namespace that owns the UTS namespace"
>>> catch(sethostname, "x" * 65).ok
False
>>> explain().meaning
"the name has more than 64 bytes"
`,
	Func: func(c *Call) (starlark.Value, error) {
		var v starlark.Value
		if err := c.Args(&v); err != nil {
			return nil, err
		}
		if err := c.catchUp(); err != nil {
			return nil, err
		}
		e := c.Host.lastError
		if r, ok := v.(*starlarkstruct.Struct); ok { // what catch returned, whole
			if inner, err := r.Attr("error"); err == nil && inner != nil {
				v = inner
			}
		}
		switch v := v.(type) {
		case starlark.NoneType:
		case errorValue:
			e = v.Error
		default:
			return nil, BadValue("error", "an error that catch has returned", v)
		}
		if e == nil {
			return nil, errors.New("no word has failed yet")
		}
		return c.explainError(e), nil
	},
})

// explainError looks into e with the rights and the patience of c.
func (c *Call) explainError(e *Error) *explanation {
	x := &explanation{Error: e}
	x.cause, x.remedy, _ = strings.Cut(e.Hint, "; ")
	if e.Errno == 0 { // no rule of the kernel's
		x.cause, x.remedy = e.Text, e.Hint
	}
	if e.Errno != 0 {
		x.meaning = e.meaning()
	}
	if failed := e.at; failed != nil && failed.Task != nil {
		again := *failed
		again.Host, again.Thread, again.ctx = c.Host, c.Thread, c.ctx
		x.facts = again.facts(e)
	}
	for _, f := range x.facts {
		if f.against && x.cause == "" {
			x.cause = f.what + ": " + f.found
		}
		if f.against && x.remedy == "" {
			x.remedy = f.remedy
		}
	}
	return x
}

// facts are what an inquiry finds; a fault in it loses none that it has found.
func (c *Call) facts(e *Error) (found []fact) {
	q := &inquiry{look: newLook(c, c.Task), e: e}
	defer q.close()
	defer func() {
		if recover() != nil {
			found = q.found
		}
	}()
	q.gather()
	return q.found
}

// An explanation is an error with all that could be found out about it.
type explanation struct {
	*Error
	cause, remedy string // "" where they are not known
	meaning       string
	facts         []fact
}

// fact is something that was looked at.
type fact struct {
	what, found string
	against     bool   // it alone keeps the call from succeeding
	remedy      string // what changes it, if it is against
}

var _ starlark.HasAttrs = (*explanation)(nil)

// String is the text for people: the error and its hint as they were, what the
// manual says, what was found now, and what to do.
func (x *explanation) String() string {
	var s strings.Builder
	s.WriteString(newErrorValue(x.Error).message())
	if x.Hint != "" {
		s.WriteString("\nhint: " + x.Hint)
	}
	if x.meaning != "" {
		fmt.Fprintf(&s, "\n\n%s here means: %s", task.ErrnoName(x.Errno), x.meaning)
	}
	if len(x.facts) > 0 {
		s.WriteString("\n\nwhat there is now:")
	}
	wide := x.widest()
	for _, f := range x.facts {
		mark := " "
		if f.against {
			mark = "!"
		}
		fmt.Fprintf(&s, "\n%s %-*s  %s", mark, wide, f.what, f.found)
	}
	if x.Hint == "" && x.Errno != 0 && x.cause != "" {
		s.WriteString("\n\ncause: " + x.cause)
	}
	if x.remedy != "" && x.remedy != x.Hint {
		s.WriteString("\n\nto do: " + x.remedy)
	}
	return s.String()
}

// widest is how long the longest name of a fact is.
func (x *explanation) widest() int {
	wide := 0
	for _, f := range x.facts {
		wide = max(wide, len(f.what))
	}
	return wide
}

// show breaks lines between words where a window is too narrow for them.
func (x *explanation) show(s *shower) []string {
	lines := strings.Split(x.String(), "\n")
	if !s.Terminal {
		return lines
	}
	var out []string
	for _, line := range lines {
		hang := 0
		switch {
		case strings.HasPrefix(line, "! "), strings.HasPrefix(line, "  "):
			hang = len("! ") + x.widest() + 2
		case strings.HasPrefix(line, hintMark):
			hang = len(hintMark)
		}
		out = append(out, layout.Fold(line, s.Width, hang)...)
	}
	return out
}

// Type is "explanation".
func (x *explanation) Type() string { return "explanation" }

// Freeze does nothing: an explanation does not change.
func (x *explanation) Freeze() {}

// Truth is true.
func (x *explanation) Truth() starlark.Bool { return true }

// Hash is refused: nobody needs explanations as keys.
func (x *explanation) Hash() (uint32, error) { return 0, errors.New("unhashable type: explanation") }

// AttrNames lists the fields.
func (x *explanation) AttrNames() []string {
	return []string{"call", "cause", "errno", "facts", "meaning", "remedy", "word"}
}

// Attr has the fields.
func (x *explanation) Attr(name string) (starlark.Value, error) {
	switch name {
	case "cause":
		return starlark.String(x.cause), nil
	case "remedy":
		return starlark.String(x.remedy), nil
	case "meaning":
		return starlark.String(x.meaning), nil
	case "facts":
		list := make([]starlark.Value, len(x.facts))
		for i, f := range x.facts {
			list[i] = f.value()
		}
		return starlark.NewList(list), nil
	case "word", "errno", "call":
		return errorValue{x.Error}.Attr(name)
	}
	return nil, nil
}
