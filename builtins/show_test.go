package builtins

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"go.starlark.net/starlark"

	"nstar/builtins/internal/layout"
)

// shown1 evaluates an expression and shows its value.
func shown1(t *testing.T, expr string, view View) string {
	t.Helper()
	h := NewHost(Options{Stdout: io.Discard, Stderr: io.Discard})
	defer h.Close()
	text := ""
	err := h.Run(context.Background(), "test", func(thread *starlark.Thread) error {
		v, err := starlark.EvalOptions(dialect, thread, "test", expr, h.Predeclared())
		if err == nil {
			text = h.Show(thread, v, view)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Whatever a value holds, the prompt shows a few screens of it and says how much is left; All shows it all.
func TestShowBounds(t *testing.T) {
	t.Parallel()
	for expr, left := range map[string]string{
		`list(range(1000000))`:                       "… and 999,900 more elements; ",
		`[str(i) * 500 for i in range(101)]`:         "… and 1 more element; ",
		`[struct(n=i) for i in range(1000)]`:         "… and 900 more elements; ",
		`table([struct(n=i) for i in range(1000)])`:  "… and 900 more rows; ",
		`{str(i): i for i in range(1000)}`:           "… and 900 more keys; ",
		`set(range(1000))`:                           "… and 900 more elements; ",
		`"x" * 1000000`:                              "… and 996,000 more bytes; ",
		`b"x" * 1000000`:                             "… and 996,000 more bytes; ",
		`{"k": "x" * 1000000, "l": list(range(99))}`: "",
		`[[list(range(100000))] * 1000] * 3`:         "",
	} {
		t.Run(expr, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			text := shown1(t, expr, View{Width: 60})
			if len(text) > 20000 || !strings.Contains(text, left) {
				t.Errorf("%d bytes, the last are %q", len(text), text[max(0, len(text)-100):])
			}
			if all := shown1(t, expr, View{Width: 60, All: true}); strings.Contains(all, "page(_)") || len(all) < len(text)-len(left)-20 {
				t.Errorf("All leaves something out: %d of %d bytes", len(all), len(text))
			}
			t.Log(time.Since(start))
		})
	}
}

// No line of a table is wider than the window, however narrow that is.
func TestShowWidth(t *testing.T) {
	t.Parallel()
	for _, expr := range []string{
		`[struct(pid=i, name="日本語" * i, path="/a/b" * i) for i in range(20)]`,
		`{"名前" * i: "e\u0301" * 50 * i for i in range(1, 9)}`,
		`struct(a="x" * 200, b="👩‍🚀" * 30)`,
		`list(range(200))`,
		`["x" * 100] * 11`,
	} {
		for _, width := range []int{8, 20, 33, 80, 200} {
			for line := range strings.Lines(shown1(t, expr, View{Width: width})) {
				line = strings.TrimSuffix(line, "\n")
				if strings.Contains(line, "page(_)") {
					continue
				}
				if layout.Width(line) > width {
					t.Errorf("%s in %d columns: %q takes %d", expr, width, line, layout.Width(line))
				}
			}
		}
	}
}

func TestWantsColour(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		terminal bool
		env      string
		want     bool
	}{
		{true, "", true}, {false, "", false}, {true, "NO_COLOR=1", false}, {true, "NO_COLOR=", true},
		{true, "TERM=dumb", false}, {true, "CLICOLOR=0", false}, {false, "CLICOLOR=1", false},
		{false, "CLICOLOR_FORCE=1", true}, {false, "CLICOLOR_FORCE=0", false}, {true, "CLICOLOR_FORCE=1 NO_COLOR=1", false},
	} {
		env := func(name string) string {
			for _, e := range strings.Fields(tt.env) {
				if v, ok := strings.CutPrefix(e, name+"="); ok {
					return v
				}
			}
			return ""
		}
		if got := wantsColour(tt.terminal, env); got != tt.want {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}
