package lsp

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"runtime/debug"
	"sync"
	"time"

	"go.starlark.net/starlark"

	"nstar/builtins"
)

// Format lays out a script anew; nil while nobody can.
type Format func(name string, text []byte) ([]byte, error)

// leastPause is how long a text is left to change before its diagnostics are told again; it is longer where telling
// takes long.
const leastPause = 100 * time.Millisecond

// ahead is how many messages are read before they are due, so that a cancellation can overtake requests.
const ahead = 256

// A server is one client's. All but waiting is one goroutine's.
type server struct {
	out    io.Writer
	format Format
	phase  phase
	units  encoding
	client clientCapabilities
	root   string // the folder that the client works in, or ""

	documents  map[string]*document // those open, by URI
	vocabulary starlark.StringDict
	recheck    <-chan time.Time // nil: all diagnostics are told
	took       time.Duration    // to tell them

	waiting waiting
}

type phase uint8

const (
	early phase = iota // before initialize
	running
	shut // the client has asked for shutdown
)

// errNoShutdown is how a client should not leave.
var errNoShutdown = errors.New("the client has left without shutdown")

// errExit ends Serve: the client has said so.
var errExit = errors.New("exit")

// Serve speaks with one client until that says exit, goes away, or ctx ends. The error is nil if the client had asked
// for shutdown before.
func Serve(ctx context.Context, in io.Reader, out io.Writer, format Format) error {
	s := &server{out: out, format: format, units: utf16Units, documents: map[string]*document{}, vocabulary: builtins.Vocabulary()}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	incoming, end := make(chan *message, ahead), make(chan error, 1)
	go func() {
		end <- s.receive(ctx, bufio.NewReaderSize(in, mostHeader), incoming)
		close(incoming)
	}()
	err := s.serve(ctx, incoming)
	if errors.Is(err, io.EOF) {
		err = <-end
	}
	if errors.Is(err, errExit) || errors.Is(err, io.EOF) {
		err = nil
		if s.phase != shut {
			err = errNoShutdown
		}
	}
	return err
}

// serve handles what comes in; io.EOF says that nothing more will.
func (s *server) serve(ctx context.Context, incoming <-chan *message) error {
	for {
		var err error
		select {
		case m, ok := <-incoming:
			if !ok {
				return io.EOF
			}
			err = s.handle(m)
		case <-s.recheck:
			err = s.diagnose()
		case <-ctx.Done():
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
	}
}

// receive reads messages until the stream ends.
func (s *server) receive(ctx context.Context, r *bufio.Reader, incoming chan<- *message) error {
	for {
		body, err := readFrame(r)
		if err != nil {
			return err
		}
		m := readMessage(body)
		if m.Method == "$/cancelRequest" {
			s.waiting.cancel(m.Params)
			continue
		}
		if m.isRequest() {
			s.waiting.add(m.ID)
		}
		select {
		case incoming <- m:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// handle does what a message asks for, and answers requests. An error is the end.
func (s *server) handle(m *message) error {
	switch {
	case m.bad != nil:
		return s.send(failure{"2.0", null, m.bad})
	case m.Method == "exit":
		return errExit
	case m.isRequest():
		return s.answer(m)
	case s.phase == running && m.Method != "":
		return s.note(m)
	}
	return nil // what comes too early or too late, and answers: we ask for nothing
}

// answer answers one request.
func (s *server) answer(m *message) error {
	cancelled := s.waiting.done(m.ID)
	var result any
	var err error
	switch {
	case cancelled:
		err = errorf(codeCancelled, "cancelled")
	case s.phase == early && m.Method != "initialize":
		err = errorf(codeNotInitialized, "the first request must be initialize")
	case s.phase == shut, s.phase == running && m.Method == "initialize":
		err = errorf(codeInvalid, "%s comes too late", m.Method)
	default:
		result, err = s.try(m)
	}
	var known *rpcError
	switch {
	case errors.As(err, &known):
		return s.send(failure{"2.0", m.ID, known})
	case err != nil:
		return s.send(failure{"2.0", m.ID, &rpcError{codeInternal, err.Error()}})
	}
	return s.send(response{"2.0", m.ID, result})
}

// try is request, of which a panic, a bug of ours, costs the client one answer and not the session.
func (s *server) try(m *message) (result any, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = errorf(codeInternal, "internal error: %v\n%s", v, debug.Stack())
		}
	}()
	return s.request(m.Method, m.Params)
}

func (s *server) send(v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return writeFrame(s.out, body)
}

func (s *server) notify(method string, params any) error {
	return s.send(notification{"2.0", method, params})
}

// waiting are the requests that are read and not answered. The reader adds and cancels, the server takes away.
type waiting struct {
	mu       sync.Mutex
	requests map[string]bool // by id; true: cancelled
}

func (w *waiting) add(id json.RawMessage) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.requests == nil {
		w.requests = map[string]bool{}
	}
	w.requests[string(id)] = false
}

// cancel marks the request that the params name; one that is answered already is no matter.
func (w *waiting) cancel(params json.RawMessage) {
	p, err := read[struct {
		ID json.RawMessage `json:"id"`
	}](params)
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, there := w.requests[string(p.ID)]; err == nil && there {
		w.requests[string(p.ID)] = true
	}
}

// done forgets a request and tells whether it was cancelled.
func (w *waiting) done(id json.RawMessage) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	cancelled := w.requests[string(id)]
	delete(w.requests, string(id))
	return cancelled
}
