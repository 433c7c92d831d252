package builtins

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"nstar/builtins/internal/task"
)

// A job is a program of spawn, or a clone with a function, that was started at
// the prompt and that nobody has waited for: a prompt tells when it has ended.
type job struct {
	task *task.Task
	name string
}

// jobTable are the jobs of a session.
type jobTable struct {
	ended chan struct{} // gets a value when a job has ended; nil: nobody wants to know

	mu  sync.Mutex
	all []job // guarded by mu, in the order in which they were started
}

// WatchJobs has the session remember its jobs from now on, and returns a channel
// that has a value when EndedJobs may have something to tell. Call it once.
func (h *Host) WatchJobs() <-chan struct{} {
	h.jobs.mu.Lock()
	defer h.jobs.mu.Unlock()
	h.jobs.ended = make(chan struct{}, 1)
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
	h.jobs.all = slices.DeleteFunc(h.jobs.all, func(j job) bool {
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
	jobs := &c.Host.jobs
	if stateOf(c.Thread).current != c.Host.session {
		return
	}
	jobs.mu.Lock()
	defer jobs.mu.Unlock()
	if jobs.ended == nil {
		return
	}
	jobs.all = append(jobs.all, job{t, name})
	c.Host.clones.Go(func() {
		for {
			select {
			case sig := <-t.Stopped():
				c.Host.tellStopped(t, name, sig, otherSpawn)
				continue
			case <-t.Done():
				jobs.ring()
			case <-c.Host.ctx.Done():
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

// take removes the job that t is: somebody waits for it. putBack undoes that.
func (s *jobTable) take(t *task.Task) (putBack func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.all, func(j job) bool { return j.task == t })
	if i < 0 {
		return func() {}
	}
	j := s.all[i]
	s.all = slices.Delete(s.all, i, i+1)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.all = append(s.all, j)
		if ended(t) {
			s.ring()
		}
	}
}

// jobName is a command line in a few characters.
func jobName(argv []string) string { return short(strings.Join(argv, " ")) }
