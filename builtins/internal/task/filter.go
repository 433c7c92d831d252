package task

import (
	"context"
	"fmt"

	"golang.org/x/sys/unix"
)

// A Filter is a seccomp filter, seccomp(2).
type Filter struct {
	Code     []byte // struct sock_filter, one after the other
	Flags    uint64 // SECCOMP_FILTER_FLAG_…
	Text     string // how the flags are shown
	Listener int    // with NEW_LISTENER: where the host's descriptor is put; else -1
}

// call appends the system call that installs the filter.
func (f *Filter) call(p *Program) *Call {
	const insnSize = 8
	n := len(f.Code) / insnSize
	prog := NewBuf(append(uint64Bytes(uint64(n)), uint64Bytes(0)...)) // struct sock_fprog
	prog.Put(8, NewBuf(f.Code).Arg())
	return p.Call("seccomp", Flags(unix.SECCOMP_SET_MODE_FILTER, "SECCOMP_SET_MODE_FILTER"), Flags(f.Flags, f.Text),
		prog.Arg().As(fmt.Sprintf("{len=%d, filter=[…]}", n)))
}

func (f *Filter) listens() bool { return f.Flags&unix.SECCOMP_FILTER_FLAG_NEW_LISTENER != 0 }

// Filter puts t under a filter. Under one that forbids what Needs tells, t is
// lost.
func (t *Task) Filter(ctx context.Context, f *Filter) error {
	p := new(Program)
	c := f.call(p)
	if f.listens() {
		p.Take(c)
	}
	err := t.Do(ctx, p)
	if err == nil && f.listens() {
		f.Listener = p.taken[0]
	}
	return err
}

// A Need is a system call that the stub makes on its own account.
type Need struct {
	Nr   int
	Args [6]uint64 // as far as they are the same every time
}

// Needs are the calls without which t cannot do what the host tells it, nor
// tell of it: those of the stub, and those that each program ends with.
func (t *Task) Needs() []Need {
	sock, sigfd, header := uint64(t.sockNum), uint64(t.sigfdNum), t.arena.base
	needs := []Need{
		{sysPpoll, [6]uint64{header, 2}},
		{sysRecvmsg, [6]uint64{sock, header, msgCloexec}},
		{sysSendto, [6]uint64{sock, header, 8, msgNosignal}},
		{unix.SYS_SENDMSG, [6]uint64{sock, header, msgNosignal}},
		{sysFutex, [6]uint64{header, futexWake, 1}},
		{sysRead, [6]uint64{sigfd, header, 128}},
		{sysWait4, [6]uint64{1<<64 - 1, header, waitOptions, header}},
		{sysSigreturn, [6]uint64{}},
		{unix.SYS_CLOSE, [6]uint64{sock + 1}},
		{sysExitGroup, [6]uint64{}},
	}
	if asksCPU {
		needs = append(needs, Need{unix.SYS_GETCPU, [6]uint64{header}})
	}
	if t.parent == nil { // it ends what is left when the host dies
		needs = append(needs, Need{sysPread, [6]uint64{bornKin, header, kinSize}}, Need{sysKill, [6]uint64{1, uint64(sigkill)}})
	}
	return needs
}
