package builtins

import (
	"errors"
	"fmt"
	"slices"

	"go.starlark.net/starlark"
)

// A cgroupValue is a cgroup that a script has made. It has a folder in one
// hierarchy, and in more where version 2 lacks a controller. The session
// deletes the folders. What changes is touched with the interpreter lock held.
type cgroupValue struct {
	host   *Host
	name   string
	parent *cgroupValue // nil: it is below nstar's own, or below a path
	below  string       // that path, or ""
	all    []*hierarchy
	base   *cgroupDir // of version 2, where there is one
	dirs   []*cgroupDir

	deleted bool
}

// A cgroupDir is the folder of a cgroup in one hierarchy.
type cgroupDir struct {
	hierarchy      *hierarchy
	folder, parent *FileValue // O_PATH
}

var (
	_ starlark.HasAttrs  = (*cgroupValue)(nil)
	_ starlark.HasSetKey = (*cgroupValue)(nil)
)

// String is as short as a prompt wants it.
func (g *cgroupValue) String() string {
	if g.deleted {
		return fmt.Sprintf("<cgroup %q, deleted>", g.name)
	}
	return fmt.Sprintf("<cgroup %q>", g.name)
}

// Type is "cgroup".
func (g *cgroupValue) Type() string { return "cgroup" }

// Freeze does nothing: the state of a cgroup is the kernel's.
func (g *cgroupValue) Freeze() {}

// Truth is whether it has not been deleted.
func (g *cgroupValue) Truth() starlark.Bool { return starlark.Bool(!g.deleted) }

// Hash lets cgroups be keys of a dictionary.
func (g *cgroupValue) Hash() (uint32, error) { return starlark.String(g.name).Hash() }

// AttrNames lists the attributes.
func (g *cgroupValue) AttrNames() []string {
	names := []string{"name", "path"}
	for name := range cgroupMethods() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Attr has the attributes; path is that of the folder as nstar sees it.
func (g *cgroupValue) Attr(name string) (starlark.Value, error) {
	switch name {
	case "name":
		return starlark.String(g.name), nil
	case "path":
		return starlark.String(g.base.folder.Name), nil
	}
	if m := cgroupMethods()[name]; m != nil {
		return m.bind(g), nil
	}
	return nil, nil
}

// method finds the page of a method for help.
func (g *cgroupValue) method(name string) *Builtin { return cgroupMethods()[name] }

// Get is read: cg["pids.max"].
func (g *cgroupValue) Get(file starlark.Value) (v starlark.Value, found bool, err error) {
	v, err = g.call("read", file)
	return v, err == nil, err
}

// SetKey is write: cg["pids.max"] = 20.
func (g *cgroupValue) SetKey(file, value starlark.Value) error {
	_, err := g.call("write", file, value)
	return err
}

// call calls a method on the thread that runs: nothing else tells an index
// expression who that is.
func (g *cgroupValue) call(method string, args ...starlark.Value) (starlark.Value, error) {
	v, err := starlark.Call(g.host.running, cgroupMethods()[method].bind(g), args, nil)
	var eval *starlark.EvalError
	if errors.As(err, &eval) {
		err = errors.Unwrap(eval) // the index expression adds its own backtrace
	}
	return v, err
}

// alive is the error of whoever uses a cgroup that is deleted.
func (g *cgroupValue) alive() error {
	if g.deleted {
		return fmt.Errorf("the cgroup %q has been deleted", g.name)
	}
	return nil
}
