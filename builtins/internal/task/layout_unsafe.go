package task

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// layout writes a program into an arena. The steps come first, then the
// strings and structures that they point to.
type layout struct {
	arena
	cur   int // where the next memory is taken from
	step  int // where the next step goes
	full  bool
	lent  uint64 // address of the numbers of lent descriptors
	fails []int  // steps that go to the end of the program when they fail
	sock  int32  // the stub's end of the channel
	vecs  map[*[]string]uint64
}

const wordSize = 8

// alloc takes n bytes of memory and returns their offset.
func (l *layout) alloc(n int) int {
	at := (l.cur + wordSize - 1) &^ (wordSize - 1)
	if n < 0 || at+n > len(l.mem) {
		l.full = true
		return callsOffset // overwritten memory of a program that will not run
	}
	l.cur = at + n
	return at
}

func (l *layout) address(off int) uint64 { return l.base + uint64(off) }

func (l *layout) put64(off int, v uint64) { *(*uint64)(unsafe.Pointer(&l.mem[off])) = v }

// append puts one step at the end of the program.
func (l *layout) append(nr int64, args ...uint64) int {
	off := l.step
	l.step += int(callSize)
	if l.step > len(l.mem) {
		l.full = true
		l.step -= int(callSize)
		return off
	}
	c := call{nr: nr, ret: notRun}
	copy(c.args[:], args)
	*l.call(off) = c
	return off
}

// argAddress is the address of the ith argument of the step at off.
func (l *layout) argAddress(off, i int) uint64 {
	return l.address(off) + uint64(unsafe.Offsetof(call{}.args)) + uint64(i)*wordSize
}

func (l *layout) retAddress(off int) uint64 {
	return l.address(off) + uint64(unsafe.Offsetof(call{}.ret))
}

// source is the address of the 32 bits that a is to be read from when the
// program runs, or 0 when its value is known now.
func (l *layout) source(a Arg) uint64 {
	switch a.kind {
	case argRes:
		return l.retAddress(a.call.off)
	case argLent:
		return l.lent + 4*a.n
	}
	return 0
}

// value is what the argument is, as far as it is known before the program
// runs.
func (l *layout) value(a Arg) uint64 {
	switch a.kind {
	case argInt, argUint:
		return a.n
	case argStr:
		return l.bytes(a.s, 1)
	case argBuf:
		return l.buf(a.buf)
	case argVec:
		return l.vec(a.vec)
	case argArena:
		return l.base + a.n
	case argRetAt:
		return l.retAddress(a.call.off)
	case argLentAt:
		return l.lent + 4*a.n
	}
	return 0
}

// bytes copies s and appends zeros.
func (l *layout) bytes(s string, zeros int) uint64 {
	off := l.alloc(len(s) + zeros)
	if l.full {
		return 0
	}
	clear(l.mem[off+copy(l.mem[off:], s) : off+len(s)+zeros])
	return l.address(off)
}

// vec places an array of strings once, however many calls point to it.
func (l *layout) vec(v *[]string) uint64 {
	if at := l.vecs[v]; at != 0 {
		return at
	}
	off := l.alloc((len(*v) + 1) * wordSize)
	if l.full {
		return 0
	}
	for i, s := range *v {
		l.put64(off+i*wordSize, l.bytes(s, 1))
	}
	l.put64(off+len(*v)*wordSize, 0)
	if l.vecs == nil {
		l.vecs = make(map[*[]string]uint64)
	}
	l.vecs[v] = l.address(off)
	return l.address(off)
}

// buf places a buffer once, however many calls point to it.
func (l *layout) buf(b *Buf) uint64 {
	if b.addr != 0 {
		return b.addr
	}
	off := l.alloc(len(b.b))
	if l.full {
		return 0
	}
	b.addr = l.address(off)
	copy(l.mem[off:], b.b)
	for _, p := range b.ptrs {
		if src := l.source(p.arg); src != 0 {
			l.append(opMove, l.address(off+p.off), src)
			continue
		}
		l.put64(off+p.off, l.value(p.arg))
	}
	return b.addr
}

// program lays out p and returns false when it does not fit.
func (l *layout) program(p *Program) bool {
	steps := p.steps()
	l.step = callsOffset
	l.cur = callsOffset + steps*int(callSize)
	if l.cur > len(l.mem) {
		return false
	}
	l.receive(len(p.lent))
	for _, c := range p.calls {
		l.putCall(c, !c.may)
	}
	for i, t := range p.takes {
		l.send(i, t)
	}
	cleanup := l.address(l.step)
	for _, c := range p.finally {
		l.putCall(c, false)
	}
	for i := range p.lent {
		l.closeFrom(l.lent + 4*uint64(i))
	}
	for _, t := range p.takes {
		l.closeFrom(l.takeSource(t))
	}
	for _, c := range p.drops {
		l.closeFrom(l.retAddress(c.off))
	}
	l.append(opEnd)
	l.failTo(cleanup)
	l.childProgram(p)
	return !l.full
}

// failTo has the steps that were put since the last failTo go on at address
// when they fail.
func (l *layout) failTo(address uint64) {
	for _, off := range l.fails {
		l.call(off).fail = address
	}
	l.fails = l.fails[:0]
}

// childProgram puts what a CLONE_VFORK child of the task runs behind the
// task's own program.
func (l *layout) childProgram(p *Program) {
	if len(p.child) == 0 {
		return
	}
	start := l.address(l.step)
	for _, c := range p.child {
		l.putCall(c, !c.may)
		if c == p.childTake {
			l.send(len(p.takes), take{call: c})
		}
	}
	l.failTo(l.address(l.append(unix.SYS_EXIT_GROUP, 127)))
	for _, c := range p.calls {
		for i, a := range c.args {
			if a.kind == argChild {
				l.call(c.off).args[i] = start
			}
		}
	}
}

// receive prepares the header for a wake-up that brings n descriptors.
func (l *layout) receive(n int) {
	h := l.header()
	h.msg = unix.Msghdr{}
	h.iov = unix.Iovec{}
	*(*uint64)(unsafe.Pointer(&h.iov.Base)) = l.base + uint64(unsafe.Offsetof(h.wake))
	h.iov.SetLen(8)
	*(*uint64)(unsafe.Pointer(&h.msg.Iov)) = l.base + uint64(unsafe.Offsetof(h.iov))
	h.msg.SetIovlen(1)
	if n == 0 {
		return
	}
	off := l.alloc(unix.CmsgSpace(4 * n))
	*(*uint64)(unsafe.Pointer(&h.msg.Control)) = l.address(off)
	h.msg.SetControllen(unix.CmsgSpace(4 * n))
	l.lent = l.address(off + unix.CmsgLen(0))
}

// putCall appends the moves that a call needs, then the call.
func (l *layout) putCall(c *Call, stop bool) {
	var args [6]uint64
	for i, a := range c.args {
		args[i] = l.value(a) // may append moves into a buffer
	}
	moves := 0
	for _, a := range c.args {
		if l.source(a) != 0 {
			moves++
		}
	}
	off := l.step + moves*int(callSize)
	for i, a := range c.args {
		if src := l.source(a); src != 0 {
			l.append(opMove, l.argAddress(off, i), src)
		}
	}
	if l.full {
		return
	}
	l.append(int64(c.nr), args[:]...)
	c.off = off
	if stop {
		l.fails = append(l.fails, off)
	}
}

func (l *layout) takeSource(t take) uint64 {
	if t.buf != nil {
		return l.buf(t.buf) + uint64(t.off)
	}
	return l.retAddress(t.call.off)
}

// send appends a message with one descriptor; its four bytes of text say
// which of the program's it is.
func (l *layout) send(i int, t take) {
	control := l.alloc(unix.CmsgSpace(4))
	text := l.alloc(4)
	iov := l.alloc(int(unsafe.Sizeof(unix.Iovec{})))
	msg := l.alloc(int(unsafe.Sizeof(unix.Msghdr{})))
	if l.full {
		return
	}
	*(*uint32)(unsafe.Pointer(&l.mem[text])) = uint32(i)
	h := (*unix.Cmsghdr)(unsafe.Pointer(&l.mem[control]))
	h.Level, h.Type = unix.SOL_SOCKET, unix.SCM_RIGHTS
	h.SetLen(unix.CmsgLen(4))
	v := (*unix.Iovec)(unsafe.Pointer(&l.mem[iov]))
	v.SetLen(4)
	l.put64(iov, l.address(text))
	m := (*unix.Msghdr)(unsafe.Pointer(&l.mem[msg]))
	*m = unix.Msghdr{}
	m.SetIovlen(1)
	m.SetControllen(unix.CmsgSpace(4))
	l.put64(msg+int(unsafe.Offsetof(m.Iov)), l.address(iov))
	l.put64(msg+int(unsafe.Offsetof(m.Control)), l.address(control))
	l.append(opMove, l.address(control+unix.CmsgLen(0)), l.takeSource(t))
	l.append(unix.SYS_SENDMSG, uint64(l.sock), l.address(msg), unix.MSG_NOSIGNAL)
}

// closeFrom appends a close of the descriptor whose number is at src.
func (l *layout) closeFrom(src uint64) {
	l.append(opMove, l.argAddress(l.step+int(callSize), 0), src)
	l.append(unix.SYS_CLOSE)
}

// collect copies the results of p's calls and the contents of its buffers out
// of the arena.
func (l *layout) collect(p *Program) {
	for _, calls := range [...][]*Call{p.calls, p.child, p.finally} {
		for _, c := range calls {
			if c.off != 0 {
				c.result = l.call(c.off).ret
			}
			for _, a := range c.args {
				if a.kind == argBuf {
					l.collectBuf(a.buf)
				}
			}
		}
	}
}

func (l *layout) collectBuf(b *Buf) {
	if b.out && b.addr != 0 {
		copy(b.b, l.mem[b.addr-l.base:])
	}
	b.addr = 0
	for _, p := range b.ptrs {
		if p.arg.kind == argBuf {
			l.collectBuf(p.arg.buf)
		}
	}
}

// steps is an upper bound of the number of steps that p is laid out as.
func (p *Program) steps() int {
	n := 8 + 4*(len(p.takes)+1) + 2*len(p.lent) + 2*len(p.drops)
	for _, cs := range [][]*Call{p.calls, p.child, p.finally} {
		for _, c := range cs {
			n += 1 + len(c.args)
			for _, a := range c.args {
				n += a.moves()
			}
		}
	}
	return n
}

// moves is an upper bound of the steps that fill the buffer a points to.
func (a Arg) moves() (n int) {
	if a.kind != argBuf {
		return 0
	}
	for _, p := range a.buf.ptrs {
		n += 1 + p.arg.moves()
	}
	return n
}

// firstProgram lays out what a new task does before anything else. It is not
// sent: the task finds it at its birth.
func (t *Task) firstProgram(p *Program) *layout {
	h := t.arena.header()
	h.poll[0] = unix.PollFd{Fd: t.sockNum, Events: unix.POLLIN}
	h.poll[1] = unix.PollFd{Fd: t.sigfdNum, Events: unix.POLLIN}
	h.kin = -1
	l := &layout{arena: t.arena, sock: t.sockNum}
	if !l.program(p) {
		panic("task: the first program does not fit") // a constant, tested
	}
	t.arena.begin()
	t.first, t.firstLayout = p, l
	return l
}
