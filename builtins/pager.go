package builtins

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"
)

var _ = def(Builtin{
	Sig:   "page(value)",
	Shelf: "language",
	Page:  "less(1)",
	Like:  "… | less",
	Doc: `Shows a value in a pager, all of it: environ["PAGER"] or less.

A string is shown as text, any other value as the prompt shows it. The pager
runs beside nstar, not in the task, and has the terminal meanwhile. Where there
is no terminal, the value is printed.`,
	Example: `
>>> page(list(range(3)))
[0, 1, 2]
>>> page("a\tb")
a	b
`,
	Func: func(c *Call) (starlark.Value, error) {
		var v starlark.Value
		if err := c.Args(&v); err != nil {
			return nil, err
		}
		view := ViewOf(os.Stdout, c.Host.getenv)
		view.All = true
		terminal := c.lendTerminal()
		if terminal == nil {
			view.Width, view.Colour = 80, false
		}
		text, isText := starlark.AsString(v)
		if !isText {
			text = c.Host.Show(c.Thread, v, view)
		} else if !strings.HasSuffix(text, "\n") {
			text += "\n"
		}
		if terminal == nil {
			return starlark.None, c.Host.write(c.ctx, text)
		}
		pager := c.Host.getenv("PAGER")
		env, err := c.Host.Environ()
		if err != nil {
			terminal.end(false)
			return nil, err
		}
		if c.Host.getenv("LESS") == "" {
			env = append(env, "LESS=FRX") // stay on the screen, show colours, be no page if it is short
		}
		err = c.Block(func() error { return terminal.page(c.ctx, pager, env, text) })
		return starlark.None, err
	},
})

// getenv is a variable of the script's environ, "" if it has none.
func (h *Host) getenv(name string) string {
	v, _, _ := h.environ.Get(starlark.String(name))
	text, _ := starlark.AsString(v)
	return text
}

// page runs the pager in the foreground until it ends. When ctx does, it is told to.
func (l *lentTerminal) page(ctx context.Context, pager string, env []string, text string) error {
	failed := true
	defer func() { l.end(failed) }()
	if pager == "" {
		pager = "command -v less >/dev/null && exec less; exec more"
	}
	cmd := exec.Command("/bin/sh", "-c", pager)
	cmd.Env = env
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Foreground: true, Ctty: keyboard}
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		in.Close()
		return err
	}
	go func() { // the pager may end before it has read all
		_, _ = in.Write([]byte(text))
		in.Close()
	}()
	defer context.AfterFunc(ctx, func() { _ = unix.Kill(-cmd.Process.Pid, unix.SIGTERM) })()
	l.stops(cmd.Process.Pid)
	err = cmd.Wait()
	failed = err != nil
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case failed:
		return fmt.Errorf("the pager: %w", err)
	}
	return nil
}

// stops waits until a process has ended, without taking its status, and stops
// nstar with it as often as it is stopped.
func (l *lentTerminal) stops(pid int) {
	for {
		var info unix.Siginfo
		err := unix.Waitid(unix.P_PID, pid, &info, unix.WEXITED|unix.WSTOPPED|unix.WNOWAIT|unix.WALL, nil)
		switch {
		case err == unix.EINTR:
		case err != nil || info.Code != cldStopped:
			return
		default:
			_ = unix.Waitid(unix.P_PID, pid, &info, unix.WSTOPPED|unix.WALL, nil) // the stop has been seen
			l.groupStopped(pid)
		}
	}
}

const cldStopped = 5 // CLD_STOPPED
