package interp

import (
	"context"
	"fmt"
	"sync"
)

// This file is what a prompt does between two blocks.

// readBlock reads a block. Jobs that have ended are told before the prompt, and above it where that can be done. The
// prompt of a task that ends is not left standing.
func (in *Interp) readBlock(ctx context.Context, lines LineReader, jobs <-chan struct{}) (string, error) {
	in.tellJobs()
	release, err := in.host.HoldTerminal(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	if in.editor == nil || lines != LineReader(in.editor) {
		return lines.ReadBlock(ctx)
	}
	ended, over := in.host.CurrentDone(), make(chan struct{})
	var teller sync.WaitGroup
	teller.Go(func() {
		for {
			select {
			case <-jobs:
				in.tellJobs()
			case <-ended:
				ended = nil
				in.editor.Renew()
			case <-over:
				return
			}
		}
	})
	defer teller.Wait()
	defer close(over)
	return lines.ReadBlock(ctx)
}

func (in *Interp) tellJobs() {
	for _, line := range in.host.EndedJobs() {
		fmt.Fprintln(in.stdout, line)
	}
}

// leave goes back to the shell task, and tells whether another one was current.
func (in *Interp) leave() bool {
	left := in.host.Leave()
	if left {
		in.left()
	}
	return left
}

// leaveEnded does so, and says it, if the current task has ended. If that was the shell task, there will be another.
func (in *Interp) leaveEnded() bool {
	said, left := in.host.LeaveEnded()
	if said == "" {
		return false
	}
	if left {
		in.left()
	}
	fmt.Fprintln(in.notes, said)
	return true
}

// left notes that the current task is the shell task again: a script would have to say so.
func (in *Interp) left() {
	const code = "use()\n"
	in.record.begin(code)
	defer in.record.end()
	if f, err := in.dialect.Parse(typed, code, 0); err == nil {
		in.record.add(code, 1, f.Stmts, 0, false)
	}
}
