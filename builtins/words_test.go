package builtins

import (
	"slices"
	"strings"
	"testing"

	"go.starlark.net/starlark"
)

// TestWords holds what every word owes its readers.
func TestWords(t *testing.T) {
	for _, b := range All() {
		t.Run(b.Name(), func(t *testing.T) {
			if _, err := b.sig.parse(); err != nil {
				t.Error(err)
			}
			if len(moduleWords(b.Name())) > 0 {
				t.Error("a module has this name, too")
			}
			if !slices.Contains(Shelves[:], b.Shelf) {
				t.Errorf("Shelf %q is none of %q", b.Shelf, Shelves)
			}
			for what, text := range map[string]string{"Page": b.Page, "Doc": b.Doc, "Example": b.Example} {
				if strings.TrimSpace(text) == "" {
					t.Errorf("no %s", what)
				}
			}
			if verb, _, _ := strings.Cut(b.Doc, " "); !strings.HasSuffix(verb, "s") {
				t.Errorf("Doc starts with %q, not with a verb in the third person", verb)
			}
		})
	}
}

func TestParseSignature(t *testing.T) {
	params, err := parseSignature(`f(a, b=1, *rest, c, d=SIGTERM, e=CLONE_NEWNS|CLONE_NEWPID, task=None, **kw)`)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range params {
		text := p.Name
		if p.Default != nil {
			text += "=" + p.Default.String()
		}
		got = append(got, []string{"", "keyword ", "*", "**"}[p.Kind]+text)
	}
	want := "a, b=1, *rest, keyword c, keyword d=SIGTERM, keyword e=CLONE_NEWNS | CLONE_NEWPID, keyword task=None, **kw"
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
	if _, err := parseSignature("f(a"); err == nil {
		t.Error("a broken signature was parsed")
	}
}

func TestBind(t *testing.T) {
	tests := []struct{ sig, call, want string }{
		{"f(a, b=2)", "f(1)", "1 2"},
		{"f(a, b=2)", "f(b=3, a=1)", "1 3"},
		{"f(a, *, b=2)", "f(1, 3)", "too many arguments: takes at most 1, but got 2"},
		{"f()", "f(1)", "too many arguments: takes none, but got 1"},
		{"f(a, b)", "f()", "missing arguments: a, b"},
		{"f(a, b)", "f(1)", "missing argument: b"},
		{"f(a, *, b)", "f(1)", "missing argument: b"},
		{"f(hostname)", "f(hostnam=1)", "no parameter is named hostnam (did you mean hostname?)"},
		{"f(a, *, task=None)", "f(tsak=1)", "no parameter is named tsak (did you mean task?)"},
		{"f(a)", "f(zebra=1)", "no parameter is named zebra"},
		{"f(a)", "f(1, a=2)", "a was given twice"},
		{"f(a, *b)", "f(1, 2, 3)", "1 (2, 3)"},
		{"f(a, *b, c=0)", "f(1, 2, c=5)", "1 (2,) 5"},
		{"f(*a, **k)", "f(x=1, y=2)", `() {"x": 1, "y": 2}`},
	}
	for _, tt := range tests {
		t.Run(tt.sig+" "+tt.call, func(t *testing.T) {
			if got := callBind(t, tt.sig, tt.call); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// callBind evaluates call and returns what is bound, or the error.
func callBind(t *testing.T, sig, call string) string {
	t.Helper()
	params, err := parseSignature(sig)
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	f := starlark.NewBuiltin("f", func(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		values, _, err := bind(params, args, kwargs)
		if err != nil {
			got = err.Error()
			return starlark.None, nil
		}
		var texts []string
		for _, v := range values {
			texts = append(texts, v.String())
		}
		got = strings.Join(texts, " ")
		return starlark.None, nil
	})
	eval(t, call, starlark.StringDict{"f": f})
	return got
}

func eval(t *testing.T, expr string, env starlark.StringDict) (starlark.Value, error) {
	t.Helper()
	return starlark.EvalOptions(dialect, new(starlark.Thread), "test", expr, env)
}

func TestNearest(t *testing.T) {
	for word, want := range map[string]string{"sethostnam": "sethostname", "mnout": "mount", "x": "", "umount": "umount2"} {
		if got := nearest(word, []string{"mount", "umount2", "sethostname", "setns"}); got != want {
			t.Errorf("nearest(%q) = %q, want %q", word, got, want)
		}
	}
}

// TestSimpleSignatures holds the quick parser to what Starlark's own makes of every word.
func TestSimpleSignatures(t *testing.T) {
	t.Parallel()
	sigs := []string{"f()", "f(a, b=1, *rest, c, d=SIGTERM)", "f(*, a=-1, b=0o17, **kw)", `f(a=", ")`, "f(a=010)", "f(a=[1, 2])", "f(a,b)", "f(1a)", "f(a=1_0)"}
	for _, b := range All() {
		sigs = append(sigs, b.Sig)
	}
	simple := 0
	for _, sig := range sigs {
		got, ok := simpleSignature(sig)
		if !ok {
			continue
		}
		simple++
		want, err := starlarkSignature(sig)
		if err != nil || len(got) != len(want) {
			t.Errorf("%s: %v, but Starlark's parser has %v, %v", sig, got, want, err)
			continue
		}
		for i := range got {
			if got[i].Name != want[i].Name || got[i].Kind != want[i].Kind || !sameDefault(got[i].Default, want[i].Default) {
				t.Errorf("%s: parameter %d is %v, but %v to Starlark's parser", sig, i, got[i], want[i])
			}
		}
	}
	if simple < len(sigs)*9/10 {
		t.Errorf("only %d of %d signatures are simple", simple, len(sigs))
	}
}

func sameDefault(a, b starlark.Value) bool {
	if a == nil || b == nil {
		return a == b
	}
	same, err := starlark.Equal(a, b)
	return err == nil && same && a.Type() == b.Type()
}
