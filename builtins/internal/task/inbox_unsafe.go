package task

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// inbox is where messages are received. What is in them is the
// sender's word and nothing more.
type inbox struct {
	data []byte
	oob  []byte
}

func newInbox() *inbox {
	return &inbox{data: make([]byte, eventSize), oob: make([]byte, unix.CmsgSpace(4*2))}
}

// mostRead bounds how long one task can keep the poller busy.
const mostRead = 64

// read takes messages off the channel and returns true when it was closed.
//
// The poller does it whenever there is something to read, and perform when it
// expects descriptors, so as not to wait for the poller.
func (t *Task) read(in *inbox) (over bool) {
	t.reading.Lock()
	defer t.reading.Unlock()
	t.mu.Lock()
	sock := t.sock
	t.mu.Unlock()
	if sock < 0 {
		return true
	}
	for range mostRead {
		n, oobn, flags, _, err := unix.Recvmsg(sock, in.data, in.oob, unix.MSG_DONTWAIT|unix.MSG_CMSG_CLOEXEC)
		switch {
		case err == unix.EINTR, err == unix.ECONNRESET: // the latter comes before what was sent
			continue
		case err == unix.EAGAIN:
			return false
		case err != nil || n == 0 && oobn == 0:
			return true
		}
		t.message(in.data[:n], rights(in.oob[:oobn]), flags)
	}
	return false
}

// rights returns the descriptors that came with a message.
func rights(oob []byte) (fds []int) {
	cmsgs, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return nil
	}
	for _, c := range cmsgs {
		if got, err := unix.ParseUnixRights(&c); err == nil {
			fds = append(fds, got...)
		}
	}
	return fds
}

// message does what a message says: four bytes come with the descriptor of
// that number, eight are the sequence number of an answer, and a childEvent
// tells of a child. Anything else is dropped.
func (t *Task) message(data []byte, fds []int, flags int) {
	if len(data) == 4 && len(fds) == 0 && flags&unix.MSG_CTRUNC != 0 {
		fds = []int{noRoom}
	}
	if len(data) == 4 && len(fds) == 1 && t.take(*(*uint32)(unsafe.Pointer(&data[0])), fds[0]) {
		return
	}
	closeAll(fds)
	switch {
	case flags&unix.MSG_TRUNC != 0:
	case len(data) == 8:
		t.mail(*(*uint64)(unsafe.Pointer(&data[0])))
	case len(data) == int(eventSize):
		ev := *(*childEvent)(unsafe.Pointer(&data[0]))
		t.childChanged(int(ev.pid), unix.WaitStatus(ev.status), ev.rusage)
	}
}

// noRoom stands for a descriptor that was sent when the host could have no more.
const noRoom = -2

// take keeps a descriptor that the current program has asked for.
func (t *Task) take(i uint32, fd int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if uint64(i) >= uint64(len(t.taken)) || t.taken[i] >= 0 {
		return false
	}
	t.taken[i] = fd
	return true
}

// mail notes an answer.
func (t *Task) mail(seq uint64) {
	t.mu.Lock()
	t.answered = seq
	t.mu.Unlock()
	select {
	case t.answer <- struct{}{}:
	default:
	}
}
