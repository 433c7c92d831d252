package task

import (
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// poller waits for all tasks of an engine in one goroutine. Its epoll instance
// is itself waited for by the Go runtime, so that whoever is woken by what was
// read runs next, on the same thread.
type poller struct {
	file *os.File // the epoll instance
	epfd int
	wg   sync.WaitGroup

	mu     sync.Mutex
	closed bool
	next   int32
	watch  map[int32]watched
}

// watched is a task and which of its descriptors is waited for: the channel,
// or the pidfd, which becomes readable when the process ends.
type watched struct {
	task  *Task
	pidfd bool
}

func newPoller() (*poller, error) {
	epfd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err == nil {
		err = unix.SetNonblock(epfd, true) // asks os.NewFile to use the runtime's poller
	}
	if err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	p := &poller{file: os.NewFile(uintptr(epfd), "epoll"), epfd: epfd, watch: make(map[int32]watched)}
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
	defer p.mu.Unlock()
	if p.closed { // the number may be another file's by now
		return ErrClosed
	}
	p.next++
	p.watch[p.next] = w
	err := p.epollAdd(fd, p.next)
	if err != nil {
		delete(p.watch, p.next)
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

// close ends the goroutine and waits for it.
func (p *poller) close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.file.Close()
	p.wg.Wait()
}

func (p *poller) loop() {
	conn, err := p.file.SyscallConn()
	if err != nil {
		return
	}
	events := make([]unix.EpollEvent, 64)
	in := newInbox()
	for {
		n := 0
		err := conn.Read(func(fd uintptr) bool {
			n, _ = unix.EpollWait(int(fd), events, 0)
			return n > 0
		})
		if err != nil {
			return // closed
		}
		for _, ev := range events[:n] {
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
