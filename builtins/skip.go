package builtins

import (
	"fmt"

	"go.starlark.net/starlark"
)

// Skipped is the end of a test that cannot be made here. Find it with errors.As; catch does not.
type Skipped struct{ Reason string }

func (e *Skipped) Error() string { return "skipped: " + e.Reason }

var _ = def(Builtin{
	Sig:   "skip(reason)",
	Shelf: "language",
	Page:  "exit(3)",
	Like:  "exit 77",
	Doc: `Ends a test that cannot be made here, and says why; nstar test counts it as skipped.

In another script it ends that, with the exit status 77.`,
	Example: `
>>> def test_time():
...     if not catch(clone, CLONE_NEWTIME).ok:
...         skip("time namespaces cannot be made here")
...     expect(wait(clone(CLONE_NEWTIME, lambda: None)).code, 0)
...
>>> test_time()
`,
	Func: func(c *Call) (starlark.Value, error) {
		var reason string
		if err := c.Args(&reason); err != nil {
			return nil, err
		}
		return nil, &Skipped{reason}
	},
})

var _ = def(Builtin{
	Sig:   "expect(got, want=True)",
	Shelf: "language",
	Page:  "assert(3)",
	Like:  `test "$GOT" = "$WANT"`,
	Doc: `Fails unless got is equal to want, and shows both.

nstar test runs the functions of *_test.star files whose names begin with test_,
each in a session of its own.`,
	Example: `
>>> expect(1 + 1, 2)
>>> t = clone(CLONE_NEWUTS)
>>> expect(ns_of(t).uts != ns_of().uts)
>>> catch(expect, "b".upper(), "b").error.message
"expect: got \"B\", want \"b\""
`,
	Func: func(c *Call) (starlark.Value, error) {
		var got, want starlark.Value
		if err := c.Args(&got, &want); err != nil {
			return nil, err
		}
		same, err := starlark.Equal(got, want)
		if err == nil && !same {
			err = fmt.Errorf("got %v, want %v", got, want)
		}
		return nil, err
	},
})
