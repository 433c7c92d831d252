package builtins

import (
	"errors"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"
)

var _ = def(Builtin{
	Sig:   "catch(fn, *args, **kwargs)",
	Shelf: "language",
	Page:  "errno(3)",
	Like:  "if ! mount …; then …; fi",
	Doc: `Calls fn(*args, **kwargs) and returns a struct: ok, and value or error.

An error has word (the word that failed), errno (symbolic: "EPERM"), call (the
system call), args (what the word was given), message and hint. Of a program
that failed, value is the result. What ends the script on purpose, exit and
Ctrl-C, is not caught.`,
	Example: `
>>> r = catch(sethostname, "x" * 65)
>>> r.ok, r.error.word, r.error.errno
(False, "sethostname", "EINVAL")
>>> catch(sethostname, "inner").ok
True
`,
	Func: func(c *Call) (starlark.Value, error) {
		var fn starlark.Callable
		var args starlark.Tuple
		var kwargs []starlark.Tuple
		if err := c.Args(&fn, &args, &kwargs); err != nil {
			return nil, err
		}
		s := stateOf(c.Thread)
		if err := s.flush(); err != nil {
			return nil, err
		}
		v, err := starlark.Call(c.Thread, fn, args, kwargs)
		if e := s.flush(); e != nil {
			err = e
		}
		if err != nil && (unstoppable(err) || c.ctx.Err() != nil) {
			return nil, err
		}
		return caught(v, err), nil
	},
})

func caught(v starlark.Value, err error) starlark.Value {
	r := starlark.StringDict{"ok": starlark.Bool(err == nil), "value": starlark.None, "error": starlark.None}
	if err == nil {
		r["value"] = v
	} else {
		r["error"] = newErrorValue(err)
	}
	var failed *failedProgram
	if errors.As(err, &failed) {
		r["value"] = failed.result
	}
	return starlarkstruct.FromStringDict(starlarkstruct.Default, r)
}
