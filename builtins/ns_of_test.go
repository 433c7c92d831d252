package builtins

import (
	"errors"
	"os"
	"os/exec"
	"testing"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// TestNamespacesInProc holds what is asked of /proc, for kernels whose pidfds
// open no namespaces, against what the pidfd says. When the process has been
// waited for, what was read there counts for nothing.
func TestNamespacesInProc(t *testing.T) {
	t.Parallel()
	h, _ := session(t)
	err := h.Run(t.Context(), "test", func(thread *starlark.Thread) error {
		_, err := starlark.Call(thread, newBuiltin(Builtin{Sig: "both(pid, *, task=None)", Func: func(c *Call) (starlark.Value, error) {
			pidfd, err := c.pidfd("pid", c.Arg("pid"))
			if err != nil {
				return nil, err
			}
			defer unix.Close(pidfd)
			find := func(p *task.Program) (task.Arg, string) { return p.Lend(pidfd), "/proc/self" }
			a, err := c.namespacesOf(c.Task, find)
			if err != nil {
				return nil, err
			}
			b, err := c.namespacesIn(c.Task, find)
			if err != nil {
				return nil, err
			}
			if same, err := starlark.Equal(a, b); err != nil || !same {
				t.Errorf("%s is not %s (%v)", b, a, err)
			}
			gone, err := goneProcess()
			if err != nil {
				return nil, err
			}
			defer unix.Close(gone)
			_, err = c.namespacesIn(c.Task, func(p *task.Program) (task.Arg, string) { return p.Lend(gone), "/proc/self" })
			if !errors.Is(err, unix.ESRCH) {
				t.Errorf("of a process that is gone: %v", err)
			}
			return nil, nil
		}}).value(), starlark.Tuple{starlark.MakeInt(os.Getpid())}, nil)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// goneProcess returns a pidfd of a process that has been waited for.
func goneProcess() (pidfd int, err error) {
	cmd := exec.Command("/bin/cat")
	in, err := cmd.StdinPipe()
	if err != nil {
		return -1, err
	}
	if err := cmd.Start(); err != nil {
		return -1, err
	}
	pidfd, err = unix.PidfdOpen(cmd.Process.Pid, 0)
	in.Close()
	return pidfd, errors.Join(err, cmd.Wait())
}
