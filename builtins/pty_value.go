package builtins

import (
	"errors"
	"fmt"
	"runtime"

	"go.starlark.net/starlark"

	"nstar/builtins/internal/task"
)

// A ptyValue is the terminal of a program that spawn has started: what stands
// for its screen and keyboard. It is closed by close, at the end of the
// session, and, once the program has ended, when it can no longer be reached.
type ptyValue struct {
	pty    *pty
	output *handover

	reading, writing chan struct{} // full while somebody does
	rest             []byte        // guarded by reading: has come, not yet been read
}

var _ starlark.HasAttrs = (*ptyValue)(nil)

// newPtyValue takes over p, the terminal of t.
func newPtyValue(p *pty, t *task.Task) *ptyValue {
	v := &ptyValue{
		pty: p, output: &handover{parts: make(chan []byte), gone: p.gone},
		reading: make(chan struct{}, 1), writing: make(chan struct{}, 1),
	}
	go p.pump(v.output, t.Done())
	runtime.AddCleanup(v, (*pty).hangUp, p)
	go func() { // a program must not lose its terminal because the script has lost sight of it
		<-t.Done()
		runtime.KeepAlive(v)
	}()
	return v
}

// String is as short as a prompt wants it.
func (v *ptyValue) String() string {
	if v.closed() {
		return fmt.Sprintf("<pty %d, closed>", v.pty.number)
	}
	return fmt.Sprintf("<pty %d>", v.pty.number)
}

// Type is "pty".
func (v *ptyValue) Type() string { return "pty" }

// Freeze does nothing: the state of a terminal is the kernel's.
func (v *ptyValue) Freeze() {}

// Truth is true, also of a closed pty.
func (v *ptyValue) Truth() starlark.Bool { return true }

// Hash refuses: nobody looks for a pty in a dictionary.
func (v *ptyValue) Hash() (uint32, error) { return 0, errors.New("unhashable: pty") }

// closed tells whether the terminal can no longer be used: it was closed, or
// nobody else has it.
func (v *ptyValue) closed() bool { return is(v.pty.gone) || is(v.pty.over) }

// is tells whether what the channel stands for has happened.
func is(event <-chan struct{}) bool {
	select {
	case <-event:
		return true
	default:
		return false
	}
}

// AttrNames lists the attributes.
func (v *ptyValue) AttrNames() []string {
	return []string{"close", "closed", "read", "resize", "size", "write"}
}

// Attr has the attributes; size is (rows, cols).
func (v *ptyValue) Attr(name string) (starlark.Value, error) {
	switch name {
	case "closed":
		return starlark.Bool(v.closed()), nil
	case "size":
		ws, err := v.pty.size()
		if err != nil {
			return nil, err
		}
		return starlark.Tuple{starlark.MakeInt(int(ws.Row)), starlark.MakeInt(int(ws.Col))}, nil
	}
	if m := ptyMethods()[name]; m != nil {
		return m.bind(v), nil
	}
	return nil, nil
}

// method finds the page of a method for help.
func (v *ptyValue) method(name string) *Builtin { return ptyMethods()[name] }
