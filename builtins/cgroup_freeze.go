package builtins

import (
	"context"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"go.starlark.net/starlark"

	"nstar/builtins/internal/task"
)

// has tells whether t is in the cgroup or below it.
func (g *cgroupValue) has(t *task.Task) bool {
	controller := ""
	if !g.base.hierarchy.v2() {
		controller = g.base.hierarchy.controllers[0]
	}
	in := g.base.hierarchy.folder(ownCgroup(procText(t.Pid(), "cgroup"), controller))
	return in == g.base.folder.Name || strings.HasPrefix(in, g.base.folder.Name+"/")
}

// notMember refuses what would hit the task that is to do it.
func (g *cgroupValue) notMember(c *Call, what string) error {
	if err := g.alive(); err != nil {
		return err
	}
	if g.has(c.Task) {
		return fmt.Errorf("the task that is to %s the cgroup %q is in it; let another do it, with task=", what, g.name)
	}
	return nil
}

func cgroupFrozen(c *Call, frozen bool) (starlark.Value, error) {
	if err := c.Args(); err != nil {
		return nil, err
	}
	g := c.Self.(*cgroupValue)
	if err := g.notMember(c, c.Word.name); err != nil {
		return nil, err
	}
	if !g.base.hierarchy.v2() {
		return starlark.None, g.frozenV1(c, frozen)
	}
	value := "0"
	if frozen {
		value = "1"
	}
	if err := g.base.write(c, "cgroup.freeze", value); err != nil {
		return nil, err
	}
	return starlark.None, g.await(c, "frozen "+value)
}

// frozenV1 asks again and again: version 1 has nothing to wait for.
func (g *cgroupValue) frozenV1(c *Call, frozen bool) error {
	state := "THAWED"
	if frozen {
		state = "FROZEN"
	}
	for {
		if err := g.base.write(c, "freezer.state", state); err != nil {
			return err
		}
		if is, err := g.base.read(c, "freezer.state"); err != nil || is == state {
			return err
		}
		if err := c.Block(func() error { return pause(c.ctx) }); err != nil {
			return err
		}
	}
}

// pause is how long one waits before asking again.
func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(2 * time.Millisecond):
		return nil
	}
}

// await waits until cgroup.events has a line.
func (g *cgroupValue) await(c *Call, line string) error {
	file := path.Join(g.base.folder.Name, "cgroup.events")
	return c.Block(func() error {
		for {
			text, err := os.ReadFile(file)
			if err != nil || slices.Contains(strings.Split(string(text), "\n"), line) {
				return err
			}
			if err := pause(c.ctx); err != nil {
				return err
			}
		}
	})
}
