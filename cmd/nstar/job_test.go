package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestJobControl has programs in the background of a prompt, which the keyboard does not reach.
func TestJobControl(t *testing.T) {
	t.Parallel()

	everywhere(t, "Ctrl-C ends wait, and not the job", func(t *testing.T, p place) {
		w := p.openWindow(t)
		w.expect("> ")
		w.types("r, pen = pipe()\rt = spawn('sh', '-c', 'read x', stdin=r)\r")
		w.types("a, b = pipe()\ru = clone(0, lambda: (a.read(1), run('sh', '-c', 'echo waiting; read x', input=r)))\r")
		w.types("b.write('x'); wait(t)\r") // u begins its program at a line that has not made it
		w.expect("\r\nwaiting\r\n")
		w.types("\x03")
		w.expect("> ")
		w.types("t.alive, u.alive, getpgid(t.pid) == t.pid\r")
		w.expect("(True, True, True)\r\n")
		w.types("pen.write('\\n\\n'); wait(t)\r")
		w.expect("exit status 0\r\n")
		w.types("\x04")
		w.ends(0)
	})

	everywhere(t, "what reads the terminal is stopped", func(t *testing.T, p place) {
		w := p.openWindow(t)
		w.expect("> ")
		w.types("t = spawn('cat')\r")
		w.expect("cat: stopped by SIGTTIN, as it wants the terminal")
		w.types("6 * 7\r")
		w.expect("\r\n42\r\n")
		w.types("t.kill(SIGKILL)\r")
		w.expect("cat: killed by SIGKILL\r\n")
		w.types("t = clone(0, lambda: run('cat'))\r")
		w.expect("cat: stopped by SIGTTIN, as it wants the terminal")
		w.types("6 * 7\r")
		w.expect("\r\n42\r\n")
		w.types("\x04")
		w.ends(0)
	})

	everywhere(t, "who waits for a stopped job gives it the terminal", func(t *testing.T, p place) {
		w := p.openWindow(t)
		w.expect("> ")
		w.types("t = spawn('sh', '-c', 'read x; echo got $x')\r")
		w.expect("echo got $x: stopped by SIGTTIN, as it wants the terminal")
		w.types("wait(t)\r")
		w.types("this\r")
		w.expect("\r\ngot this\r\n")
		w.expect("exit status 0\r\n")
		w.types("6 * 7\r")
		w.expect("\r\n42\r\n")
		w.types("t = spawn('sh', '-c', 'echo go; exec cat'); wait(t)\r") // which wants it by then, or a moment later
		w.expect("\r\ngo\r\n")
		w.types("that\r")
		w.expect("that\r\n") // as it was typed; in between, the prompt may have time to say that it was stopped
		w.expect("that\r\n")
		w.types("\x1a")
		w.expect("was stopped by SIGTSTP: wait for it again")
		w.expect("> ")
		w.types("catch(wait, t, timeout=0).error.errno, t.alive\r")
		w.expect("(\"ETIMEDOUT\", True)\r\n")
		w.types("if True:\rprint('waiting')\rwait(t)\r\r")
		w.expect("\r\nwaiting\r\n")
		w.types("again\r")
		w.expect("again\r\nagain\r\n")
		w.types("\x03")
		w.expect("> ")
		w.types("t.status\r")
		w.expect("killed by SIGINT\r\n")
		w.types("7 * 7\r")
		w.expect("\r\n49\r\n")
		w.types("\x04")
		w.ends(0)
	})

	everywhere(t, "a file before the prompt", func(t *testing.T, p place) {
		file := filepath.Join(t.TempDir(), "main.star")
		code := "r, pen = pipe()\nt = spawn('sh', '-c', 'read x', stdin=r)\n" +
			"wait(clone(0, lambda: run('sh', '-c', 'echo go; read x; echo got $x')))\n" +
			"defer(lambda: wait(clone(0, lambda: run('sh', '-c', 'echo end; read x; echo got $x'))))\n"
		if err := os.WriteFile(file, []byte(code), 0o600); err != nil {
			t.Fatal(err)
		}
		w := p.openWindow(t, "-i", file)
		w.expect("go\r\n")
		w.types("this\r")
		w.expect("\r\ngot this\r\n")
		w.expect("> ")
		w.types("getpgid(t.pid) == t.pid\r")
		w.expect("True\r\n")
		w.types("pen.close()\r")
		w.expect("sh -c read x: exit status 1\r\n")
		w.types("\x04")
		w.expect("end\r\n")
		w.types("that\r")
		w.expect("\r\ngot that\r\n")
		w.ends(0)
	})

	everywhere(t, "a clone that is waited for is in the foreground", func(t *testing.T, p place) {
		w := p.openWindow(t)
		w.expect("> ")
		w.types("wait(clone(0, lambda: run('sh', '-c', 'echo go; read x; echo got $x')))\r")
		w.expect("\r\ngo\r\n")
		w.types("this\r")
		w.expect("\r\ngot this\r\n")
		w.types("t = clone(0, lambda: run('sh', '-c', 'echo go; read x; echo got $x; exit 3', check=False)); wait(t)\r")
		w.expect("\r\ngo\r\n")
		w.types("that\r")
		w.expect("\r\ngot that\r\n")
		w.expect("exit status 3\r\n")
		w.types("\x04")
		w.ends(0)
	})

	everywhere(t, "the prompt waits for the terminal", func(t *testing.T, p place) {
		w := p.openWindow(t)
		w.expect("> ")
		w.types("r, pen = pipe()\rt = clone(0, lambda: run('sh', '-c', 'echo go >&3; read x; echo got $x', files={3: pen})); r.read(3)\r")
		w.expect("\r\n\"go\\n\"\r\n")
		w.types("this\r")
		w.expect("\r\ngot this\r\n")
		w.expect("> ")
		w.types("6 * 7\r")
		w.expect("\r\n42\r\n")
		w.types("\x04")
		w.ends(0)
	})

	everywhere(t, "a task becomes a shell, and the terminal comes back", func(t *testing.T, p place) {
		w := p.openWindow(t)
		w.expect("> ")
		w.types("t = clone(CLONE_NEWUSER | CLONE_NEWPID)\ruse(t)\rexecvp('sh', ['sh', '-i'])\r")
		w.expect("$ ")
		w.types("echo pid $$\r")
		w.expect("\r\npid 1\r\n")
		w.types("read x; stty raw -echo; kill -9 $$; exit 4\r")
		w.types("line\r")
		w.expect("has ended (exit status 4)") // process 1 does not die by a signal of its own
		w.expect("> ")
		w.types("6 * 7\r")
		w.expect("\r\n42\r\n")
		w.types("wait(clone(CLONE_NEWUSER | CLONE_NEWPID, lambda: execvp('sh', ['sh', '-i'])))\r")
		w.expect("$ ")
		w.types("exit 5\r")
		w.expect("exit status 5\r\n")
		w.types("execvp('cat', ['cat'], task=clone())\r")
		w.expect("cat: stopped by SIGTTIN")
		w.types("6 * 7\r")
		w.expect("\r\n42\r\n")
		w.types("execvp('sh', ['sh', '-i'])\r")
		w.expect("$ ")
		w.types("exit 6\r")
		w.ends(6)
	})

	everywhere(t, "a task that did not become a program is within reach of Ctrl-C", func(t *testing.T, p place) {
		for _, flags := range []string{"0", "CLONE_NEWUSER | CLONE_NEWPID"} {
			w := p.openWindow(t, "-c", "use(clone("+flags+")); catch(execvp, '/no', ['no']); run('sh', '-c', 'echo go; exec sleep 60', input='')")
			w.expect("go\r\n")
			w.types("\x03")
			w.ends(130)
		}
		if p.via == "apart" {
			return // the group that it was in has no number
		}
		w := p.openWindow(t, "-c", "catch(execvp, '/no', ['no']); print(getpgid(0) == getpgid(getppid()))")
		w.expect("True\r\n")
		w.ends(0)
	})

	everywhere(t, "a script becomes a shell", func(t *testing.T, p place) {
		w := p.openWindow(t, "-c", "use(clone(CLONE_NEWUSER | CLONE_NEWPID)); print(catch(execvp, '/no', ['no']).error.errno); execvp('sh', ['sh', '-i'])")
		w.expect("ENOENT\r\n")
		w.expect("$ ")
		w.types("sh -c 'echo go; exec sleep 60'\r")
		w.expect("\r\ngo\r\n")
		w.types("\x03")
		w.expect("$ ")
		w.types("exit 7\r")
		w.ends(7)
	})

	everywhere(t, "Ctrl-Z stops what nstar has become, and nstar", func(t *testing.T, p place) {
		if p.via == "apart" {
			t.Skip("a shell has no job control in a process group that it has no number for")
		}
		for _, who := range []string{"", "use(clone()); "} {
			w := p.openWindowOf(t, "/bin/sh", "-i")
			w.expect("$ ")
			w.types(installed("nstar") + " -c \"" + who + "execvp('sh', ['sh', '-c', 'echo go; read x; echo got \\$x; exit 3'])\"\r")
			w.expect("\r\ngo\r\n")
			w.types("\x1a")
			w.expect("topped")
			w.expect("$ ")
			w.types("fg\r")
			w.types("line\r")
			w.expect("\r\ngot line\r\n")
			w.expect("$ ")
			w.types("exit $?\r")
			w.ends(3)
		}
	})

	everywhere(t, "a task under a filter becomes a program without more ado", func(t *testing.T, p place) {
		w := p.openWindow(t)
		w.expect("> ")
		w.types("prctl(PR_SET_NO_NEW_PRIVS, 1)\rseccomp({SECCOMP_RET_KILL_PROCESS: ['setpgid']})\r")
		w.expect("KILL_PROCESS")
		w.expect("> ")
		w.types("wait(spawn('true'))\r")
		w.expect("exit status 0\r\n")
		w.types("execvp('sh', ['sh', '-c', 'exit 7'])\r")
		w.ends(7)
	})

	everywhere(t, "a task that may not call setpgid runs programs in nstar's group", func(t *testing.T, p place) {
		if p.via == "apart" {
			t.Skip("the group that the task cannot leave has no number by which it could be given the terminal")
		}
		w := p.openWindow(t, "-c", `
t = clone()
prctl(PR_SET_NO_NEW_PRIVS, 1, task=t)
seccomp({SECCOMP_RET_ERRNO | EPERM: ["setpgid"]}, task=t)
t.run("sh", "-c", "echo go; read x; echo got $x; exit 3")
`)
		w.expect("go\r\n")
		w.types("line\r")
		w.expect("\r\ngot line\r\n")
		w.expect("exited with status 3")
		w.ends(3)
	})

	everywhere(t, "a script leaves all in its group", func(t *testing.T, p place) {
		w := p.openWindow(t, "-c", "print(getpgid(spawn('sleep', '60').pid) == getpgid(0))")
		w.expect("True\r\n")
		w.ends(0)
	})
}
