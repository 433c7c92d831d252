package interp

import (
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
)

func TestNearest(t *testing.T) {
	t.Parallel()
	words := []string{"clone", "getuid", "getgid", "len", "mount", "mounts", "print", "setns", "sethostname", "umount2"}
	for name, want := range map[string]string{
		"prnt": "print", "clnoe": "clone", "sethostnam": "sethostname", "set_ns": "setns", "Mount": "mount",
		"umount": "umount2", "getid": "getgid", "retrun": "", "x": "", "zz": "", "": "",
	} {
		if got := nearest(name, words); got != want {
			t.Errorf("nearest(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestMatchLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, line string
		want          bool
	}{
		{"a", "a", true}, {"a", "ab", false}, {"…", "", true}, {"a…c", "abc", true}, {"a…c", "ac", true},
		{"a…c", "acd", false}, {"…b…b", "abb", true}, {"…b…b", "ab", false}, {"ab…ba", "aba", false},
		{"uts:[…] user:[…]", "uts:[1] user:[22]", true},
	} {
		if got := matchLine(c.pattern, c.line); got != c.want {
			t.Errorf("matchLine(%q, %q) = %v", c.pattern, c.line, got)
		}
	}
}

// The caret stands below the column that the terminal gives to the rune.
func TestUnderline(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		line string
		col  int
		want string
	}{
		{"abc", 1, "^"}, {"abc", 3, "  ^"}, {"\tabc", 2, "^"}, {"    abc", 6, " ^"}, {"a\tb", 3, " \t^"},
		{"漢字x", 3, "    ^"}, {"e\u0301x", 3, " ^"}, {"a", 9, " ^"}, {"  a", 1, "^"},
	} {
		if _, got := underline(c.line, c.col); got != c.want {
			t.Errorf("underline(%q, %d) = %q, want %q", c.line, c.col, got, c.want)
		}
	}
}

// What the scanner for habits must survive.
func FuzzLex(f *testing.F) {
	for _, s := range []string{"f'a", `"\`, "a := 'b' \"\"\"", "漢 ** 字", "#", "x\xff!"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		end := 0
		for _, l := range lex(s) {
			if l.start < end || l.end <= l.start || l.text == "" {
				t.Fatalf("lexeme %+v after %d", l, end)
			}
			end = l.end
		}
		syntaxHabit(s, "got x, want y")
		underline(s, 3)
	})
}

// A program writes to the session's own output, not to a pipe that is copied from.
func TestOutletOfFile(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	in := New(Options{Stdin: strings.NewReader(""), Stdout: w, Stderr: io.Discard})
	code := fmt.Sprintf("run('test', '/proc/self/fd/1', '-ef', '/proc/%d/fd/%d')", os.Getpid(), w.Fd())
	if status := in.RunCode(t.Context(), code); status != 0 {
		t.Errorf("status %d", status)
	}
	in.Close()
	w.Close()
}

type closedPipe struct{}

func (closedPipe) Write([]byte) (int, error) { return 0, syscall.EPIPE }

// Output that nobody reads ends the run as SIGPIPE would.
func TestOutlet(t *testing.T) {
	t.Parallel()
	in := New(Options{Stdin: strings.NewReader(""), Stdout: closedPipe{}, Stderr: io.Discard})
	defer in.Close()
	status := in.RunCode(t.Context(), "while True: print('y')")
	if status != 141 || in.Finish(t.Context(), status) != 141 || !in.Ended() {
		t.Errorf("status %d", status)
	}
}
