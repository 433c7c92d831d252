package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"nstar/builtins"
)

// A session is nstar inside this process: a host, and the functions of a
// script that has run in it.
type session struct {
	host    *builtins.Host
	globals starlark.StringDict
}

var dialect = &syntax.FileOptions{Set: true, While: true, TopLevelControl: true, GlobalReassign: true, Recursion: true}

// newSession runs script, which defines functions for call.
func newSession(script string) (*session, error) {
	s := &session{host: builtins.NewHost(builtins.Options{Stdout: os.Stderr, Stderr: os.Stderr, Env: os.Environ()})}
	err := s.host.Run(context.Background(), "bench", func(thread *starlark.Thread) (err error) {
		s.globals, err = starlark.ExecFileOptions(dialect, thread, "bench.star", script, s.host.Predeclared())
		return err
	})
	if err != nil {
		s.close()
		return nil, explained(err)
	}
	return s, nil
}

func (s *session) close() { _ = s.host.Close() }

// call calls a function of the script and tells how long that took.
func (s *session) call(name string, args ...any) (took time.Duration, err error) {
	tuple := make(starlark.Tuple, len(args))
	for i, a := range args {
		switch a := a.(type) {
		case int:
			tuple[i] = starlark.MakeInt(a)
		case bool:
			tuple[i] = starlark.Bool(a)
		}
	}
	err = s.host.Run(context.Background(), name, func(thread *starlark.Thread) error {
		start := time.Now()
		_, err := starlark.Call(thread, s.globals[name], tuple, nil)
		took = time.Since(start)
		return err
	})
	return took, explained(err)
}

// explained is err with the backtrace of the script.
func explained(err error) error {
	if eval, ok := err.(*starlark.EvalError); ok {
		return fmt.Errorf("%s", eval.Backtrace())
	}
	return err
}
