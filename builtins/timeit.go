package builtins

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"go.starlark.net/starlark"
)

// timeitSpan is how long timeit goes on where no number of calls is asked for,
// and timeitMost how many calls it makes then.
const (
	timeitSpan = 200 * time.Millisecond
	timeitMost = 1_000_000
)

var _ = def(Builtin{
	Sig:   "timeit(fn, *args, number=None)",
	Shelf: "language",
	Page:  "clock_gettime(2)",
	Like:  "perf stat -r 100 …",
	Doc: `Calls fn(*args) again and again and returns how long a call took.

It goes on for a fifth of a second, or makes number calls. The fields of what it
returns are min, median and max, in seconds, and number. What else the machine
does makes max large and leaves min as it is.`,
	Example: `
>>> timeit(getpid)
min … µs, median … µs, max … of … calls
>>> r = timeit(sleep, 0.001, number=3)
>>> r.number, 0.001 <= r.min and r.min <= r.median and r.median <= r.max
(3, True)
`,
	Func: func(c *Call) (starlark.Value, error) {
		var fn starlark.Callable
		var args starlark.Tuple
		var number starlark.Value
		if err := c.Args(&fn, &args, &number); err != nil {
			return nil, err
		}
		calls, span := timeitMost, timeitSpan
		if number != starlark.None {
			if err := unpack("number", number, &calls); err != nil {
				return nil, err
			}
			if calls < 1 || calls > timeitMost {
				return nil, BadValue("number", fmt.Sprintf("from 1 to %d", timeitMost), number)
			}
			span = 0
		}
		return c.timeCalls(fn, args, calls, span)
	},
})

// timeCalls makes that many calls, or as many as fit into span unless that is 0.
func (c *Call) timeCalls(fn starlark.Callable, args starlark.Tuple, calls int, span time.Duration) (starlark.Value, error) {
	s := stateOf(c.Thread)
	if err := s.flush(); err != nil {
		return nil, err
	}
	var took []time.Duration
	for begin := time.Now(); len(took) < calls; {
		start := time.Now()
		if _, err := starlark.Call(c.Thread, fn, args, nil); err != nil {
			return nil, err
		}
		if err := s.flush(); err != nil {
			return nil, err
		}
		end := time.Now()
		took = append(took, end.Sub(start))
		if span > 0 && end.Sub(begin) >= span {
			break
		}
		if err := c.ctx.Err(); err != nil {
			return nil, err
		}
		c.Host.turn.yield()
		c.Host.running = c.Thread
	}
	slices.Sort(took)
	return &timing{took[0], took[len(took)/2], took[len(took)-1], len(took)}, nil
}

// A timing is what timeit has found.
type timing struct {
	min, median, max time.Duration
	number           int
}

var _ starlark.HasAttrs = (*timing)(nil)

// String has three digits of each time.
func (t *timing) String() string {
	calls := "calls"
	if t.number == 1 {
		calls = "call"
	}
	return fmt.Sprintf("min %s, median %s, max %s of %d %s", threeDigits(t.min), threeDigits(t.median), threeDigits(t.max), t.number, calls)
}

// threeDigits is d in the unit that leaves one to three digits before the point.
func threeDigits(d time.Duration) string {
	n, unit := float64(d)/1e9, "s"
	switch {
	case d < time.Millisecond:
		n, unit = float64(d)/1e3, "µs"
	case d < time.Second:
		n, unit = float64(d)/1e6, "ms"
	}
	digits := 2
	if n >= 10 {
		digits = 1
	}
	if n >= 100 {
		digits = 0
	}
	return fmt.Sprintf("%.*f %s", digits, n, unit)
}

// Type is "timing".
func (t *timing) Type() string { return "timing" }

// Freeze does nothing: a timing does not change.
func (t *timing) Freeze() {}

// Truth is true.
func (t *timing) Truth() starlark.Bool { return true }

// Hash is refused: nobody needs timings as keys.
func (t *timing) Hash() (uint32, error) { return 0, errors.New("unhashable type: timing") }

// AttrNames lists the fields.
func (t *timing) AttrNames() []string { return []string{"max", "median", "min", "number"} }

// Attr has the fields; times are in seconds.
func (t *timing) Attr(name string) (starlark.Value, error) {
	switch name {
	case "min":
		return starlark.Float(t.min.Seconds()), nil
	case "median":
		return starlark.Float(t.median.Seconds()), nil
	case "max":
		return starlark.Float(t.max.Seconds()), nil
	case "number":
		return starlark.MakeInt(t.number), nil
	}
	return nil, nil
}
