package main

import (
	"fmt"
	"time"

	"go.starlark.net/starlark"
)

const stepsScript = `
def loop(n):
    x = 0
    for i in range(n):
        x = x + i
`

// stepsRow is a loop of plain Starlark: what the turns that threads of a
// session take cost those who do not need them.
func stepsRow(s size) ([]row, error) {
	nstar, err := newSession(stepsScript)
	if err != nil {
		return nil, err
	}
	defer nstar.close()
	plain, err := starlark.ExecFileOptions(dialect, &starlark.Thread{}, "bench.star", stepsScript, nil)
	if err != nil {
		return nil, err
	}
	loop := func(n int) (time.Duration, uint64, error) {
		var thread starlark.Thread
		start := time.Now()
		_, err := starlark.Call(&thread, plain["loop"], starlark.Tuple{starlark.MakeInt(n)}, nil)
		return time.Since(start), thread.ExecutionSteps(), err
	}
	const sample = 1000
	_, steps, err := loop(sample)
	if err != nil {
		return nil, err
	}
	n := s.steps * sample / int(steps)
	a, b, err := compare(s.rounds, func() (time.Duration, error) { return nstar.call("loop", n) },
		func() (time.Duration, error) { took, _, err := loop(n); return took, err })
	if err != nil {
		return nil, err
	}
	return []row{compared(fmt.Sprintf("a loop of %d million steps", s.steps/1_000_000), "plain go.starlark.net", a, b)}, nil
}
