// Package task is the engine: processes with one thread that make the system
// calls they are told to make. It knows nothing of the language.
//
// A task is a Linux process, a child or a deeper descendant of the host (the
// Go program). All the code that it runs is the stub, one page, copied out of
// this binary into a sealed memfd and executed there: it has no Go runtime, no
// libc and no second thread. So it may do what the kernel allows only to a
// process with one thread: unshare(CLONE_NEWUSER), setns into a user, mount or
// time namespace. The host changes nothing of itself.
//
//	host                                        task
//	────                                        ────
//	Program ──layout──► arena (shared memory) ◄──┐
//	                      header                 │ reads calls, makes them
//	                      calls, one after       │ in order, writes results
//	                      the other              │
//	                      strings, structures ◄──┘
//	tell ─────────────► a word in the arena, if the stub is awake; if not:
//	send ─────────────► channel (SOCK_SEQPACKET): 8 bytes, and descriptors
//	await ◄──────────── futex in the arena; if that takes long, the channel
//	poller ◄─────────── channel: descriptors, and the ends of children
//
// A Program is a list of calls. The result of one may be an argument of a
// later one, so that open, mount and close are one round trip. The first
// failure ends the program; what it was lent and what it opened is closed in
// any case.
//
// # Life of a task
//
// The first task, the shell, is started by the host: forkStub makes a child
// that shares the host's memory, which does nothing but execveat(2). All other
// tasks are made by tasks: the parent maps the arena of the child beside its
// own, clones, and unmaps it; the child goes on in its own arena with a
// program that lies ready there, which takes its channel in place of the
// parent's and closes all that is the parent's (clone.go). A program is
// executed by a CLONE_VM|CLONE_VFORK child of the stub, which has no stack to
// spoil, so that the errno of execve(2) comes back through the arena
// (command.go), or by the task itself, for good (exec.go).
//
// Some children are the engine's own and hidden from who waits: the init of a
// PID namespace that a task has made for its children (init.go), and the keeper,
// below which all stays that a program forks that has a time limit (tree.go).
// They end with their parent.
//
// To be woken takes several times as long as most calls. So whoever waits looks
// for a while first: the host for the answer, a stub for the next program if it was
// told two in a row, and longer if it knows of the next one (Program.Followed). Not
// where they share a processor, of course (Task.near).
//
// A stub sleeps in ppoll(2) on its channel and on a signalfd. It waits for
// every child at once, also for the orphans that fall to it as the init of a
// PID namespace, and reports each end on the channel. The shell is a child
// subreaper: what daemonizes falls to it, and Engine.Close ends it.
//
// All signals are blocked in a stub but one, which does nothing: it makes a
// call that blocks return EINTR (channel.go).
//
// When the host dies, the channels are closed, and each stub exits; a call that
// blocks is interrupted by the wake signal, which is every stub's
// PR_SET_PDEATHSIG. Programs get a SIGKILL when the stub dies that made them.
// Whatever they left falls to the shell, which ends only when it has killed all
// that (stub_*.s). A task outlives its parent, as a child of the init of
// its PID namespace or of the shell. When a stub dies, its channel is closed:
// whoever waits for it gets a Dead.
//
// # Trust
//
// Whatever runs in a task may be hostile, and may have taken over the stub.
//
//   - The host reads the arena as it reads a network packet: no pointer, no
//     length and no index is taken from there; results are copied once
//     (layout_unsafe.go).
//   - Messages on the channel are checked by their length; descriptors that
//     were not asked for are closed (inbox_unsafe.go).
//   - A task has no mapping and no descriptor of another task. It is not
//     dumpable once it has joined a namespace where there may be strangers
//     (Program.guard).
//   - A process is named by its pidfd, never by a number that may be reused.
//
// # Files
//
// link.go makes what a task is connected by; arena.go has the layout of the memory that both sides share, which the assembler reads;
// stub_amd64.s and stub_arm64.s are the stub; elf.go packs it, fork_unsafe.go starts it.
// program.go is what a caller builds, show.go how it is shown, layout_unsafe.go puts it into an arena,
// channel.go runs it, pending.go without waiting. engine.go owns the tasks, shell.go the first,
// poller.go listens to them, birth.go and wait.go learn of children and how
// they end, tree.go and close.go see to it that nothing is left, and orphans_unsafe.go
// that no zombie is, where the host is process 1. filter.go puts
// tasks and programs under a seccomp filter and knows which calls a stub cannot
// be without; notify_unsafe.go asks the listener of one.
package task
