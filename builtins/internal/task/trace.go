package task

import "fmt"

// traceProgram shows the calls of p that were made, each as strace(1) would.
func (t *Task) traceProgram(p *Program) {
	f := t.engine.trace.Load()
	if f == nil {
		return
	}
	pid := t.pid
	for _, c := range p.calls {
		if c.quiet || !c.Ran() {
			continue
		}
		(*f)(fmt.Sprintf("[%d] %s", pid, c.traced()))
		if c.name == "clone3" && len(p.child) > 0 && c.result > 0 {
			t.traceChild(*f, int(c.result), p.child)
		}
	}
}

// traceChild shows what the child of a Spawn did. A call that does not return
// was successful if it is execve.
func (t *Task) traceChild(f func(string), pid int, calls []*Call) {
	for _, c := range calls {
		switch {
		case c.quiet:
		case c.Ran():
			f(fmt.Sprintf("[%d] %s", pid, c.traced()))
		case c.name == "execve":
			f(fmt.Sprintf("[%d] %s = 0", pid, c))
			return
		}
	}
}

func (c *Call) traced() string {
	if e := c.Errno(); e != 0 {
		return fmt.Sprintf("%s = -1 %s (%s)", c, ErrnoName(e), e)
	}
	return fmt.Sprintf("%s = %d", c, c.result)
}
