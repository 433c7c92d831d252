package interp

import (
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
)

// Signaled is the cause of a context that a signal has cancelled.
type Signaled struct{ Signal os.Signal }

func (s *Signaled) Error() string {
	if s.Signal == os.Interrupt {
		return "interrupted"
	}
	return "ended by a signal: " + s.Signal.String()
}

// Caught is the signal; words that run programs pass it on.
func (s *Signaled) Caught() os.Signal { return s.Signal }

// Status is what a shell shows for a program that the signal ended.
func (s *Signaled) Status() int {
	if n, ok := s.Signal.(syscall.Signal); ok {
		return 128 + int(n)
	}
	return 1
}

// asSyscall returns the signal as the kernel numbers it.
func asSyscall(s *Signaled) (syscall.Signal, bool) {
	if s == nil {
		return 0, false
	}
	sig, ok := s.Signal.(syscall.Signal)
	return sig, ok
}

// signaled returns the signal that cancelled ctx, or nil.
func signaled(ctx context.Context) *Signaled {
	var s *Signaled
	if errors.As(context.Cause(ctx), &s) {
		return s
	}
	return nil
}

// A watch brings signals to the run they are meant for. Runs follow each other: a script's, then that of its
// deferred functions; at the prompt, one for each block. A signal between two runs hits the next one; a run
// that was hit absorbs what follows, so that an impatient second Ctrl-C does not cost the deferred functions.
type watch struct {
	forwarded func(os.Signal) bool    // asks whether a signal is a program's; set before listen
	signals   func() <-chan os.Signal // takes the signals; nil: there are none
	done      <-chan struct{}         // ends listen

	started sync.Once

	listening sync.WaitGroup // for listen

	mu      sync.Mutex
	cancel  context.CancelCauseFunc // of the run that goes on, or nil
	pending *Signaled
	last    *Signaled // that was meant for the session
	ended   bool      // by a signal other than Ctrl-C: no prompt after this
}

// start returns when signals are listened for. Before that they end this process.
func (w *watch) start() {
	w.started.Do(func() {
		if w.signals != nil {
			signals := w.signals()
			w.listening.Go(func() { w.listen(signals) })
		}
	})
}

// end is called when done is closed. After it no signal is taken.
func (w *watch) end() {
	w.started.Do(func() {})
	w.listening.Wait()
}

// listen delivers signals until done is closed. It may take one even then, if it has not run before: who closes done
// looks at caught after end.
func (w *watch) listen(signals <-chan os.Signal) {
	for {
		select {
		case sig := <-signals:
			w.take(sig)
		case <-w.done:
			return
		}
	}
}

// caught is the last signal that was meant for the session, whatever it has ended; nil if there was none.
func (w *watch) caught() *Signaled {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.last
}

// take takes a signal that this process has got, or would have.
func (w *watch) take(sig os.Signal) {
	if w.forwarded(sig) {
		return
	}
	w.mu.Lock()
	w.last = &Signaled{sig}
	w.mu.Unlock()
	w.deliver(sig)
}

func (w *watch) deliver(sig os.Signal) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if sig != os.Interrupt {
		w.ended = true
	}
	if w.cancel != nil {
		w.cancel(&Signaled{sig})
	} else {
		w.pending = &Signaled{sig}
	}
}

// run returns a context that the next signal cancels, until stop.
func (w *watch) run(parent context.Context) (ctx context.Context, stop func()) {
	w.start()
	return w.begin(parent)
}

// begin is run, but does not wait until signals are listened for. It is for a run whose words and output do.
func (w *watch) begin(parent context.Context) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.pending != nil {
		cancel(w.pending)
		w.pending = nil
	}
	w.cancel = cancel
	return ctx, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.cancel = nil
		cancel(nil)
	}
}

// An outlet is standard output. When nobody reads it any more it says so once, and the run ends as if by
// SIGPIPE: the Go runtime's own way would kill the process with its tasks unreaped.
type outlet struct {
	w      io.Writer
	broken func()
	closed atomic.Bool
}

func (o *outlet) Write(p []byte) (int, error) {
	n, err := o.w.Write(p)
	if errors.Is(err, syscall.EPIPE) && o.closed.CompareAndSwap(false, true) {
		o.broken()
	}
	return n, err
}

// SyscallConn is the descriptor behind o, where there is one: programs write to it directly.
func (o *outlet) SyscallConn() (syscall.RawConn, error) {
	if c, ok := o.w.(syscall.Conn); ok {
		return c.SyscallConn()
	}
	return nil, errors.ErrUnsupported
}
