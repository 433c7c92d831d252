package builtins

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
	"golang.org/x/sys/unix"
)

var dialect = &syntax.FileOptions{Set: true, While: true, TopLevelControl: true, GlobalReassign: true, Recursion: true}

// session is a host whose output a test can read. No test here starts a task.
func session(t testing.TB) (*Host, *bytes.Buffer) {
	t.Helper()
	var out bytes.Buffer
	h := NewHost(Options{Args: []string{"script", "arg"}, Env: []string{"A=1", "B=x=y", "A=2"}, Stdout: &out, Stderr: &out})
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h, &out
}

// script runs src with extra names beside the words.
func (h *Host) script(ctx context.Context, src string, extra starlark.StringDict) error {
	return h.Run(ctx, "test", func(thread *starlark.Thread) error {
		env := starlark.StringDict{}
		for name, v := range h.Predeclared() {
			env[name] = v
		}
		for name, v := range extra {
			env[name] = v
		}
		_, err := starlark.ExecFileOptions(dialect, thread, "test.star", src, env)
		return err
	})
}

func TestSession(t *testing.T) {
	tests := []struct{ src, want string }{
		{`print(argv, environ)`, `["script", "arg"] {"A": "1", "B": "x=y"}` + "\n"},
		{`environ["C"] = "3"; print(len(environ), struct(a=1), math.floor(1.5))`, "3 struct(a = 1) 1\n"},
		{`r = catch(sleep, "long"); print(r.ok, r.value, r.error)`, "False None sleep: bad value: seconds must be a number, but is string \"long\"\n"},
		{`e = catch(sleep, "long").error; print(e.word, repr(e.errno), e.args, repr(e.hint))`, "sleep \"\" (\"long\",) \"\"\n"},
		{`print(catch(sleep).error.hint)`, "the signature is sleep(seconds)\n"},
		{`print(catch(lambda: 1 // 0).error.message)`, "floored division by zero\n"},
		{`print(catch(sleep, second=1).error)`, "sleep: no parameter is named second (did you mean seconds?)\n"},
		{`print(catch(sleep, seconds=0), catch(sleep, float("nan")).ok)`, "struct(error = None, ok = True, value = None) False\n"},
		{`print(catch(sleep, -1).error)`, "sleep: bad value: seconds must be from 0 to 2^63 ns, but is int -1\n"},
		{`print(catch(sethostname, "x", task=5).error)`, "sethostname: bad value: task must be a task, but is int 5\n"},
		{`print(catch(exit, 256).error)`, "exit: bad value: status must be from 0 to 255, but is int 256\n"},
		{`print(catch(lambda: catch(sleep, "x").error.word).value)`, "sleep\n"},
		{`l = lock(); print(l, l.call(lambda x: x + 1, 1), catch(l.release).error)`, "<lock> 2 lock.release: nobody holds the lock\n"},
		{`l = lock(); catch(l.call, lambda: fail("x")); l.acquire(); l.release(); print("free")`, "free\n"},
		{`help(CLONE_NEWUTS); help("SIGKILL")`, "    CLONE_NEWUTS is a CLONE_ flag, 0x4000000. See clone(2).\n    SIGKILL is a signal, 9. See signal(7).\n"},
		{`print(catch(help, "sleeep").error)`, "help: there is no word sleeep (did you mean sleep?)\n"},
		{`defer(print, 1); defer(print, 2); defer(fail, 3); print(0)`, "0\nError in fail: fail: 3\n2\n1\n"},
	}
	for _, tt := range tests {
		t.Run(tt.src, func(t *testing.T) {
			h, out := session(t)
			if err := h.script(t.Context(), tt.src, nil); err != nil {
				t.Fatal(err)
			}
			h.RunDeferred(t.Context())
			if got := out.String(); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestHelp(t *testing.T) {
	h, out := session(t)
	if err := h.script(t.Context(), `help(); help(sleep); help(lock().acquire)`, nil); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"    language\n", "      sleep", "    sleep(seconds)\n", "    >>> done = []\n", "    acquire()\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	for line := range strings.Lines(out.String()) {
		if strings.HasPrefix(line, ">>>") {
			t.Errorf("a prompt at the left margin: %s", line)
		}
	}
}

func TestTable(t *testing.T) {
	var s strings.Builder
	if err := WriteTable(&s); err != nil {
		t.Fatal(err)
	}
	want := "| `sethostname(name, *, task=None)` | Sets the hostname of the UTS namespace that the task is a member of | `hostname NAME` | sethostname(2) |\n"
	if !strings.Contains(s.String(), want) {
		t.Errorf("no %s in\n%s", want, s.String())
	}
}

func TestExit(t *testing.T) {
	h, _ := session(t)
	var exit *ExitError
	if err := h.script(t.Context(), `catch(catch, exit, 3)`, nil); !errors.As(err, &exit) || exit.Code != 3 {
		t.Errorf("got %v, want exit(3)", err)
	}
}

// TestPanic holds that a fault in a word is an error of that word.
func TestPanic(t *testing.T) {
	h, _ := session(t)
	w := newBuiltin(Builtin{Sig: "broken()", Func: func(*Call) (starlark.Value, error) { panic("ouch") }})
	err := h.script(t.Context(), `broken()`, starlark.StringDict{"broken": w.value()})
	if err == nil || err.Error() != "broken: internal error in broken: ouch" {
		t.Errorf("got %v", err)
	}
}

var _ = hint("unhappy", unix.EPERM, func(c *Call, _ *Error) string { return "you are " + string(c.Arg("who").(starlark.String)) })

func TestHint(t *testing.T) {
	h, _ := session(t)
	w := newBuiltin(Builtin{Sig: "unhappy(who)", Func: func(*Call) (starlark.Value, error) { return nil, unix.EPERM }})
	err := h.script(t.Context(), `unhappy("nobody")`, starlark.StringDict{"unhappy": w.value()})
	if want := "unhappy: EPERM (operation not permitted)\nhint: you are nobody"; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if !errors.Is(err, unix.EPERM) {
		t.Error("the errno is lost")
	}
}

// TestInterrupt holds that the end of the context ends whatever runs.
func TestInterrupt(t *testing.T) {
	for _, src := range []string{`sleep(1000)`, `catch(sleep, 1000)`, `l = lock(); l.acquire(); l.acquire()`, "while True: pass"} {
		t.Run(src, func(t *testing.T) {
			h, _ := session(t)
			ctx, cancel := context.WithCancel(t.Context())
			started := starlark.NewBuiltin("started", func(*starlark.Thread, *starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error) {
				cancel()
				return starlark.None, nil
			})
			if err := h.script(ctx, "started()\n"+src, starlark.StringDict{"started": started}); err == nil {
				t.Error("it was not interrupted")
			}
		})
	}
}

// TestTurns has many threads change one list without a lock of their own.
func TestTurns(t *testing.T) {
	h, _ := session(t)
	shared := starlark.NewList(nil)
	const threads, rounds = 8, 300
	var wg sync.WaitGroup
	for range threads {
		wg.Go(func() {
			src := `
for i in range(rounds):
    shared.append(i)
    for j in range(20): pass
    if i % 10 == 0: sleep(0)
`
			if err := h.script(t.Context(), src, starlark.StringDict{"shared": shared, "rounds": starlark.MakeInt(rounds)}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if shared.Len() != threads*rounds {
		t.Errorf("%d elements, want %d", shared.Len(), threads*rounds)
	}
}

// TestYield holds that a thread that never blocks lets another have its turn.
func TestYield(t *testing.T) {
	h, _ := session(t)
	done := starlark.NewList(nil)
	env := starlark.StringDict{"done": done}
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := h.script(t.Context(), "while not done: pass", env); err != nil {
			t.Error(err)
		}
	})
	if err := h.script(t.Context(), "done.append(1)", env); err != nil {
		t.Error(err)
	}
	wg.Wait()
}

func BenchmarkPredeclared(b *testing.B) {
	for b.Loop() {
		h := NewHost(Options{})
		h.Predeclared()
	}
}
