package builtins

import (
	"context"
	"fmt"
	"os"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "environ_of(pid, *, task=None)",
	Shelf: "process",
	Page:  "proc_pid_environ(5)",
	Like:  "tr '\\0' '\\n' < /proc/PID/environ",
	Doc: `Returns the environment that a process was started with as a dict, for env= of run.

pid is a number in the view of the task and its /proc, a pidfd, or a task that
has become a program. It takes the rights to trace the process.`,
	Example: `
>>> t = spawn("sleep", "60", env={"NAME": "value"})
>>> environ_of(t)
{"NAME": "value"}
>>> environ_of(t.pid) == environ_of(t)
True
>>> sh("echo $NAME", env=environ_of(t))
value
exit status 0
`,
	Func: func(c *Call) (starlark.Value, error) {
		var who starlark.Value
		if err := c.Args(&who); err != nil {
			return nil, err
		}
		text, err := c.environOf(who)
		if err != nil {
			return nil, err
		}
		return environment(strings.Split(string(text), "\x00")), nil
	},
})

// environOf reads /proc/PID/environ: c.Task's where the process is named by a
// number, the host's else. It counts only if the process of a pidfd that was
// opened before has not been waited for by then: the number was its own.
func (c *Call) environOf(who starlark.Value) ([]byte, error) {
	pidfd, err := c.pidfd("pid", who)
	if err != nil {
		return nil, err
	}
	defer unix.Close(pidfd)
	number, _ := task.PidOf(pidfd)
	folder, read := task.ProcPath(number, ""), c.hostFile
	if unpack("pid", who, &number) == nil {
		if err := c.ownProc(); err != nil {
			return nil, err
		}
		folder = fmt.Sprintf("/proc/%d", number)
		read = func(path string) ([]byte, error) { return c.readAll(c.Task, path, unix.O_RDONLY, "read") }
	}
	look := c.environ
	if t, ok := who.(*TaskValue); ok && t.Task.Parked() { // it is executing nothing
		look = func(folder string, read reader) ([]byte, error) { return read(folder + "/environ") }
	}
	text, err := look(folder, read)
	if pid, _ := task.PidOf(pidfd); pid == 0 {
		return nil, fmt.Errorf("process %d has ended: %w", number, unix.ESRCH)
	}
	return text, err
}

// A reader reads a file as somebody sees it.
type reader = func(path string) ([]byte, error)

// hostFile reads a file of another process. That may take for ever if the
// process has put there memory that somebody else fills in (userfaultfd, FUSE):
// who waits for it is left behind when the call is to end.
func (c *Call) hostFile(path string) (text []byte, err error) {
	type result struct {
		text []byte
		err  error
	}
	err = c.Block(func() error {
		done := make(chan result, 1)
		go func() {
			text, err := os.ReadFile(path)
			done <- result{text, err}
		}()
		select {
		case r := <-done:
			text = r.text
			return r.err
		case <-c.ctx.Done():
			return context.Cause(c.ctx)
		}
	})
	return text, err
}

// environ reads the environment in a folder of /proc. A process that executes a
// program has none for a moment.
func (c *Call) environ(folder string, read reader) (text []byte, err error) {
	const tries = 100 // of a millisecond: a kernel thread has none for good
	over := false
	for range tries {
		if text, err = read(folder + "/environ"); err != nil || len(text) > 0 || over {
			return text, err
		}
		stat, err := read(folder + "/stat")
		if err != nil {
			return text, err
		}
		if over = !executing(string(stat)); over {
			continue // it may have got one since
		}
		if err := c.Block(func() error { return pause(c.ctx) }); err != nil {
			return nil, err
		}
	}
	return text, nil
}

// executing tells from the text of /proc/PID/stat whether the process has no
// place for an environment, or still that of the task that made it: execve(2)
// lets the parent go on before it changes the memory, and then the name.
func executing(stat string) bool {
	const envEnd = 51 - 3 // the fields after the name start with the third
	end := strings.LastIndexByte(stat, ')')
	f := strings.Fields(stat[end+1:])
	return len(f) > envEnd && f[envEnd] == "0" || strings.HasSuffix(stat[:end+1], " ("+taskComm+")")
}
