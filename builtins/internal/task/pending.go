package task

import "context"

// Pending is a program that a task is running while the host does something
// else. The task takes no other until Wait has returned.
type Pending struct {
	task    *Task
	program *Program
	layout  *layout
}

// Start has the task run p without waiting for the end. Wait must be called.
func (t *Task) Start(ctx context.Context, p *Program) (*Pending, error) {
	if err := t.lock(ctx); err != nil {
		return nil, err
	}
	l, err := t.begin(ctx, p)
	if err != nil {
		t.unlock()
		return nil, err
	}
	return &Pending{t, p, l}, nil
}

// Over tells, without a system call, whether the task says that the program is
// over. It may be wrong; Wait is not.
func (w *Pending) Over() bool { return w.layout.over() }

// Wait returns what Do would have returned.
func (w *Pending) Wait(ctx context.Context) error {
	t := w.task
	err := t.complete(ctx, w.program, w.layout)
	again := t.again(ctx, w.program, err)
	t.unlock()
	if again {
		return t.Do(ctx, w.program)
	}
	return err
}
