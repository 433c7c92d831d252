package builtins

import (
	"math"
	"time"

	"go.starlark.net/starlark"
)

var _ = def(Builtin{
	Sig:   "sleep(seconds)",
	Shelf: "process",
	Page:  "sleep(3)",
	Like:  "sleep 0.5",
	Doc: `Waits for a number of seconds, which may be a fraction.

Other functions of the script run in the meantime. The host waits, not a task.`,
	Example: `
>>> done = []
>>> t = clone(0, lambda: done.append("child"))
>>> while not done:
...     sleep(0.001)
...
>>> done
["child"]
`,
	Func: func(c *Call) (starlark.Value, error) {
		var seconds float64
		if err := c.Args(&seconds); err != nil {
			return nil, err
		}
		const most = float64(math.MaxInt64 / int64(time.Second))
		if !(seconds >= 0 && seconds <= most) { // NaN as well
			return nil, BadValue("seconds", "from 0 to 2^63 ns", c.Arg("seconds"))
		}
		return starlark.None, c.Block(func() error {
			timer := time.NewTimer(time.Duration(seconds * float64(time.Second)))
			defer timer.Stop()
			select {
			case <-timer.C:
				return nil
			case <-c.ctx.Done():
				return c.ctx.Err()
			}
		})
	},
})
