package task

import (
	"fmt"
	"strings"

	"golang.org/x/sys/unix"
)

// A Program is a sequence of system calls that a task makes in one go. The
// zero Program is empty. Build it with Call, run it with Task.Do, then read
// the results from the calls. The calls are made in order until one fails.
type Program struct {
	calls     []*Call
	lent      []int   // host descriptors sent along
	takes     []take  // descriptors that come back
	drops     []*Call // descriptors that are closed in the end
	taken     []int
	child     []*Call // what a CLONE_VFORK child runs; see Spawn
	childTake *Call   // of these, the one that returns a descriptor for the host; nil: none
	replaces  bool    // a closed channel may be a success: see Exec
	finally   []*Call // made at the end, also after a failure; errors are ignored
	familiar  bool
	followed  bool  // see Followed
	moves     bool  // it may give the task another PID namespace for its children
	alters    bool  // it may change who the task is, or whether it is dumpable
	err       error // the first argument that cannot be passed
}

// A Call is one system call of a Program.
type Call struct {
	name   string
	nr     int
	args   []Arg
	may    bool
	quiet  bool // the engine's own: not traced
	off    int  // where it is in the arena; 0: not yet there
	result int64
}

// Arg is an argument of a system call.
type Arg struct {
	kind argKind
	n    uint64
	s    string
	buf  *Buf
	vec  *[]string
	call *Call
	text string // as shown; "" is derived

	later func() string // makes text
}

type argKind uint8

const (
	argInt    argKind = iota // n
	argUint                  // n
	argStr                   // s, NUL-terminated
	argBuf                   // address of buf
	argVec                   // array of pointers to strings, NULL-terminated
	argRes                   // result of call, 32 bits
	argLent                  // number of the nth lent descriptor
	argArena                 // address of a byte of the arena: n
	argChild                 // address of the child's first call
	argRetAt                 // address of the result of call
	argLentAt                // address of the number of the nth lent descriptor
)

// Int is an integer argument.
func Int(n int) Arg { return Arg{kind: argInt, n: uint64(n)} }

// Uint is an integer argument without a sign.
func Uint(n uint64) Arg { return Arg{kind: argUint, n: n} }

// Flags is an integer argument that is shown as text.
func Flags(n uint64, text string) Arg { return Arg{kind: argUint, n: n, text: text} }

// Null is the null pointer.
var Null = Arg{kind: argUint, text: "NULL"}

// Str is a pointer to a string. A string with a NUL in it cannot be passed:
// Task.Do refuses it.
func Str(s string) Arg { return Arg{kind: argStr, s: s} }

// Bytes is a pointer to bytes that the call reads.
func Bytes(b []byte) Arg { return NewBuf(b).Arg() }

// Out is a pointer to bytes that the call writes: b is filled when the program
// is over.
func Out(b []byte) Arg { return (&Buf{b: b, out: true}).Arg() }

// Vec is an argv or envp: an array of pointers to strings.
func Vec(v []string) Arg { return Arg{kind: argVec, vec: &v} }

// Res is the result of an earlier call of the same program, of which the
// lower 32 bits are passed: enough for a descriptor or a pid.
func Res(c *Call) Arg { return Arg{kind: argRes, call: c} }

// As returns the argument with another text to be shown in traces and errors.
func (a Arg) As(text string) Arg { a.text, a.later = text, nil; return a }

// AsLater is As with a text that is made when it is shown, which most never are.
func (a Arg) AsLater(text func() string) Arg { a.later = text; return a }

// Buf is memory of a program that calls may read and write, and that may hold
// pointers.
type Buf struct {
	b    []byte
	out  bool
	ptrs []pointer
	addr uint64 // set while the program is laid out
}

type pointer struct {
	off int
	arg Arg
}

// NewBuf returns a buffer with the contents b.
func NewBuf(b []byte) *Buf { return &Buf{b: b} }

// Arg is a pointer to the buffer.
func (b *Buf) Arg() Arg { return Arg{kind: argBuf, buf: b} }

// Put has the value of a stored at off when the program is laid out: eight
// bytes for a pointer or an integer, four for a descriptor (Lend, Res).
func (b *Buf) Put(off int, a Arg) { b.ptrs = append(b.ptrs, pointer{off, a}) }

// Call appends a system call by its name in the manual.
func (p *Program) Call(name string, args ...Arg) *Call {
	nr, ok := sysNumber(name)
	if !ok && p.err == nil {
		p.err = &Error{Name: name, Text: name + "()", Errno: unix.ENOSYS}
	}
	p.guard(name)
	p.moves = p.moves || movesChildren(name, args)
	return p.add(&Call{name: name, nr: nr, args: args, result: notRun})
}

// guard notes which calls alter the task, and adds what keeps it safe around
// some. One that joins a
// namespace may meet strangers there, who must not be able to ptrace it. A
// change of credentials clears PR_SET_PDEATHSIG, which is set anew.
func (p *Program) guard(name string) {
	switch name {
	case "prctl":
		p.alters = true
		return
	case "setns":
		if p.familiar {
			break
		}
		p.add(sysCall("prctl", Int(unix.PR_SET_DUMPABLE), Int(0)))
	case "unshare", "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid",
		"setfsuid", "setfsgid", "capset":
	default:
		return
	}
	p.alters = true
	if len(p.finally) == 0 {
		p.finally = []*Call{sysCall("prctl", Int(unix.PR_SET_PDEATHSIG), Int(int(wakeSignal)))}
	}
}

func (p *Program) add(c *Call) *Call {
	for _, a := range c.args {
		if p.err == nil {
			p.err = a.check(c.name)
		}
	}
	p.calls = append(p.calls, c)
	return c
}

// sysCall is a call of the engine's own.
func sysCall(name string, args ...Arg) *Call {
	nr, _ := sysNumber(name)
	return &Call{name: name, nr: nr, args: args, quiet: true, result: notRun}
}

// move has the 32 bits at source copied to address when its turn has come.
func (p *Program) move(address uint64, source Arg) {
	p.calls = append(p.calls, &Call{nr: opMove, args: []Arg{Uint(address), source}, quiet: true, result: notRun})
}

func (a Arg) check(name string) error {
	strs := []string{a.s}
	if a.kind == argVec {
		strs = *a.vec
	}
	for _, s := range strs {
		if i := strings.IndexByte(s, 0); i >= 0 {
			return fmt.Errorf("%s: %s has a NUL at byte %d: the kernel would not see the rest", name, quote(s), i)
		}
	}
	return nil
}

// Lend sends the host's descriptor fd along and returns its number in the
// task, where it is closed when the program is over.
func (p *Program) Lend(fd int) Arg {
	p.lent = append(p.lent, fd)
	return Arg{kind: argLent, n: uint64(len(p.lent) - 1), text: "fd"}
}

// A take is a descriptor that the task sends to the host: the result of a
// call or, where buf is set, the int at off in it.
type take struct {
	call *Call
	buf  *Buf
	off  int
}

// Take has the descriptor that c returns sent to the host, and closed in the
// task.
func (p *Program) Take(c *Call) { p.takes = append(p.takes, take{call: c}) }

// TakeBuf does so with a descriptor that a call stores at off in b.
func (p *Program) TakeBuf(b *Buf, off int) { p.takes = append(p.takes, take{buf: b, off: off}) }

// comes is how many descriptors the program sends to the host.
func (p *Program) comes() int {
	if p.childTake != nil {
		return len(p.takes) + 1
	}
	return len(p.takes)
}

// Drop has the descriptor that c returns closed in the task when the program
// is over.
func (p *Program) Drop(c *Call) { p.drops = append(p.drops, c) }

// Followed says that the next program is being put together while this one is run.
func (p *Program) Followed() { p.followed = true }

// Familiar says that the namespaces that the program joins bring no strangers
// within reach of the task: it stays dumpable. It is to be called before Call.
func (p *Program) Familiar() { p.familiar = true }

// Quiet keeps the program out of the trace: the script did not ask for it.
func (p *Program) Quiet() {
	for _, c := range p.calls {
		c.quiet = true
	}
}

// Taken returns the host's descriptors in the order of Take, -1 for those of
// calls that failed. They are close-on-exec and the caller's to close.
func (p *Program) Taken() []int { return p.taken }

// May lets the program go on when c fails.
func (c *Call) May() *Call { c.may = true; return c }

// Optional tells whether the program goes on when c fails.
func (c *Call) Optional() bool { return c.may }

func (c *Call) hide() *Call { c.quiet = true; return c }

// Ran tells whether the call was made.
func (c *Call) Ran() bool { return c.result != notRun }

// Result is what the call returned: -1 if it failed or was not made.
func (c *Call) Result() int64 {
	if c.result < 0 {
		return -1
	}
	return c.result
}

// Failed tells whether the call is why its program has stopped.
func (c *Call) Failed() bool { return c.Errno() != 0 && !c.may }

// Errno is the error that the call failed with, or 0.
func (c *Call) Errno() unix.Errno {
	if c.result < 0 && c.result > -4096 {
		return unix.Errno(-c.result)
	}
	return 0
}
