package interp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"syscall"
	"unicode"

	"nstar/builtins"
	"nstar/scripts"
)

// Exit statuses besides the script's own and 128+n for signal n; they are sh's.
const (
	StatusError   = 1
	StatusUsage   = 2
	StatusNoRead  = 126
	StatusMissing = 127
)

// RunFile runs a script file and returns the exit status.
func (in *Interp) RunFile(ctx context.Context, file string) int {
	read := func() (*source, error) {
		text, err := os.ReadFile(file)
		return fileSource(file, text), err
	}
	if st, err := os.Stat(file); err == nil && st.Mode().IsRegular() {
		src, err := read()
		in.anticipate(src.text)
		return in.runText(ctx, src, err)
	}
	return in.run(ctx, read)
}

// anticipate has the first task start if text names a word that acts on one: there will soon be a use for it.
func (in *Interp) anticipate(text []byte) {
	for name := range bytes.FieldsFuncSeq(text, func(r rune) bool { return r != '_' && r != '.' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if b := builtins.Lookup(string(name)); b != nil && b.Acts() {
			in.host.Start()
			return
		}
	}
}

// RunStdin runs what standard input holds, up to its end.
func (in *Interp) RunStdin(ctx context.Context) int {
	return in.run(ctx, func() (*source, error) {
		text, err := io.ReadAll(in.stdin)
		return &source{name: "<stdin>", text: text, dir: "."}, err
	})
}

// RunEmbedded runs a file of package scripts.
func (in *Interp) RunEmbedded(ctx context.Context, file string) int {
	return in.run(ctx, func() (*source, error) {
		text, err := scripts.FS.ReadFile(file)
		return &source{name: "scripts/" + file, text: text, dir: path.Dir(file), embedded: true}, err
	})
}

// RunCode runs the text of -c.
func (in *Interp) RunCode(ctx context.Context, code string) int {
	return in.runText(ctx, &source{name: "<command>", text: []byte(code + "\n"), dir: "."}, nil)
}

// run reads a script, which may have to be waited for, and runs it.
func (in *Interp) run(ctx context.Context, read func() (*source, error)) int {
	ctx, stop := in.watch.run(ctx)
	defer stop()
	src, err := await(ctx, read)
	return in.runSource(ctx, stop, src, err)
}

// runText runs a script that has been read, unless err has kept it from being. Signals come to be taken
// meanwhile: before they are, nothing is written, and no word is called that has a lasting effect.
func (in *Interp) runText(ctx context.Context, src *source, err error) int {
	ctx, stop := in.watch.begin(ctx)
	defer stop()
	go in.watch.start()
	return in.runSource(ctx, stop, src, err)
}

// runSource runs a script and returns its status. What the script deferred is left for Finish.
func (in *Interp) runSource(ctx context.Context, stop func(), src *source, err error) int {
	if err == nil && bytes.IndexByte(src.text, 0) >= 0 {
		err = errBinary
	}
	if err == nil {
		err = ctx.Err() // a signal that has come before ends it before it begins
	}
	if err != nil && ctx.Err() == nil {
		return in.unreadable(src.name, err)
	}
	if err == nil {
		src.text = bytes.TrimPrefix(src.text, []byte("\ufeff"))
		err = in.exec(ctx, src)
	}
	var program *builtins.Replaced
	if errors.As(err, &program) {
		stop() // from here on the signals are the program's
		return in.follow(ctx, program)
	}
	return in.conclude(ctx, err)
}

// errBinary is why a file with a NUL in it is no script.
var errBinary = errors.New("this is no text")

// follow waits for the program that the script has become, and is its status. Signals go to the program, also
// the one that has ended ctx while it was being executed.
func (in *Interp) follow(ctx context.Context, program *builtins.Replaced) int {
	defer program.Forward()()
	parent := context.WithoutCancel(ctx)
	if sig, ok := asSyscall(signaled(ctx)); ok {
		_ = program.Signal(parent, sig)
	}
	for {
		ctx, stop := in.watch.run(parent)
		status, err := program.Wait(ctx)
		stop()
		if err == nil {
			return status
		}
		sig, ok := asSyscall(signaled(ctx))
		if !ok || program.Signal(parent, sig) != nil {
			return StatusError
		}
	}
}

// await reads a script, or gives up on it when ctx ends: a terminal and a FIFO may keep one waiting.
func await(ctx context.Context, read func() (*source, error)) (*source, error) {
	type answer struct {
		src *source
		err error
	}
	got := make(chan answer, 1)
	go func() {
		src, err := read()
		got <- answer{src, err}
	}()
	select {
	case a := <-got:
		return a.src, a.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (in *Interp) unreadable(name string, err error) int {
	var bad *fs.PathError
	if errors.As(err, &bad) {
		err = bad.Err
	}
	fmt.Fprintf(in.stderr, "nstar: %s: %v\n", name, err)
	if errors.Is(err, fs.ErrNotExist) {
		return StatusMissing
	}
	return StatusNoRead
}

// Finish runs what the script deferred. A script that succeeded fails when that does.
func (in *Interp) Finish(ctx context.Context, status int) int {
	in.failed.Store(false)    // a task's function that failed before has made that task's status, not ours
	for more := true; more; { // a signal ends one call, not those that are to come
		ctx, stop := in.watch.run(ctx)
		more = in.host.RunOneDeferred(ctx)
		stop()
	}
	switch {
	case in.outlet.closed.Load():
		return (&Signaled{syscall.SIGPIPE}).Status()
	case in.failed.Load() && status == 0:
		return StatusError
	}
	return status
}

// Ended tells whether a signal has asked the whole session to end.
func (in *Interp) Ended() bool {
	in.watch.mu.Lock()
	defer in.watch.mu.Unlock()
	return in.watch.ended
}

// conclude prints the error that ended a run, if that is news to the user, and returns the exit status.
func (in *Interp) conclude(ctx context.Context, err error) int {
	var exit *builtins.ExitError
	sig := signaled(ctx)
	switch {
	case errors.As(err, &exit):
		return exit.Code
	case sig != nil && sig.Signal == syscall.SIGPIPE:
		return sig.Status() // whoever closed the pipe knows
	case sig != nil:
		in.reportSignal(sig, err)
		return sig.Status()
	case err != nil:
		in.PrintError(err)
		in.keepError(ctx, err)
		return builtins.FailedStatus(err)
	}
	return 0
}
