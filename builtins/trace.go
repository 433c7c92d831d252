package builtins

import "go.starlark.net/starlark"

var _ = def(Builtin{
	Sig:   "trace(on=True)",
	Shelf: "language",
	Page:  "strace(1)",
	Like:  "strace -f",
	Doc: `Shows every system call that a task makes, with its task, on standard error.

trace(False) ends it; the option --trace begins with it.`,
	Example: `
>>> trace(False)
>>> sethostname("inner")
>>> gethostname()
"inner"
`,
	Func: func(c *Call) (starlark.Value, error) {
		var on bool
		if err := c.Args(&on); err != nil {
			return nil, err
		}
		if err := c.catchUp(); err != nil {
			return nil, err
		}
		c.Host.SetTrace(on)
		return starlark.None, nil
	},
})
