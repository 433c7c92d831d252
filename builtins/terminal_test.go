package builtins

import (
	"context"
	"testing"

	"golang.org/x/sys/unix"
)

// TestCtrlCInForeground holds that the Ctrl-C which has ended a program has interrupted the session as well when the
// program's word goes on: later it would be taken for one at what comes next.
func TestCtrlCInForeground(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		killed      unix.Signal
		passes      []unix.Signal
		interrupted bool
	}{
		{killed: unix.SIGINT, interrupted: true},
		{killed: unix.SIGQUIT, interrupted: true},
		{killed: unix.SIGTERM},
		{killed: unix.SIGINT, passes: []unix.Signal{unix.SIGINT}},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		h := NewHost(Options{Interrupt: cancel})
		h.terminal <- struct{}{} // the program has it
		p := &program{passes: c.passes, terminal: &lentTerminal{host: h, group: unix.Getpgrp()}}
		p.giveBack(&Call{Host: h, ctx: ctx}, c.killed, false)
		if got := ctx.Err() != nil; got != c.interrupted {
			t.Errorf("killed by %v, passing %v on: interrupted is %t", c.killed, c.passes, got)
		}
		cancel()
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	}
}
