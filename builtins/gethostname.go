package builtins

import (
	"bytes"

	"go.starlark.net/starlark"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "gethostname(*, task=None)",
	Shelf: "namespaces",
	Page:  "gethostname(2)",
	Like:  "hostname",
	Doc:   `Returns the hostname of the UTS namespace that the task is a member of.`,
	Example: `
>>> sethostname("inner")
>>> gethostname()
"inner"
>>> gethostname(task=clone())
"inner"
`,
	Func: func(c *Call) (starlark.Value, error) {
		if err := c.Args(); err != nil {
			return nil, err
		}
		names, err := utsname(c)
		return starlark.String(names[1]), err
	},
})

// utsname is what uname(2) tells c.Task: sysname, nodename, release, version,
// machine, domainname.
func utsname(c *Call) (names [6]string, err error) {
	const width = 65 // of each field, __NEW_UTS_LEN and its NUL
	buf := make([]byte, width*len(names))
	if _, err = c.Syscall("uname", task.Out(buf)); err != nil {
		return names, err
	}
	for i := range names {
		field, _, _ := bytes.Cut(buf[i*width:(i+1)*width], []byte{0})
		names[i] = string(field)
	}
	return names, nil
}
