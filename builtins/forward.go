package builtins

import (
	"os"
	"os/signal"
	"slices"
	"sync"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// A forwarder hands signals that nstar gets on to a program that the script
// waits for. They end neither the script nor nstar.
type forwarder struct {
	host    *Host
	signals []os.Signal
	got     chan os.Signal
	over    chan struct{} // closed by stop
	wg      sync.WaitGroup
}

// forward takes the signals from now on; start hands them on. It does nothing
// without signals.
func (h *Host) forward(signals []unix.Signal) *forwarder {
	f := &forwarder{host: h, got: make(chan os.Signal, 16), over: make(chan struct{})}
	for _, sig := range signals {
		f.signals = append(f.signals, sig)
	}
	if len(f.signals) > 0 {
		h.forwards.add(f)
		signal.Notify(f.got, f.signals...)
	}
	return f
}

// start hands the signals on to t.
func (f *forwarder) start(t *task.Task) {
	if len(f.signals) == 0 {
		return
	}
	f.wg.Go(func() {
		for {
			select {
			case sig := <-f.got:
				_ = t.Signal(f.host.ctx, sig.(unix.Signal))
			case <-t.Done():
				return
			case <-f.over:
				return
			}
		}
	})
}

// stop gives the signals back. What came too late for the program, and would have
// ended the script, is sent again.
func (f *forwarder) stop() {
	if len(f.signals) == 0 {
		return
	}
	close(f.over)
	f.wg.Wait()
	f.host.forwards.remove(f)
	signal.Stop(f.got)
	for {
		select {
		case sig := <-f.got:
			switch sig {
			case unix.SIGINT, unix.SIGTERM, unix.SIGHUP, unix.SIGQUIT:
				_ = unix.Kill(unix.Getpid(), sig.(unix.Signal))
			}
		default:
			return
		}
	}
}

// forwarders are those of the programs that run now.
type forwarders struct {
	mu  sync.Mutex
	all []*forwarder // guarded by mu
}

func (s *forwarders) add(f *forwarder) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, f)
}

func (s *forwarders) remove(f *forwarder) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = slices.DeleteFunc(s.all, func(g *forwarder) bool { return g == f })
}

// Forwards tells whether a signal that nstar has got is a program's, and not for
// the script.
func (h *Host) Forwards(sig os.Signal) bool {
	h.forwards.mu.Lock()
	defer h.forwards.mu.Unlock()
	return slices.ContainsFunc(h.forwards.all, func(f *forwarder) bool { return slices.Contains(f.signals, sig) })
}

// forwardable unpacks the parameter forward: a signal, or a list of them.
func forwardable(v starlark.Value) (signals []unix.Signal, err error) {
	list, ok := v.(starlark.Iterable)
	switch {
	case v == starlark.None:
		return nil, nil
	case !ok:
		list = starlark.Tuple{v}
	}
	it := list.Iterate()
	defer it.Done()
	for x := starlark.Value(nil); it.Next(&x); {
		var sig unix.Signal
		if err := unpackSignal("forward", x, &sig); err != nil {
			return nil, err
		}
		switch sig {
		case 0, unix.SIGKILL, unix.SIGSTOP, unix.SIGCHLD, unix.SIGURG, unix.SIGPIPE, unix.SIGPROF,
			unix.SIGSEGV, unix.SIGBUS, unix.SIGFPE, unix.SIGILL, unix.SIGABRT, unix.SIGTRAP, unix.SIGSYS:
			return nil, BadValue("forward", "signals that others send and that can be caught", x)
		}
		signals = append(signals, sig)
	}
	return signals, nil
}

// Forward hands the signals on to the program that mean nothing to nstar, until
// stop.
func (r *Replaced) Forward() (stop func()) {
	f := r.host.forward([]unix.Signal{unix.SIGUSR1, unix.SIGUSR2, unix.SIGWINCH})
	f.start(r.Task)
	return f.stop
}
