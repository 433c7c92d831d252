package builtins

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

var _ = def(Builtin{
	Sig:   "timens_offsets(monotonic=None, boottime=None, *, task=None)",
	Shelf: "namespaces",
	Page:  "time_namespaces(7)",
	Like:  "unshare -T --boottime SECONDS",
	Doc: `Shifts the clocks of the time namespace that the task's children will be in.

The offsets are in seconds, and may be negative or have a fraction. They can be
set after unshare(CLONE_NEWTIME) and before the first process is in the
namespace. Without arguments it returns them.`,
	Example: `
>>> unshare(CLONE_NEWTIME)
>>> timens_offsets(boottime=86400)
>>> timens_offsets()
{"monotonic": 0.0, "boottime": 86400.0}
>>> def uptime():
...     return float(read_file("/proc/uptime").split()[0])
...
>>> clone().call(uptime) - uptime() > 86300
True
`,
	Func: func(c *Call) (starlark.Value, error) {
		var values [2]starlark.Value
		if err := c.Args(&values[0], &values[1]); err != nil {
			return nil, err
		}
		text := ""
		for i, clock := range timensClocks {
			if values[i] == starlark.None {
				continue
			}
			var seconds float64
			if err := unpack(clock, values[i], &seconds); err != nil {
				return nil, err
			}
			if math.Abs(seconds) > 1e10 || math.IsNaN(seconds) {
				return nil, BadValue(clock, "less than 1e10 seconds", values[i])
			}
			whole := math.Floor(seconds)
			text += fmt.Sprintf("%s %d %d\n", clock, int64(whole), int64((seconds-whole)*1e9))
		}
		if text == "" {
			return c.readOffsets()
		}
		_, err := c.ownProcFile("timens_offsets", text)
		return starlark.None, err
	},
})

// timensClocks are the names in /proc/PID/timens_offsets.
var timensClocks = [2]string{"monotonic", "boottime"}

func (c *Call) readOffsets() (starlark.Value, error) {
	text, err := c.ownProcFile("timens_offsets", "")
	if err != nil {
		return nil, err
	}
	d := starlark.NewDict(2)
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) != 3 {
			continue
		}
		s, _ := strconv.ParseFloat(f[1], 64)
		ns, _ := strconv.ParseFloat(f[2], 64)
		if err := d.SetKey(starlark.String(f[0]), starlark.Float(s+ns/1e9)); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// ownProcFile has the task read a file of its own /proc/PID, or write text to
// it, by the host's /proc: the task may have none that shows it.
func (c *Call) ownProcFile(file, text string) (string, error) {
	proc, err := openProc()
	if err != nil {
		return "", err
	}
	defer unix.Close(proc)
	if text != "" {
		undo, err := c.makeDumpable(c.Task)
		if err != nil {
			return "", err
		}
		defer undo()
	}
	var p task.Program
	open := func(flags uint64, shown string) *task.Call {
		fd := p.Call("openat", p.Lend(proc).As("/proc"), task.Str(fmt.Sprintf("%d/%s", c.Task.Pid(), file)),
			task.Flags(flags|unix.O_CLOEXEC, shown+"|O_CLOEXEC"))
		p.Drop(fd)
		return fd
	}
	if text != "" {
		p.Call("write", task.Res(open(unix.O_WRONLY, "O_WRONLY")), task.Bytes([]byte(text)), task.Int(len(text)))
		return "", c.Do(&p)
	}
	buf := make([]byte, 64<<10)
	n := p.Call("read", task.Res(open(unix.O_RDONLY, "O_RDONLY")), task.Out(buf), task.Int(len(buf)))
	if err := c.Do(&p); err != nil {
		return "", err
	}
	return string(buf[:n.Result()]), nil
}
