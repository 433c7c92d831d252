package builtins

import "sync/atomic"

// turn is the interpreter lock: whoever holds it may run Starlark code of the
// session. Those who wait get it in the order in which they came, for so the
// runtime serves the senders of a channel.
type turn struct {
	held    chan struct{} // full while somebody holds the lock
	waiting atomic.Int32
}

func newTurn() *turn { return &turn{held: make(chan struct{}, 1)} }

func (t *turn) acquire() {
	select {
	case t.held <- struct{}{}:
		return
	default:
	}
	t.waiting.Add(1)
	t.held <- struct{}{}
	t.waiting.Add(-1)
}

func (t *turn) release() { <-t.held }

// yield lets those who wait go first. Without any it costs one load.
func (t *turn) yield() {
	if t.waiting.Load() > 0 {
		t.release()
		t.acquire()
	}
}

// acquireBefore takes the lock unless done is closed first.
func (t *turn) acquireBefore(done <-chan struct{}) bool {
	t.waiting.Add(1)
	defer t.waiting.Add(-1)
	select {
	case t.held <- struct{}{}:
		return true
	case <-done:
		return false
	}
}
