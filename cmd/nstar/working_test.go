package main

import (
	"testing"

	"golang.org/x/sys/unix"
)

// TestWorking is ordinary work at the prompt of a terminal.
func TestWorking(t *testing.T) {
	t.Parallel()

	everywhere(t, "commands have the terminal", func(t *testing.T, p place) {
		w := p.openWindow(t)
		w.expect("> ")
		w.types("!stty -echo raw; test -t 0 && echo it is one; exit 3\r")
		w.expect("it is one")
		w.expect("exit status 3")
		w.expect("> ")
		w.types("!!test -t 1 && echo there, too\r")
		w.expect("\r\nthere, too\r\n")
		w.types("!trap 'exit 7' INT; echo go; while :; do sleep 0.1; done\r")
		w.expect("\r\ngo\r\n")
		w.types("\x03")
		w.expect("exit status 7")
		w.types("!echo go; exec sleep 60\r")
		w.expect("\r\ngo\r\n")
		w.types("\x03")
		w.expect("> ")
		w.types("40 + 2\r")
		w.expect("42\r\n")
		w.types("exit\r")
		w.ends(0)
	})

	everywhere(t, "jobs end while a line is edited", func(t *testing.T, p place) {
		w := p.openWindow(t)
		w.expect("> ")
		w.types("r, pen = pipe()\rt = spawn('sh', '-c', 'read x; exit 3', stdin=r)\r")
		w.expect("exit 3")
		w.expect("> ")
		w.types("u = clone(0, lambda: t.wait(timeout=0.001))\r")
		w.expect("lambda: exit status 1\r\n")
		w.types("print('half")
		w.expect("half")
		w.killCommand("read x", unix.SIGUSR1)
		w.expect("sh -c read x; exit 3: killed by SIGUSR1\r\n")
		w.expect("half") // drawn again, below
		w.types(" a line')\r")
		w.expect("\r\nhalf a line\r\n")
		w.types("exit(3)\r")
		w.ends(3)
	})

	everywhere(t, "the current task ends", func(t *testing.T, p place) {
		w := p.openWindow(t)
		w.expect("> ")
		w.types("use(clone()); self().kill(SIGKILL)\r")
		w.expect("has ended (killed by SIGKILL); words act on the shell task again")
		w.types("use(clone()); execvp('sh', ['sh', '-c', 'stty size; exit 4'])\r")
		w.expect("\r\n30 100\r\n")
		w.expect("has ended (exit status 4)")
		w.types("use(clone())\r")
		w.expect("> ")
		w.types("\x04") // leaves the task
		w.types("'still here'\r")
		w.expect("\r\n\"still here\"\r\n")
		w.types("\x04")
		w.ends(0)
	})

	everywhere(t, "the shell task ends", func(t *testing.T, p place) {
		w := p.openWindow(t)
		w.expect("> ")
		w.types("t = clone()\runshare(CLONE_NEWUSER | CLONE_NEWUTS)\r")
		w.expect("[user uts]> ")
		w.types("first = self(); kill(first, SIGKILL)\r")
		w.expect("the shell task, has ended (killed by SIGKILL)")
		w.types("ns_of().uts == ns_of(t).uts, self() == first, t.alive\r")
		w.expect("(True, False, True)\r\n")
		w.types("use(t)\r")
		w.types("t.run('sh', '-c', 'exit 3')\r") // whose end is told to nobody but t
		w.expect("exited with status 3")
		w.types("use()\r")
		w.types("'still ' + 'here'\r")
		w.expect("still here")
		w.types("exit(3)\r")
		w.ends(3)
	})

	everywhere(t, "help fits the window", func(t *testing.T, p place) {
		w := p.openWindow(t)
		w.resize(t, 24, 70)
		w.expect("> ")
		w.types("help()\r")
		w.expect("\r\nnetwork: netns.add .attach .delete ")
		w.types("help('network')\r")
		w.expect("\r\n                      ") // it goes on in the column
		w.types("help(sethostname)\r")
		w.expect("\r\n    Sets the hostname of the UTS namespace that the task is a member\r\n    of.")
		w.types("\x04")
		w.ends(0)
	})

	everywhere(t, "a hang-up", func(t *testing.T, p place) {
		w := p.openWindow(t)
		w.expect("> ")
		w.types("def f():\r")
		w.expect("f():")
		w.kill(1, unix.SIGHUP)
		w.ends(129)
	})

	everywhere(t, "the shell task dies, and its orphans fall to nstar", func(t *testing.T, p place) {
		w := p.openWindow(t)
		w.expect("> ")
		w.types("getppid() == 1\r")
		w.expect(map[bool]string{false: "\r\nFalse\r\n", true: "\r\nTrue\r\n"}[p.via != ""])
		w.types("orphan = sh('sleep 60 >&- 2>&- & echo $!', capture=True).stdout.strip()\r")
		w.types("shell = getpid(); on_host(kill, shell, SIGKILL)\r")
		w.types("on_host(kill, int(orphan), SIGKILL)\r")
		w.types("on_host(sh, 'while kill -0 $1 2>&-; do sleep 0.05; done; echo all reaped', orphan)\r")
		w.expect("\r\nall reaped\r\n")
		w.types("exit\r")
		w.ends(0)
	})
}
