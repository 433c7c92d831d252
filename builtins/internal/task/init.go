package task

import (
	"context"

	"golang.org/x/sys/unix"
)

// movesChildren tells whether a call may give the task another PID namespace
// for its children.
func movesChildren(name string, args []Arg) bool {
	var flags uint64
	switch {
	case name == "unshare" && len(args) > 0:
		flags = args[0].n
	case name == "setns" && len(args) > 1:
		flags = args[1].n
		if uint32(flags) == 0 { // any type
			return true
		}
	}
	return flags&unix.CLONE_NEWPID != 0
}

// placeInit makes a hidden child of t process 1 of the PID namespace of t's
// children, if that has none yet: it takes the orphans there, and the namespace
// outlives each single program. Only a child can tell, so one is made to find
// out. It lives until t ends, or until there is a next one. The caller holds
// busy.
func (t *Task) placeInit(ctx context.Context) error {
	if !t.moved {
		return nil
	}
	c, err := t.clone(ctx, CloneOptions{Text: "0", hidden: true})
	if err != nil {
		return err
	}
	p := new(Program)
	pid := p.Call("getpid").hide()
	p.Call("prctl", Int(unix.PR_SET_NAME), Str("nstar-init")).hide()
	p.Call("chdir", Str("/")).hide().May() // so that it keeps no mount busy
	if err := c.Do(ctx, p); err != nil {
		_ = c.end()
		return err
	}
	t.moved = false
	if pid.Result() != 1 {
		return c.end()
	}
	if t.init != nil {
		_ = t.init.kill(unix.SIGKILL)
	}
	t.init = c
	return nil
}

// hasChildren tells whether t has children to wait for. The caller holds mu.
func (t *Task) hasChildren() bool {
	for _, c := range t.children {
		if !c.hidden {
			return true
		}
	}
	return false
}

// endHidden ends what t, which has ended, had for the engine's own purposes.
func (t *Task) endHidden() {
	for _, c := range t.childrenThat((*Task).isHidden) {
		_ = c.kill(unix.SIGKILL)
	}
}
