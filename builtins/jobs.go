package builtins

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"nstar/builtins/internal/task"
)

// A job is a program of spawn, or a clone with a function, that was started at
// the prompt and that nobody has waited for: a prompt tells when it has ended.
type job struct {
	task    *task.Task
	name    string
	unwatch func() // after it nothing but the caller takes what task.Stopped yields
}

// jobTable are the jobs of a session.
type jobTable struct {
	ended chan struct{} // gets a value when a job has ended; nil: nobody wants to know

	mu  sync.Mutex
	all []*job // guarded by mu, in the order in which they were started
}

// WatchJobs has the session remember its jobs from now on, and returns a channel
// that has a value when EndedJobs may have something to tell.
func (h *Host) WatchJobs() <-chan struct{} {
	h.jobs.mu.Lock()
	defer h.jobs.mu.Unlock()
	if h.jobs.ended == nil {
		h.jobs.ended = make(chan struct{}, 1)
	}
	return h.jobs.ended
}

// watched tells whether WatchJobs was called.
func (s *jobTable) watched() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ended != nil
}

// EndedJobs returns a line for each job that has ended since the last time.
func (h *Host) EndedJobs() []string {
	h.jobs.mu.Lock()
	defer h.jobs.mu.Unlock()
	var lines []string
	h.jobs.all = slices.DeleteFunc(h.jobs.all, func(j *job) bool {
		if !ended(j.task) {
			return false
		}
		status := &StatusValue{Pid: j.task.Pid(), Status: j.task.Status()}
		lines = append(lines, fmt.Sprintf("[%d] %s: %s", j.task.Pid(), j.name, status))
		return true
	})
	return lines
}

// begun makes t a job, if it was started by the session's own thread: what the
// function of a clone starts is the affair of that.
func (c *Call) begun(t *task.Task, name string) {
	if stateOf(c.Thread).current == c.Host.session && c.Host.jobs.watched() {
		c.Host.watchJob(t, name)
	}
}

// watchJob adds a job, and has somebody look at it.
func (h *Host) watchJob(t *task.Task, name string) {
	ctx, cancel := context.WithCancel(h.ctx)
	over := make(chan struct{})
	h.jobs.mu.Lock()
	defer h.jobs.mu.Unlock()
	h.jobs.all = append(h.jobs.all, &job{t, name, func() { cancel(); <-over }})
	h.clones.Go(func() {
		defer close(over)
		defer cancel()
		for {
			select {
			case sig := <-t.Stopped():
				h.tellStopped(t, name, sig, otherSpawn)
				continue
			case <-t.Done():
				h.jobs.ring()
			case <-ctx.Done():
			}
			return
		}
	})
}

// ring has the prompt look at the jobs.
func (s *jobTable) ring() {
	select {
	case s.ended <- struct{}{}:
	default:
	}
}

// take removes the job that t is, and returns it: somebody waits for it. It is nil if
// t is none.
func (s *jobTable) take(t *task.Task) *job {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.all, func(j *job) bool { return j.task == t })
	if i < 0 {
		return nil
	}
	j := s.all[i]
	s.all = slices.Delete(s.all, i, i+1)
	return j
}

// jobName is a command line in a few characters.
func jobName(argv []string) string { return short(strings.Join(argv, " ")) }
