package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestWorking is ordinary work at the prompt of a terminal.
func TestWorking(t *testing.T) {
	t.Parallel()

	t.Run("commands have the terminal", func(t *testing.T) {
		t.Parallel()
		w := openWindow(t)
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

	t.Run("jobs end while a line is edited", func(t *testing.T) {
		t.Parallel()
		w := openWindow(t)
		w.expect("> ")
		w.types("r, pen = pipe()\rt = spawn('sh', '-c', 'read x; exit 3', stdin=r)\r")
		w.expect("exit 3")
		w.expect("> ")
		w.types("u = clone(0, lambda: t.wait(timeout=0.001))\r")
		w.expect("lambda: exit status 1\r\n")
		w.types("print('half")
		w.expect("half")
		syscall.Kill(childOf(t, w.cmd.Process.Pid, "read x"), syscall.SIGUSR1)
		w.expect("sh -c read x; exit 3: killed by SIGUSR1\r\n")
		w.expect("half") // drawn again, below
		w.types(" a line')\r")
		w.expect("\r\nhalf a line\r\n")
		w.types("exit(3)\r")
		w.ends(3)
	})

	t.Run("the current task ends", func(t *testing.T) {
		t.Parallel()
		w := openWindow(t)
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

	t.Run("the shell task ends", func(t *testing.T) {
		t.Parallel()
		w := openWindow(t)
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

	t.Run("help fits the window", func(t *testing.T) {
		t.Parallel()
		w := openWindow(t)
		w.resize(24, 70)
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

	t.Run("a hang-up", func(t *testing.T) {
		t.Parallel()
		w := openWindow(t)
		w.expect("> ")
		w.types("def f():\r")
		w.expect("f():")
		w.cmd.Process.Signal(syscall.SIGHUP)
		w.ends(129)
	})
}

// childOf waits for a descendant of a process whose command line has text in it, and returns its pid.
func childOf(t *testing.T, pid int, text string) int {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		for queue := []int{pid}; len(queue) > 0; queue = queue[1:] {
			line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", queue[0]))
			if strings.Contains(string(line), text) {
				return queue[0]
			}
			lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", queue[0]))
			for _, list := range lists {
				kids, _ := os.ReadFile(list)
				for _, kid := range strings.Fields(string(kids)) {
					n := 0
					fmt.Sscan(kid, &n)
					queue = append(queue, n)
				}
			}
		}
	}
	t.Fatalf("no process with %q", text)
	return 0
}

// TestProcess1 has nstar be process 1 of a PID namespace, in a process group that it cannot name.
func TestProcess1(t *testing.T) {
	t.Parallel()
	args := []string{"-U", "-r", "-p", "-f", "--mount-proc", "--"}
	if out, err := exec.Command("unshare", append(args, "true")...).CombinedOutput(); err != nil {
		t.Skipf("unshare: %v: %s", err, out)
	}
	bin, _, _ := strings.Cut(os.Getenv("PATH"), string(os.PathListSeparator))
	w := openWindowOf(t, "unshare", append(args, filepath.Join(bin, "nstar"))...)
	w.expect("> ")
	w.types("on_host(getppid), getppid()\r")
	w.expect(", 1)\r\n")
	w.types("!echo go; exec sleep 60\r")
	w.expect("\r\ngo\r\n")
	w.types("\x03")
	w.expect("> ")
	w.types("while True: pass\r\r")
	w.expect("pass")
	time.Sleep(50 * time.Millisecond) // it runs; if not yet, the line is dropped, and that does as well
	w.types("\x03")
	w.expect("> ")

	// Where the shell task dies, its orphans fall to nstar.
	w.types("orphan = sh('sleep 60 >&- 2>&- & echo $!', capture=True).stdout.strip()\r")
	w.types("shell = getpid(); on_host(kill, shell, SIGKILL)\r")
	w.types("on_host(kill, int(orphan), SIGKILL)\r")
	w.types("on_host(sh, 'while kill -0 $1 2>&-; do sleep 0.05; done; echo all reaped', orphan)\r")
	w.expect("\r\nall reaped\r\n")
	w.types("exit\r")
	select {
	case <-w.ended:
	case <-time.After(20 * time.Second):
		t.Fatal("nstar does not end")
	}
}
