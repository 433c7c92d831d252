package interp_test

import (
	"context"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"

	"nstar/interp"
)

// Blocks that a script types are echoed in transcript form.
func TestScriptedReader(t *testing.T) {
	t.Parallel()
	var out sharedBuffer
	in := interp.New(interp.Options{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out})
	defer in.Close()
	lines := in.ScriptedReader([]string{"def f():\n    return 7\n", "f()"})
	if status := in.Prompt(context.Background(), lines); status != 0 {
		t.Errorf("status %d", status)
	}
	want := ">>> def f():\n...     return 7\n>>> f()\n7\n"
	if out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}

// A typist sends a signal when the session prints a mark.
type typist struct {
	io.Writer
	mark    string
	signals chan<- os.Signal
	signal  os.Signal
}

func (y *typist) Write(p []byte) (int, error) {
	if strings.Contains(string(p), y.mark) {
		y.signals <- y.signal
	}
	return y.Writer.Write(p)
}

// prompt types lines, sends sig at each mark, and returns the status and the screen.
func prompt(t *testing.T, typed, mark string, sig os.Signal) (int, string) {
	t.Helper()
	signals := make(chan os.Signal, 4)
	var out sharedBuffer
	in := interp.New(interp.Options{
		Stdin: strings.NewReader(typed), Stderr: &out, Signals: func() <-chan os.Signal { return signals },
		Stdout: &typist{&out, mark, signals, sig},
	})
	defer in.Close()
	lines := in.PlainReader()
	defer lines.Close()
	status := in.Prompt(context.Background(), lines)
	return in.Finish(context.Background(), status), out.String()
}

// Ctrl-C ends what runs, and the prompt goes on.
func TestPromptInterrupt(t *testing.T) {
	t.Parallel()
	status, screen := prompt(t, "if True:\n    print('go')\n    while True: pass\n\nprint('after')\n", "go", os.Interrupt)
	if status != 0 || !strings.Contains(screen, "after") {
		t.Errorf("status %d\n%s", status, screen)
	}
}

// SIGTERM ends the prompt; what was deferred still runs.
func TestPromptTerminate(t *testing.T) {
	t.Parallel()
	typed := "defer(print, 'deferred')\nif True:\n    print('go')\n    while True: pass\n\nprint('after')\n"
	status, screen := prompt(t, typed, "go", syscall.SIGTERM)
	if status != 143 || strings.Contains(screen, "after") || !strings.Contains(screen, "deferred") {
		t.Errorf("status %d\n%s", status, screen)
	}
}

// The reader waits for the end of a block, and no longer.
func TestBlocks(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string][]string{
		"1\n2\n":                             {"1\n", "2\n"},
		"def f():\n  x\n  y\n\n3\n":          {"def f():\n  x\n  y\n\n", "3\n"},
		"if True: pass\n\n3\n":               {"if True: pass\n\n", "3\n"},
		"def f():\n  # c\n  x\n  # d\n\n3\n": {"def f():\n  # c\n  x\n  # d\n\n", "3\n"},
		"[1,\n\n2]\n3\n":                     {"[1,\n\n2]\n", "3\n"},
		"'''a\n\nb'''\n3\n":                  {"'''a\n\nb'''\n", "3\n"},
		"x = \\\n3\n":                        {"x = \\\n3\n"},
		"1 +\n2\n":                           {"1 +\n", "2\n"},
		"# comment\n\n1\n":                   {"# comment\n", "\n", "1\n"},
		"mount?\n!ls [\nt.pid?\n":            {"mount?\n", "!ls [\n", "t.pid?\n"},
		"f(1,\n  2)\ndef g():\n  return (":   {"f(1,\n  2)\n", "def g():\n  return (\n"},
		"try:\nimport os\n@d\nx = 'open\n1":  {"try:\n", "import os\n", "@d\n", "x = 'open\n", "1\n"},
	} {
		in := interp.New(interp.Options{Stdin: strings.NewReader(typed), Stdout: io.Discard, Stderr: io.Discard})
		lines := in.PlainReader()
		var got []string
		for {
			block, err := lines.ReadBlock(context.Background())
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, block)
		}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%q: got %q, want %q", typed, got, want)
		}
		lines.Close()
		in.Close()
	}
}
