package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nstar/interp/edit/vttest"
)

// A desk is a terminal with somebody at it, who looks at the screen.
type desk struct {
	*vttest.Terminal
	*seat
}

// sit starts a program at a terminal of 60 by 12.
func (p place) sit(t *testing.T, env []string, args ...string) *desk {
	t.Helper()
	terminal := vttest.Open(t, 60, 12)
	shown := func() (text string) {
		terminal.Screen(func(s *vttest.Screen) { text = s.String() })
		return text
	}
	return &desk{terminal, p.start(t, terminal.Tty, shown, env, args...)}
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
	everywhere(t, "blocks, and Ctrl-C in a loop", func(t *testing.T, p place) {
		d := p.sit(t, nil, installed("nstar"))
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
	})

	everywhere(t, "Ctrl-Z without a shell", func(t *testing.T, p place) {
		d := p.sit(t, nil, installed("nstar"))
		d.Has("> |")
		d.Type("1 \x1a+ 1\r")
		d.Has("\n2\n")
		d.Type("\x04")
		d.ends(0)
	})

	t.Run("as process 1 with the /proc of outside", func(t *testing.T) {
		t.Parallel()
		p := places[1]
		p.need(t)
		d := p.sit(t, nil, "/bin/sh", "-c", "umount /proc && exec "+installed("nstar"))
		d.Has("> |")
		d.answers("getppid()", "1")
		d.Type("!echo go; exec sleep 60\r")
		d.Has("\ngo\n|")
		d.Type("\x03")
		d.Has("> |")
		d.Type("1 \x1a+ 1\r")
		d.Has("\n2\n")
		d.Type("exit(5)\r")
		d.ends(5)
	})

	everywhere(t, "Ctrl-Z under a shell", func(t *testing.T, p place) {
		if p.via == "apart" {
			t.Skip("a shell that cannot name its own process group has no job control")
		}
		d := p.sit(t, nil, "/bin/sh", "-i")
		d.Has("$ |")
		d.Type(installed("nstar") + "\r")
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

	everywhere(t, "a program, and what is typed ahead for it", func(t *testing.T, p place) {
		d := p.sit(t, nil, installed("nstar"))
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

	everywhere(t, "Ctrl-D leaves a task, then the prompt", func(t *testing.T, p place) {
		d := p.sit(t, nil, installed("nstar"))
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

	everywhere(t, "a prompt of which nothing is the host's", func(t *testing.T, p place) {
		d := p.sit(t, nil, installed("nstar"))
		d.Type("use(clone(CLONE_NEWALL))\r")
		d.Has(" [all]> |")
		d.Type("\x04\x04")
		d.ends(0)
	})

	everywhere(t, "the current task dies while a block is edited", func(t *testing.T, p place) {
		d := p.sit(t, nil, installed("nstar"))
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
		d.kill(used(), unix.SIGKILL) // nobody has typed anything
		d.Has("has ended (killed by SIGKILL); words act on")
		d.Until("the shell task's prompt", func(s *vttest.Screen) bool {
			return strings.HasSuffix(s.String(), "> |") && !strings.Contains(s.String(), "[user]> |")
		})
		pid := used()
		d.Type("geteuid()") // for that task, and no other
		d.Has("geteuid()|")
		d.kill(pid, unix.SIGKILL)
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
		d.kill(pid, unix.SIGKILL)
		d.Has("the shell task, has ended (killed by SIGKILL)")
		d.Type("\x0c")
		d.answers("6 * 7", "42")
		d.Type("\x04")
		d.ends(0)
	})

	everywhere(t, "a hang-up keeps the block", func(t *testing.T, p place) {
		d := p.sit(t, nil, installed("nstar"))
		d.Has("> |")
		d.Type("done = 1\r")
		d.prompts("done = 1")
		d.Type("def half():\r")
		d.Has("...     |")
		d.kill(1, unix.SIGHUP)
		d.ends(129)
		text, err := os.ReadFile(filepath.Join(d.state, "nstar", "history"))
		if err != nil || string(text) != "\"done = 1\"\n\"def half():\"\n" {
			t.Errorf("kept: %q, %v", text, err)
		}
	})

	everywhere(t, "the window is closed", func(t *testing.T, p place) {
		d := p.sit(t, nil, installed("nstar"))
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

	everywhere(t, "a history that cannot be kept", func(t *testing.T, p place) {
		d := p.sit(t, []string{"XDG_STATE_HOME=/proc/no"}, installed("nstar"))
		d.Has("nstar: what is entered is not kept")
		d.answers("6 * 7", "42")
		d.Type("\x1b[A")
		d.Has("> 6 * 7|")
		d.Type("\x03\x04")
		d.ends(0)
	})

	everywhere(t, "a task that prints meanwhile", func(t *testing.T, p place) {
		d := p.sit(t, nil, installed("nstar"))
		d.Type("def f():\rsleep(0.2)\rprint('from a task')\r\rt = clone(0, f)\r")
		d.Has("f)\n")
		d.Type("half")
		d.Has("from a task\n")
		d.Has("> half|")
		d.Type("\x03\x04")
		d.ends(0)
	})

	everywhere(t, "a resize", func(t *testing.T, p place) {
		d := p.sit(t, nil, installed("nstar"))
		d.Has("> |")
		d.Type(strings.Repeat("x", 55))
		d.Has(strings.Repeat("x", 55) + "|") // what is under way would be drawn for the wider window
		d.Resize(40, 12)
		d.Type("y") // seen or not before the signal
		d.Until("one copy", func(s *vttest.Screen) bool {
			return strings.Count(s.String(), "> ") == 1 && strings.Count(s.String(), "x") == 55 && strings.Contains(s.String(), "y|")
		})
		d.Type("\x03\x04")
		d.ends(0)
	})

	everywhere(t, "messages are broken between words", func(t *testing.T, p place) {
		d := p.sit(t, nil, installed("nstar"))
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

	everywhere(t, "TERM=dumb", func(t *testing.T, p place) {
		d := p.sit(t, []string{"TERM=dumb"}, installed("nstar"))
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

	everywhere(t, "the output is a file", func(t *testing.T, p place) {
		out := filepath.Join(t.TempDir(), "out")
		d := p.sit(t, nil, "/bin/sh", "-c", "exec "+installed("nstar")+" >"+out)
		d.Type("6 * 7\r\x04")
		d.ends(0)
		text, err := os.ReadFile(out)
		if err != nil || !strings.Contains(string(text), "42\n") || strings.Contains(string(text), "\x1b") {
			t.Errorf("%q, %v", text, err)
		}
	})
}
