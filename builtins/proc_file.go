package builtins

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// A procWriter writes files of /proc/PID of one task as a member of the user
// namespace that is the parent of the task's own, as user_namespaces(7) asks
// of whoever writes an id map.
type procWriter struct {
	c     *Call
	t     *task.Task
	actor *task.Task // who writes; nil is the host
	proc  int        // the host's /proc, lent to the actor
	close func()
	dump  dumping
}

// mapWriter finds someone who may write the maps of t: the host, or a task
// that is in the right user namespace, or a new one that goes there.
func (c *Call) mapWriter(t *task.Task) (*procWriter, error) {
	proc, err := openProc()
	if err != nil {
		return nil, err
	}
	w := &procWriter{c: c, t: t, proc: proc}
	w.close = func() {
		w.dump.undo(c, t)
		unix.Close(proc)
	}
	if w.hostIsThere() {
		return w, nil
	}
	parent, err := w.parentUserns()
	if err != nil {
		w.close()
		return nil, err
	}
	if parent == nil {
		return w, nil // the kernel will say why not
	}
	defer parent.close()
	host, err := c.Host.hostUserns()
	if err == nil && host == parent.held.id {
		return w, nil
	}
	for a := t.Parent(); a != nil; a = a.Parent() {
		if user, err := c.userns(a); err == nil && user.held.id == parent.held.id {
			user.close()
			w.actor = a
			return w, nil
		}
	}
	if err := w.visit(parent); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// hostIsThere tells whether the host can be seen to be in the right user
// namespace without asking the task anything, which takes much longer.
func (w *procWriter) hostIsThere() bool {
	if !w.t.Pristine() {
		return false // it may have to be made dumpable first
	}
	var parent nsKey
	err := w.t.Pidfd(func(pidfd int) error {
		user, err := unix.IoctlRetInt(pidfd, unix.PIDFD_GET_USER_NAMESPACE)
		if err != nil {
			return err
		}
		defer unix.Close(user)
		fd, err := unix.IoctlRetInt(user, unix.NS_GET_PARENT)
		if err != nil {
			return err
		}
		parent, _ = nsKeyOf(fd)
		return nil
	})
	host, hostErr := w.c.Host.hostUserns()
	return err == nil && hostErr == nil && parent == host
}

// openProc opens a proc that shows the processes of the host's own PID namespace.
func openProc() (fd int, err error) {
	root, err := task.ProcRoot()
	if err != nil {
		return -1, err
	}
	fd, err = unix.Open(root, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, hostError("open", err, `open("/proc", O_PATH)`)
	}
	var st unix.Statfs_t
	if err := unix.Fstatfs(fd, &st); err != nil || st.Type != unix.PROC_SUPER_MAGIC {
		unix.Close(fd)
		return -1, errors.New("no proc is mounted on /proc where nstar runs, and this can be done there only")
	}
	return fd, nil
}

// visit makes a task that joins ns and acts there until the writer is closed.
// The shell may be in a user namespace below by now, and may not go back; who
// was told nothing yet is where the host is.
func (w *procWriter) visit(ns *Namespace) error {
	engine := w.c.Host.engine
	err := w.visitFrom(engine, ns)
	if !errors.Is(err, unix.EPERM) {
		return err
	}
	engine = task.New(task.Options{})
	if err = w.visitFrom(engine, ns); err != nil {
		engine.Close()
		return err
	}
	visitor := w.close
	w.close = func() { visitor(); engine.Close() }
	return nil
}

func (w *procWriter) visitFrom(engine *task.Engine, ns *Namespace) error {
	return w.c.Block(func() error {
		shell, err := engine.Shell(w.c.ctx)
		if err != nil {
			return err
		}
		a, err := shell.Clone(w.c.ctx, task.CloneOptions{})
		if err != nil {
			return err
		}
		err = ns.use(func(fd int) error {
			var p task.Program
			p.Call("setns", p.Lend(fd).As(ns.String()), task.Flags(unix.CLONE_NEWUSER, "CLONE_NEWUSER"))
			return a.Do(w.c.ctx, &p)
		})
		if err != nil {
			a.Close()
			return err
		}
		proc := w.close
		w.actor, w.close = a, func() { a.Close(); proc() }
		return nil
	})
}

// userns is the user namespace that t is a member of.
func (c *Call) userns(t *task.Task) (*Namespace, error) { return c.usernsAfter(t, &task.Program{}) }

// usernsAfter has t make the calls of p first.
func (c *Call) usernsAfter(t *task.Task, first *task.Program) (*Namespace, error) {
	if !t.Parked() {
		return nil, &task.Dead{Pid: t.Pid(), Program: true}
	}
	var p task.Program
	p.Append(first)
	self := p.Call("getpid")
	pidfd := p.Call("pidfd_open", task.Res(self), task.Int(0))
	p.Drop(pidfd)
	p.Take(p.Call("ioctl", task.Res(pidfd), task.Flags(0xff09, "PIDFD_GET_USER_NAMESPACE"), task.Int(0)))
	err := c.DoAs(t, &p)
	if errors.Is(err, unix.ENOTTY) || errors.Is(err, unix.EINVAL) { // before Linux 6.11
		p = task.Program{}
		p.Take(p.Call("openat", task.Flags(atCwd, "AT_FDCWD"), task.Str("/proc/self/ns/user"), task.Flags(unix.O_CLOEXEC, "O_RDONLY|O_CLOEXEC")))
		err = c.DoAs(t, &p)
	}
	if err != nil {
		return nil, err
	}
	return c.Host.namespace(p.Taken()[0])
}

// parentUserns makes the task dumpable, and returns the parent of its user
// namespace; nil where the host may not see it, as of its own.
func (w *procWriter) parentUserns() (*Namespace, error) {
	var p task.Program
	w.dump.make(&p)
	user, err := w.c.usernsAfter(w.t, &p)
	if err != nil {
		return nil, err
	}
	defer user.close()
	v, err := user.relative(w.c.Host, unix.NS_GET_PARENT)
	parent, _ := v.(*Namespace)
	return parent, err
}

// hostUserns identifies the user namespace of the host.
func (h *Host) hostUserns() (nsKey, error) {
	user := h.ownUser()
	if user == (nsKey{}) {
		return nsKey{}, errors.New("the host's user namespace cannot be told: there is no /proc")
	}
	return user, nil
}

// write writes text to a file of the task's /proc/PID. The task is dumpable
// meanwhile: otherwise the files are root's.
func (w *procWriter) write(file, text string) error {
	path := fmt.Sprintf("%d/%s", w.t.Pid(), file)
	var p task.Program
	if w.actor == nil {
		return hostWrite(w.proc, path, text)
	}
	fd := p.Call("openat", p.Lend(w.proc).As("/proc"), task.Str(path), task.Flags(unix.O_WRONLY|unix.O_CLOEXEC, "O_WRONLY|O_CLOEXEC"))
	p.Drop(fd)
	p.Call("write", task.Res(fd), task.Bytes([]byte(text)), task.Int(len(text)))
	return w.c.DoAs(w.actor, &p)
}

// hostWrite is one open, one write and one close of the host's, in the terms
// of a task's error.
func hostWrite(proc int, path, text string) error {
	fd, err := unix.Openat(proc, path, unix.O_WRONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return hostError("open", err, "open(%q, O_WRONLY)", "/proc/"+path)
	}
	defer unix.Close(fd)
	if _, err := unix.Write(fd, []byte(text)); err != nil {
		return hostError("write", err, "write(%q, %q)", "/proc/"+path, text)
	}
	return nil
}

func hostError(name string, err error, format string, args ...any) error {
	var errno unix.Errno
	if !errors.As(err, &errno) {
		return err
	}
	return &task.Error{Name: name, Text: fmt.Sprintf(format, args...), Errno: errno, Pid: os.Getpid()}
}

// ids are the effective ids of the task as the writer sees them: those of the
// folder /proc/PID.
func (w *procWriter) ids() (uid, gid uint32, err error) {
	path := fmt.Sprint(w.t.Pid())
	if w.actor == nil {
		var st unix.Stat_t
		if err := unix.Fstatat(w.proc, path, &st, 0); err != nil {
			return 0, 0, hostError("stat", err, "stat(%q)", "/proc/"+path)
		}
		return st.Uid, st.Gid, nil
	}
	const uidOffset, gidOffset = 20, 24 // of stx_uid and stx_gid in struct statx
	buf := make([]byte, 256)
	var p task.Program
	p.Call("statx", p.Lend(w.proc).As("/proc"), task.Str(path), task.Int(0),
		task.Flags(unix.STATX_UID|unix.STATX_GID, "STATX_UID|STATX_GID"), task.Out(buf))
	if err := w.c.DoAs(w.actor, &p); err != nil {
		return 0, 0, err
	}
	return binary.NativeEndian.Uint32(buf[uidOffset:]), binary.NativeEndian.Uint32(buf[gidOffset:]), nil
}

// dumping makes a task dumpable for a while.
type dumping struct{ before *task.Call }

// make adds to p what makes its task dumpable.
func (d *dumping) make(p *task.Program) {
	d.before = p.Call("prctl", task.Flags(unix.PR_GET_DUMPABLE, "PR_GET_DUMPABLE"))
	p.Call("prctl", task.Flags(unix.PR_SET_DUMPABLE, "PR_SET_DUMPABLE"), task.Int(1))
}

// undo makes t what it was before.
func (d *dumping) undo(c *Call, t *task.Task) {
	if d.before == nil || !d.before.Ran() || d.before.Result() == 1 {
		return
	}
	var p task.Program
	p.Call("prctl", task.Flags(unix.PR_SET_DUMPABLE, "PR_SET_DUMPABLE"), task.Int(0))
	_ = c.DoAs(t, &p)
}

// ownProc fails where the task's /proc shows another PID namespace than its own: other processes have the numbers there
// that it knows.
func (c *Call) ownProc() error {
	strange, err := strangeProc(c.Do)
	if err == nil && strange {
		err = errors.New("the task's /proc shows another PID namespace than its own; mount a new one, in a mount namespace of its own")
	}
	return err
}

// strangeProc tells whether the /proc of the task that do drives calls it otherwise than getpid(2), or not at all. Where
// no proc is mounted there, whoever looks will see that.
func strangeProc(do func(*task.Program) error) (bool, error) {
	fs, self := make([]byte, statfsSize), make([]byte, 16)
	var p task.Program
	pid := p.Call("getpid")
	mounted := p.Call("statfs", task.Str("/proc"), task.Out(fs)).May()
	n := p.Call("readlinkat", cwd(), task.Str("/proc/self"), task.Out(self), task.Int(len(self))).May()
	p.Quiet()
	if err := do(&p); err != nil {
		return false, err
	}
	if mounted.Failed() || binary.NativeEndian.Uint64(fs) != unix.PROC_SUPER_MAGIC {
		return false, nil
	}
	return string(self[:max(0, min(n.Result(), int64(len(self))))]) != strconv.FormatInt(pid.Result(), 10), nil
}
