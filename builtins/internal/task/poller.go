package task

import (
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// poller waits for all tasks of an engine in one goroutine.
type poller struct {
	epfd int
	stop int // an eventfd: time to end
	wg   sync.WaitGroup

	mu    sync.Mutex
	next  int32
	watch map[int32]watched
}

// watched is a task and which of its descriptors is waited for: the channel,
// or the pidfd, which becomes readable when the process ends.
type watched struct {
	task  *Task
	pidfd bool
}

const stopID = 0

func newPoller() (*poller, error) {
	epfd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	stop, err := unix.Eventfd(0, unix.EFD_CLOEXEC)
	if err != nil {
		unix.Close(epfd)
		return nil, os.NewSyscallError("eventfd", err)
	}
	p := &poller{epfd: epfd, stop: stop, watch: make(map[int32]watched)}
	if err := p.epollAdd(stop, stopID); err != nil {
		unix.Close(epfd)
		unix.Close(stop)
		return nil, err
	}
	p.wg.Go(p.loop)
	return p, nil
}

func (p *poller) epollAdd(fd int, id int32) error {
	ev := unix.EpollEvent{Events: unix.EPOLLIN, Fd: id}
	return os.NewSyscallError("epoll_ctl", unix.EpollCtl(p.epfd, unix.EPOLL_CTL_ADD, fd, &ev))
}

// add watches fd, which is t's channel or pidfd.
func (p *poller) add(w watched, fd int) error {
	p.mu.Lock()
	p.next++
	id := p.next
	p.watch[id] = w
	p.mu.Unlock()
	err := p.epollAdd(fd, id)
	if err != nil {
		p.remove(id)
	}
	return err
}

func (p *poller) remove(id int32) {
	p.mu.Lock()
	delete(p.watch, id)
	p.mu.Unlock()
}

func (p *poller) find(id int32) watched {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.watch[id]
}

// watchPidfd has exited called when the process ends.
func (t *Task) watchPidfd() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.pidfd < 0 || t.watched {
		return
	}
	t.watched = t.engine.poller.add(watched{t, true}, t.pidfd) == nil
}

func (p *poller) close() {
	unix.Write(p.stop, uint64Bytes(1))
	p.wg.Wait()
	unix.Close(p.epfd)
	unix.Close(p.stop)
}

func (p *poller) loop() {
	events := make([]unix.EpollEvent, 64)
	in := newInbox()
	for {
		n, err := unix.EpollWait(p.epfd, events, -1)
		if err != nil {
			continue // EINTR
		}
		for _, ev := range events[:n] {
			if ev.Fd == stopID {
				return
			}
			p.ready(ev.Fd, in)
		}
	}
}

func (p *poller) ready(id int32, in *inbox) {
	w := p.find(id)
	switch {
	case w.task == nil:
	case w.pidfd:
		p.drop(id, w.task, &w.task.pidfd)
		w.task.exited()
	case w.task.read(in):
		p.drop(id, w.task, &w.task.sock)
		w.task.hangUp()
	}
}

// drop stops watching a descriptor of t.
func (p *poller) drop(id int32, t *Task, fd *int) {
	p.remove(id)
	t.mu.Lock()
	defer t.mu.Unlock()
	if *fd >= 0 {
		unix.EpollCtl(p.epfd, unix.EPOLL_CTL_DEL, *fd, nil)
	}
}
