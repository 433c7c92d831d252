package builtins

import (
	"errors"
	"os"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"
)

// A Notebook is what the words of the prompt ask of the prompt. Its methods are
// called with the interpreter lock held.
type Notebook interface {
	// Script is what was typed so far and succeeded, as a script.
	Script() (string, error)
	// Transcript is what was typed and printed so far, as Markdown.
	Transcript() (string, error)
	// Reload runs a file again that was loaded, and binds its names anew.
	Reload(thread *starlark.Thread, name string) error
}

// errNoPrompt is why the words of the prompt fail elsewhere.
var errNoPrompt = errors.New("this is for the prompt, where there is something that was typed")

var _ = def(Builtin{
	Sig:   "save(path, *, overwrite=False)",
	Shelf: "language",
	Page:  "script(1)",
	Like:  "history | cut -c 8- > PATH; chmod +x PATH",
	Doc: `Writes what was typed at this prompt and succeeded as a script.

Running that does the same again. A block that failed is left out from where it
failed; so are help, save and transcript. !command becomes sh, and leaving a task
with Ctrl-D becomes use(). Names of init.star, and of a file that was run with -i,
are loaded from there. A program that a task became ends the script, and is left out
where more follows.

It is nstar itself that writes the file, where and as whom it was started, as a
shell does with >: not the current task, whose files may be others. It may be
executed. A file that exists is left as it is (EEXIST), unless overwrite is True.`,
	Example: `
>>> sethostname("inner")
>>> catch(save, "/dev/null").error.errno
"EEXIST"
>>> save("/dev/null", overwrite=True)
`,
	Func: func(c *Call) (starlark.Value, error) { return c.write(Notebook.Script, 0o777) },
})

var _ = def(Builtin{
	Sig:   "transcript(path, *, overwrite=False)",
	Shelf: "language",
	Page:  "script(1)",
	Like:  "script PATH",
	Doc: `Writes what was typed at this prompt, and what it printed, as Markdown that nstar test can check.

The numbers of tasks and namespaces are replaced by …, which stands for anything on
its line, and by ⋮, alone on a line and for any lines, what a program has written
straight to the terminal. Other things that differ from one run to the next,
nstar test shows.

The file is written as save writes one.`,
	Example: `
>>> catch(transcript, "/dev/null").error.errno
"EEXIST"
>>> transcript("/dev/null", overwrite=True)
`,
	Func: func(c *Call) (starlark.Value, error) { return c.write(Notebook.Transcript, 0o666) },
})

// write writes what text makes of the notebook to the file that the call names.
func (c *Call) write(text func(Notebook) (string, error), mode os.FileMode) (starlark.Value, error) {
	var path string
	var overwrite bool
	if err := c.Args(&path, &overwrite); err != nil {
		return nil, err
	}
	if c.Host.notebook == nil {
		return nil, errNoPrompt
	}
	content, err := text(c.Host.notebook)
	if err != nil {
		return nil, err
	}
	flags := os.O_WRONLY | os.O_CREATE | unix.O_NONBLOCK | unix.O_NOCTTY // a FIFO is not waited for
	if overwrite {
		flags |= os.O_TRUNC
	} else {
		flags |= os.O_EXCL
	}
	return starlark.None, c.Block(func() error {
		f, err := os.OpenFile(path, flags, mode)
		if err != nil {
			return err
		}
		_, err = f.WriteString(content)
		if e := f.Close(); err == nil {
			err = e
		}
		return err
	})
}

var _ = hint("save", unix.EEXIST, overwriteHint)
var _ = hint("transcript", unix.EEXIST, overwriteHint)

func overwriteHint(*Call, *Error) string {
	return "overwrite=True replaces what is in the file"
}

var _ = def(Builtin{
	Sig:   "reload(name)",
	Shelf: "language",
	Page:  "source(1)",
	Like:  ". FILE",
	Doc: `Runs a file again that was loaded at this prompt, and binds the names anew that came from it.

name is what load was given, or the file of nstar -i. Names that were bound to
something else since are left alone, and so are other files that have loaded the
same one. If the file fails now, all is as it was before.`,
	Example: `
>>> reload("nothing.star")
reload: nothing.star was not loaded here
`,
	Func: func(c *Call) (starlark.Value, error) {
		var name string
		if err := c.Args(&name); err != nil {
			return nil, err
		}
		if c.Host.notebook == nil {
			return nil, errNoPrompt
		}
		return starlark.None, c.Host.notebook.Reload(c.Thread, name)
	},
})
