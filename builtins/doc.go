// Package builtins holds the words of nstar and the values they work with. It
// is the one way from the language to the kernel: below it is the engine
// (internal/task), which knows no Starlark; above it interp, which makes no
// system call.
//
// # Finding your way
//
// A word is one value in one file: sethostname.go is the model. Builtin
// (builtin.go) says what a word is made of; signature.go parses its signature
// when it is first used and binds arguments to it; args.go stores them in Go
// variables; call.go is the wrapper around every word and what a word has to
// work with; error.go gives errors their final form, hints.go their reasons, and
// explain.go all else that can be found out.
// like.go finds the word for a command line of a shell. job_control.go says who
// has the terminal, terminal.go lends it, and foreground.go to what is waited for.
// Host (host.go) is the session, on which all state hangs; turn.go is the
// interpreter lock; thread.go is the current task; host_clone.go runs the
// functions of clones; predeclared.go gives the language its names. Flags
// (flags.go) are the kernel's constants, whose tables are in const_*.go;
// TaskValue and StatusValue are tasks and how they ended. internal/seccomp
// compiles filters of system calls; listener_*.go answers what they leave to us.
//
// Sessions are in testdata, by subject: namespaces.txt and enter.txt, ids.txt,
// mounts.txt, mount_api.txt and roots.txt, programs.txt, lives.txt and pty.txt,
// capabilities.txt, seccomp.txt and landlock.txt; hints.txt and catalogue.txt have what goes
// wrong, hostile.txt and strangers.txt who means harm. peers_test.go has the
// tools of everyday life do the same.
//
// # To add a word
//
// Write a file of the word's name with one declaration:
//
//	var _ = def(Builtin{
//		Sig:   "setdomainname(name, *, task=None)",
//		Shelf: "namespaces",
//		Page:  "setdomainname(2)",
//		Like:  "domainname NAME",
//		Doc:   `Sets the NIS domain name of the UTS namespace that the task is a member of.`,
//		Example: `…`,
//		Func: func(c *Call) (starlark.Value, error) {
//			var name string
//			if err := c.Args(&name); err != nil {
//				return nil, err
//			}
//			return c.Make("setdomainname", task.Str(name), task.Int(len(name)))
//		},
//	})
//
// A name may have dots: netns.add is the word add of the module netns (module.go).
//
// The signature is the only place with the name, the parameters and the
// defaults. Of a system call it has the parameters of the SYNOPSIS, without
// lengths and pointers. A parameter task is resolved before Func runs and is
// c.Task; it is not among c.Args. Several calls that belong together are one
// task.Program and c.Do: one round trip. Anything that may take long, and is
// not c.Do or c.Syscall, belongs into c.Block, with c.Context.
//
// A system call or a constant that is younger than Linux 5.11 has a line in
// since.go: what fails on an older kernel then says so, and help does too.
//
// Return errors as they come: the wrapper puts the word before them, names the
// errno, and asks for a hint. An argument that will not do is BadValue.
//
// The example is a transcript that the tests type into the prompt of a fresh
// session; it shows relations, not numbers. No other file needs to change: the
// README's table is rewritten by go test ./cmd/nstar -fix. Its other table, of
// what people use today, is written by hand: whoever serves a row of it better,
// or shows it elsewhere, changes that row, and TestFeatures reads it.
//
// # What could be better
//
// An attribute of a value is read without a thread, so what has to ask the
// kernel for it (task.ns) cannot be interrupted. A word of Starlark's own that
// is slow, such as sorting a huge list, keeps the interpreter lock.
package builtins
