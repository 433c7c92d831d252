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

The offsets are in seconds, and may be negative or have a fraction; (seconds,
nanoseconds) is exact, also where a number with a fraction is not. They can be
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
			s, ns, err := clockOffset(clock, values[i])
			if err != nil {
				return nil, err
			}
			text += fmt.Sprintf("%s %d %d\n", clock, s, ns)
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

// clockOffset is an offset in seconds, or in seconds and nanoseconds, of which
// there are from 0 to 999999999 in what it returns.
func clockOffset(name string, v starlark.Value) (s, ns int64, err error) {
	const most = 1e10
	if pair, ok := v.(starlark.Tuple); ok && len(pair) == 2 {
		if err := unpackInt(name+"[0]", pair[0], -most, most, func(n int64) { s = n }); err != nil {
			return 0, 0, err
		}
		err := unpackInt(name+"[1]", pair[1], 0, 1e9-1, func(n int64) { ns = n })
		return s, ns, err
	}
	seconds, ok := starlark.AsFloat(v)
	if !ok {
		return 0, 0, BadValue(name, "a number, or (seconds, nanoseconds)", v)
	}
	if math.Abs(seconds) > most || math.IsNaN(seconds) {
		return 0, 0, BadValue(name, "less than 1e10 seconds", v)
	}
	whole := math.Floor(seconds)
	if ns = int64(math.Round((seconds - whole) * 1e9)); ns == 1e9 {
		whole, ns = whole+1, 0
	}
	return int64(whole), ns, nil
}

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
	var p task.Program
	if text != "" {
		var dump dumping
		dump.make(&p)
		defer dump.undo(c, c.Task)
	}
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
