package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"nstar/interp/edit/vttest"
)

// A desk is a terminal with nstar, or a program that starts it, in a session of its own.
type desk struct {
	*vttest.Terminal
	t     *testing.T
	cmd   *exec.Cmd
	ended chan error
	state string // XDG_STATE_HOME
}

// sit starts a program at a terminal of 60 by 12.
func sit(t *testing.T, env []string, args ...string) *desk {
	t.Helper()
	d := &desk{Terminal: vttest.Open(t, 60, 12), t: t, ended: make(chan error, 1), state: t.TempDir()}
	d.cmd = exec.Command(args[0], args[1:]...)
	d.cmd.Env = append(os.Environ(), "TERM=xterm", "PS1=$ ", "GORACE=atexit_sleep_ms=0", "XDG_STATE_HOME="+d.state)
	d.cmd.Env = append(d.cmd.Env, env...)
	d.cmd.Stdin, d.cmd.Stdout, d.cmd.Stderr = d.Tty, d.Tty, d.Tty
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { d.ended <- d.cmd.Wait() }()
	t.Cleanup(func() { d.cmd.Process.Kill() })
	return d
}

// program is nstar as a path.
func program() string {
	bin, _, _ := strings.Cut(os.Getenv("PATH"), string(os.PathListSeparator))
	return filepath.Join(bin, "nstar")
}

// process1 returns what a program is started with to be process 1 of a PID namespace.
func process1(t *testing.T, args ...string) []string {
	t.Helper()
	args = append([]string{"unshare", "-Urpf"}, args...)
	if out, err := exec.Command(args[0], append(args[1:len(args):len(args)], "true")...).CombinedOutput(); err != nil {
		t.Skipf("unshare: %v: %s", err, out)
	}
	return args
}

// ends waits for the exit status.
func (d *desk) ends(status int) {
	d.t.Helper()
	select {
	case err := <-d.ended:
		got := 0
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			got = exit.ExitCode()
		}
		if got != status {
			d.t.Errorf("exit status %d, want %d", got, status)
		}
	case <-time.After(vttest.Patience):
		d.Screen(func(s *vttest.Screen) { d.t.Fatalf("it does not end:\n%s", s) })
	}
}

// answers types an expression and waits for its value and the next prompt.
func (d *desk) answers(expression, value string) {
	d.t.Helper()
	d.Type(expression + "\r")
	d.prompts(expression + "\n" + value)
}

// prompts waits for a line, and a prompt some time after it.
func (d *desk) prompts(line string) {
	d.t.Helper()
	d.Until(line+", and a prompt", func(s *vttest.Screen) bool {
		text := s.String()
		return strings.Contains(text, line+"\n") && strings.HasSuffix(text, "> |")
	})
}

// ofTask is a screen with nothing but the prompt of a task with a user namespace.
var ofTask = regexp.MustCompile(`^\S+ (\d+) \[user\]> \|$`)

// ofShell is a screen with nothing but getpid() at the prompt of the shell task.
var ofShell = regexp.MustCompile(`^\S+> getpid\(\)\n(\d+)\n\S+> \|$`)

func TestEditor(t *testing.T) {
	t.Parallel()
	sub := func(name string, f func(*testing.T)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f(t)
		})
	}

	blocks := func(t *testing.T, args ...string) {
		d := sit(t, nil, args...)
		d.Has("> |")
		d.Type("def f(n):\rreturn n * 2\r\r")
		d.answers("f(21)", "42")
		d.Type("if True:\rprint('go')\rwhile True: pass\r\r")
		d.Has("\ngo\n")
		d.Type("\x03")
		d.Has("> |")
		d.Type("if True:\rprint('gone')\rsleep(0.1)\r\r")
		d.Has("\ngone\n")
		d.Type("print('typed ' + 'ahead')\rha")
		d.Has("typed ahead\n")
		d.Has("> ha|")
		d.Type("lf\x03")
		d.answers("6 * 7", "42")
		d.Type("exit(3)\r")
		d.ends(3)
	}
	sub("blocks, and Ctrl-C in a loop", func(t *testing.T) { blocks(t, program()) })
	sub("blocks, and Ctrl-C in a loop, as process 1", func(t *testing.T) {
		blocks(t, append(process1(t, "--mount-proc"), program())...)
	})

	sub("Ctrl-Z without a shell", func(t *testing.T) {
		d := sit(t, nil, program())
		d.Has("> |")
		d.Type("1 \x1a+ 1\r")
		d.Has("\n2\n")
		d.Type("\x04")
		d.ends(0)
	})

	sub("Ctrl-Z as process 1", func(t *testing.T) {
		d := sit(t, nil, append(process1(t), program())...)
		d.Has("> |")
		d.answers("getppid()", "1")
		d.Type("1 \x1a+ 1\r")
		d.Has("\n2\n")
		d.Type("exit(5)\r")
		d.ends(5)
	})

	sub("Ctrl-Z under a shell", func(t *testing.T) {
		d := sit(t, nil, "/bin/sh", "-i")
		d.Has("$ |")
		d.Type(program() + "\r")
		d.Has("> |")
		d.Type("6 *\x1a")
		d.Has("topped")
		d.Has("$ |")
		d.Type("fg\r")
		d.Has("> 6 *|")
		d.Type(" 7\r")
		d.Has("\n42\n")
		d.Screen(func(s *vttest.Screen) {
			if text := s.String(); strings.Count(text, "> 6 *") != 1 || strings.Contains(text, "⏎") {
				t.Errorf("it has drawn more than it has to:\n%s", text)
			}
		})
		d.Type("\x04")
		d.Has("\n$ |")
		d.Type("exit 0\r")
		d.ends(0)
	})

	sub("a program, and what is typed ahead for it", func(t *testing.T) {
		d := sit(t, nil, program())
		d.Has("> |")
		d.Type("!read a; echo got $a\rahead\r1 + 1\r")
		d.Has("got ahead\n")
		d.Has("\n2\n")
		d.Type("!printf half\r")
		d.Has("half⏎\n")
		d.answers("6 * 7", "42")
		d.Type("!echo go; exec sleep 60\r")
		d.Has("\ngo\n|") // so it has the foreground
		d.Type("\x03")
		d.Has("> |")
		d.Type("\x04")
		d.ends(0)
	})

	sub("Ctrl-D leaves a task, then the prompt", func(t *testing.T) {
		d := sit(t, nil, program())
		d.Type("unshare(CLONE_NEWUSER)\rmap_root()\rt = clone(CLONE_NEWUTS)\ruse(t)\rsethostname('inner')\r")
		d.Until("its prompt with the pid", func(s *vttest.Screen) bool {
			return regexp.MustCompile(`inner \d+ \[user uts\]> \|`).MatchString(s.String())
		})
		d.Type("x\x04\x7f\x04")
		d.Until("the shell task's prompt", func(s *vttest.Screen) bool {
			return strings.Contains(s.String(), "[user]> |")
		})
		d.Type("use(t)\rt.kill(SIGKILL)\r")
		d.Has("has ended (killed by SIGKILL)")
		d.Has("[user]> |")
		d.answers("1 + 1", "2")
		d.Type("\x04")
		d.ends(0)
	})

	sub("a prompt of which nothing is the host's", func(t *testing.T) {
		d := sit(t, nil, program())
		d.Type("use(clone(CLONE_NEWALL))\r")
		d.Has(" [all]> |")
		d.Type("\x04\x04")
		d.ends(0)
	})

	sub("the current task dies while a block is edited", func(t *testing.T) {
		d := sit(t, nil, program())
		used := func() (pid int) { // Ctrl-L leaves nothing but the prompt
			d.Type("t = clone(CLONE_NEWUSER)\ruse(t)\r\x0c")
			d.Until("its prompt", func(s *vttest.Screen) bool {
				m := ofTask.FindStringSubmatch(s.String())
				if m != nil {
					pid, _ = strconv.Atoi(m[1])
				}
				return m != nil
			})
			return pid
		}
		unix.Kill(used(), unix.SIGKILL) // nobody has typed anything
		d.Has("has ended (killed by SIGKILL); words act on")
		d.Until("the shell task's prompt", func(s *vttest.Screen) bool {
			return strings.HasSuffix(s.String(), "> |") && !strings.Contains(s.String(), "[user]> |")
		})
		pid := used()
		d.Type("geteuid()") // for that task, and no other
		d.Has("geteuid()|")
		unix.Kill(pid, unix.SIGKILL)
		d.Type("\r")
		d.Has("was killed by SIGKILL")
		d.Has("has ended (killed by SIGKILL); words act on")
		d.Type("\x0cgetpid()\r")
		d.Until("the pid of the shell task", func(s *vttest.Screen) bool {
			m := ofShell.FindStringSubmatch(s.String())
			if m != nil {
				pid, _ = strconv.Atoi(m[1])
			}
			return m != nil
		})
		unix.Kill(pid, unix.SIGKILL)
		d.Has("the shell task, has ended (killed by SIGKILL)")
		d.Type("\x0c")
		d.answers("6 * 7", "42")
		d.Type("\x04")
		d.ends(0)
	})

	sub("a hang-up keeps the block", func(t *testing.T) {
		d := sit(t, nil, program())
		d.Has("> |")
		d.Type("done = 1\r")
		d.prompts("done = 1")
		d.Type("def half():\r")
		d.Has("...     |")
		d.cmd.Process.Signal(unix.SIGHUP)
		d.ends(129)
		text, err := os.ReadFile(filepath.Join(d.state, "nstar", "history"))
		if err != nil || string(text) != "\"done = 1\"\n\"def half():\"\n" {
			t.Errorf("kept: %q, %v", text, err)
		}
	})

	sub("the window is closed", func(t *testing.T) {
		d := sit(t, nil, program())
		d.Has("> |")
		d.Type("half")
		d.Has("half|")
		d.Master.Close()
		<-d.ended
		text, err := os.ReadFile(filepath.Join(d.state, "nstar", "history"))
		if err != nil || string(text) != "\"half\"\n" {
			t.Errorf("kept: %q, %v", text, err)
		}
	})

	sub("a history that cannot be kept", func(t *testing.T) {
		d := sit(t, []string{"XDG_STATE_HOME=/proc/no"}, program())
		d.Has("nstar: what is entered is not kept")
		d.answers("6 * 7", "42")
		d.Type("\x1b[A")
		d.Has("> 6 * 7|")
		d.Type("\x03\x04")
		d.ends(0)
	})

	sub("a task that prints meanwhile", func(t *testing.T) {
		d := sit(t, nil, program())
		d.Type("def f():\rsleep(0.2)\rprint('from a task')\r\rt = clone(0, f)\r")
		d.Has("f)\n")
		d.Type("half")
		d.Has("from a task\n")
		d.Has("> half|")
		d.Type("\x03\x04")
		d.ends(0)
	})

	sub("a resize", func(t *testing.T) {
		d := sit(t, nil, program())
		d.Has("> |")
		d.Type(strings.Repeat("x", 55))
		d.Has("x|")
		d.Resize(40, 12)
		d.Type("y") // seen or not before the signal
		d.Until("one copy", func(s *vttest.Screen) bool {
			return strings.Count(s.String(), "> ") == 1 && strings.Count(s.String(), "x") == 55 && strings.Contains(s.String(), "y|")
		})
		d.Type("\x03\x04")
		d.ends(0)
	})

	sub("messages are broken between words", func(t *testing.T) {
		d := sit(t, nil, program())
		d.Has("> |")
		d.Type("mount('none', '/no/such/place', 'no-such-file-system', MS_NOSUID)\r")
		d.prompts("hint: /no does not exist")
		d.Screen(func(s *vttest.Screen) {
			want := "\nmount: ENOENT (no such file or directory): mount(\"none\",\n\"/no/such/place\", \"no-such-file-system\", MS_NOSUID, \"\")\nhint: /no does not exist\n"
			if !strings.Contains(s.String(), want) {
				t.Errorf("it is shown as\n%s", s)
			}
		})
		file := filepath.Join(t.TempDir(), "session.md")
		d.Type("\x0ctranscript('" + file + "')\r\x0c")
		d.answers("6 * 7", "42")
		text, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(text), `mount("none", "/no/such/place", "no-such-file-system", MS_NOSUID, "")`) {
			t.Errorf("it is recorded as %q, %v", text, err)
		}
		d.Type("\x04")
		d.ends(0)
	})

	sub("TERM=dumb", func(t *testing.T) {
		d := sit(t, []string{"TERM=dumb"}, program())
		d.Has("> |")
		d.answers("6 * 7", "42")
		d.Type("\x04")
		d.ends(0)
		d.Screen(func(s *vttest.Screen) {
			if s.Pasting || strings.Contains(s.String(), "⏎") {
				t.Errorf("it draws:\n%s", s)
			}
		})
	})

	sub("the output is a file", func(t *testing.T) {
		out := filepath.Join(t.TempDir(), "out")
		d := sit(t, nil, "/bin/sh", "-c", program()+" >"+out+"; echo ended")
		d.Type("6 * 7\r\x04")
		d.Has("ended")
		text, err := os.ReadFile(out)
		if err != nil || !strings.Contains(string(text), "42\n") || strings.Contains(string(text), "\x1b") {
			t.Errorf("%q, %v", text, err)
		}
	})
}

// BenchmarkReady measures the start, on a pty, until the prompt is there.
func BenchmarkReady(b *testing.B) {
	path := program()
	for b.Loop() {
		m := vttest.Open(b, 80, 24)
		cmd := exec.Command(path)
		cmd.Env = append(os.Environ(), "TERM=xterm", "NSTAR_HISTORY=/dev/null")
		cmd.Stdin, cmd.Stdout, cmd.Stderr = m.Tty, m.Tty, m.Tty
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		m.Has("> |")
		b.StopTimer()
		m.Type("\x04")
		cmd.Wait()
		b.StartTimer()
	}
}

// BenchmarkKey is the time from a key to the screen, with a block of 200 lines.
func BenchmarkKey(b *testing.B) {
	d := vttest.Open(b, 100, 40)
	cmd := exec.Command(program())
	cmd.Env = append(os.Environ(), "TERM=xterm", "NSTAR_HISTORY=/dev/null")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = d.Tty, d.Tty, d.Tty
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	d.Has("> |")
	d.Paste("def f():\n" + strings.Repeat("    mount('proc', \"/proc/1\", data=[1, 2]) # a line\n", 198) + "    mount(")
	d.Has("mount(|")
	d.Type("\x1b[A\x1b[H")
	d.Until("the cursor above", func(s *vttest.Screen) bool { return s.Col < 8 })
	var took []time.Duration
	col := 0
	d.Screen(func(s *vttest.Screen) { col = s.Col })
	for i := 0; b.Loop(); i++ {
		key, want := "x", col+1
		if i%2 == 1 {
			key, want = "\x7f", col
		}
		start := time.Now()
		d.Type(key)
		d.Until("the key", func(s *vttest.Screen) bool { return s.Col == want })
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
	b.ReportMetric(float64(took[len(took)-1].Microseconds()), "worst-µs")
	d.Type("\x03\x04")
	cmd.Wait()
}
