package interp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"nstar/builtins"
)

// A Verdict is how a test ended.
type Verdict uint8

const (
	Passed Verdict = iota
	Failed
	SkippedTest
	Interrupted // by a signal: not the test's fault
)

// A TestResult is what became of one test.
type TestResult struct {
	Verdict Verdict
	Took    time.Duration
	Why     string // why it was skipped, or in one line and with its place what failed
	Output  string // all that it printed, and its errors
}

// Tests are the names of the functions of a file that are tests, in their order.
func (in *Interp) Tests(file string, text []byte) ([]string, error) {
	in.sources.add(fileSource(file, text))
	f, err := in.dialect.Parse(file, text, 0)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, s := range f.Stmts {
		if d, ok := s.(*syntax.DefStmt); ok && strings.HasPrefix(d.Name.Name, "test_") {
			names = append(names, d.Name.Name)
		}
	}
	return names, nil
}

// RunTest runs a file and then one of its functions, in a session of its own, whose end ends all that it has started.
func RunTest(ctx context.Context, o Options, file, name string) (r TestResult) {
	var out screen
	o.Args, o.Stdin, o.Stdout, o.Stderr = []string{file}, bytes.NewReader(nil), &out, &out
	in := New(o)
	begin := time.Now()
	err := in.test(ctx, file, name)
	if in.Finish(ctx, 0) != 0 && err == nil {
		err = errors.New("what it put off by defer has failed")
	}
	in.judge(&r, err)
	err = in.Close()
	if sig := in.watch.caught(); sig != nil { // also one that came between test, Finish and Close, or ended what was put off
		r.Verdict, r.Why = Interrupted, sig.Error()
	} else if err != nil {
		r.Verdict, r.Why = Failed, err.Error()
	}
	r.Took = time.Since(begin)
	r.Output = out.take()
	return r
}

func (in *Interp) test(ctx context.Context, file, name string) error {
	ctx, stop := in.watch.run(ctx)
	defer stop()
	src, err := await(ctx, func() (*source, error) {
		text, err := os.ReadFile(file)
		return fileSource(file, text), err
	})
	if err == nil {
		err = in.exec(ctx, src)
	}
	if err == nil {
		err = in.do(ctx, name, func(thread *starlark.Thread) error {
			_, err := starlark.Call(thread, in.globals[name], nil, nil)
			return err
		})
	}
	if sig := signaled(ctx); sig != nil {
		return sig
	}
	var program *builtins.Replaced
	if errors.As(err, &program) {
		return errors.New("its task has become a program")
	}
	return err
}

// judge turns the error of a test into its result.
func (in *Interp) judge(r *TestResult, err error) {
	var skipped *builtins.Skipped
	var sig *Signaled
	var exit *builtins.ExitError
	var eval *starlark.EvalError
	switch {
	case err == nil:
		return
	case errors.As(err, &skipped):
		r.Verdict, r.Why = SkippedTest, skipped.Reason
	case errors.As(err, &sig) && sig.Signal != syscall.SIGPIPE:
		r.Verdict, r.Why = Interrupted, sig.Error()
	case errors.As(err, &exit) && exit.Code == 0:
		return
	default:
		r.Verdict = Failed
		in.PrintError(err)
		r.Why, _, _ = strings.Cut(err.Error(), "\n")
		if errors.As(err, &eval) {
			if stack := userFrames(eval.CallStack); len(stack) > 0 {
				r.Why = fmt.Sprintf("%s: %s", stack[len(stack)-1].Pos, r.Why)
			}
		}
	}
}
