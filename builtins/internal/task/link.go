package task

import (
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// A link is what connects the host and one task: an arena and a channel, both
// halves of each.
type link struct {
	sock int
	mem  []byte
	far  far
}

// far is the other side's half of what a task is connected by.
type far struct{ sock, mem int }

func (f *far) close() {
	unix.Close(f.sock)
	unix.Close(f.mem)
}

func newLink() (*link, error) {
	mem, err := arenaMemory()
	if err != nil {
		return nil, err
	}
	socks, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		unix.Close(mem)
		return nil, os.NewSyscallError("socketpair", err)
	}
	l := &link{sock: socks[0], far: far{sock: socks[1], mem: mem}}
	l.mem, err = unix.Mmap(mem, 0, arenaSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		l.close()
		return nil, os.NewSyscallError("mmap", err)
	}
	return l, nil
}

func (l *link) close() {
	unix.Close(l.sock)
	l.far.close()
	if l.mem != nil {
		unix.Munmap(l.mem)
	}
}

// arenaMemory makes the memory of an arena. Its size is sealed: whoever could
// shrink it would have the host killed by SIGBUS at its next look.
func arenaMemory() (int, error) {
	flags := unix.MFD_CLOEXEC | unix.MFD_ALLOW_SEALING
	mem, err := unix.MemfdCreate("nstar-arena", flags|unix.MFD_NOEXEC_SEAL)
	if err == unix.EINVAL { // before Linux 6.3
		mem, err = unix.MemfdCreate("nstar-arena", flags)
	}
	if err != nil {
		return -1, os.NewSyscallError("memfd_create", err)
	}
	if err = unix.Ftruncate(mem, arenaSize); err == nil {
		_, err = unix.FcntlInt(uintptr(mem), unix.F_ADD_SEALS, unix.F_SEAL_SHRINK|unix.F_SEAL_GROW|unix.F_SEAL_SEAL)
	}
	if err != nil {
		unix.Close(mem)
		return -1, os.NewSyscallError("memfd", err)
	}
	return mem, nil
}

// spareLink is made while the host has nothing to do but to wait, for the task that
// comes next.
type spareLink struct {
	mu     sync.Mutex
	link   *link
	closed bool
}

// take returns the spare link, or a new one.
func (s *spareLink) take() (*link, error) {
	s.mu.Lock()
	l := s.link
	s.link = nil
	s.mu.Unlock()
	if l != nil {
		return l, nil
	}
	return newLink()
}

// fill makes a link, if there is none and if it can be made.
func (s *spareLink) fill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link != nil || s.closed {
		return
	}
	l, err := newLink()
	if err != nil {
		return // whoever needs one will see
	}
	const touched = 8 << 10 // by most first programs
	for i := 0; i < touched; i += os.Getpagesize() {
		l.mem[i] = 0
	}
	s.link = l
}

// close lets go of the spare link; there will be none after.
func (s *spareLink) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if s.link != nil {
		s.link.close()
		s.link = nil
	}
}
