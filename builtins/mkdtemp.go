package builtins

import (
	"errors"
	"math/rand/v2"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   `mkdtemp(template="/tmp/nstar-XXXXXX", *, task=None)`,
	Shelf: "files",
	Page:  "mkdtemp(3)",
	Like:  "mktemp -d",
	Doc: `Creates a directory that only the user of the task may enter, and returns its path.

The XXXXXX at the end of the template is replaced so that the name is a new one.
Nobody removes the directory but the script.`,
	Example: `
>>> mount("tmpfs", "/tmp", "tmpfs")
>>> d = mkdtemp()
>>> d.startswith("/tmp/nstar-"), d == mkdtemp()
(True, False)
>>> stat(d).st_mode == S_IFDIR | 0o700
True
>>> rmdir(d)
`,
	Func: func(c *Call) (starlark.Value, error) {
		var template string
		if err := c.Args(&template); err != nil {
			return nil, err
		}
		stem, ok := strings.CutSuffix(template, "XXXXXX")
		if !ok {
			return nil, BadValue("template", "a path that ends in XXXXXX", starlark.String(template))
		}
		for {
			path := stem + randomName(6)
			_, err := c.Syscall("mkdirat", cwd(), task.Str(path), modeArg(0o700))
			if !errors.Is(err, unix.EEXIST) {
				return starlark.String(path), err
			}
		}
	},
})

// randomName is n letters and digits that nobody else is likely to choose; that
// they are free the kernel says.
func randomName(n int) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[rand.IntN(len(alphabet))]
	}
	return string(b)
}
