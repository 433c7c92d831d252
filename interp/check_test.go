package interp

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"nstar/builtins"
)

// TestCheck compares what reading a line tells with what is expected: LINE:COL-LINE:COL MESSAGE / HINT.
func TestCheck(t *testing.T) {
	t.Parallel()
	vocabulary := builtins.Vocabulary()
	for _, test := range []struct {
		text string
		want []string
	}{
		{"x = 1\nprint(x)\n", nil},
		{"x = )\n", []string{`1:5-1:6 syntax error: unexpected ')'`}},
		{"x = 1\nf\"a{1}\"\n", []string{`2:2-2:8 syntax error: got string literal, want newline / Starlark has no f-strings: "{}".format(x) or "%s" % x`}},
		{"sethostnam('a')", []string{`1:1-1:11 undefined: sethostnam / did you mean sethostname?`}},
		{"x = true\n", []string{`1:5-1:9 undefined: true / write True`}},
		{"return 1\n", []string{`1:1-1:1 return statement not within a function`}},
		{"sethostname()\n", []string{`1:1-1:12 sethostname: missing argument: name / sethostname(name, *, task=None)`}},
		{"a = []\nsethostname(*a)\n", nil},
		{"sethostname('a', 'b', 'c')\n", []string{`1:18-1:21 sethostname: too many arguments: takes at most 1, but got 3 / sethostname(name, *, task=None)`}},
		{"sethostname('a', tsk=1)\n", []string{`1:18-1:23 sethostname: no parameter is named tsk (did you mean task?) / sethostname(name, *, task=None)`}},
		{"sethostname('a', name='b')\n", []string{`1:18-1:26 sethostname: name was given twice / sethostname(name, *, task=None)`}},
		{"netns.add()\n", []string{`1:1-1:10 netns.add: missing argument: name / netns.add(name, *, task=None)`}},
		{"def sethostname(): pass\nsethostname()\n", nil},
		{"run('ls', 1, 2, 3, check=False)\n", nil},
		{"x = CLONE_NEWUTS | MS_BIND | MS_REC\n", []string{`1:5-1:27 CLONE_NEWUTS | MS_BIND: a CLONE_ flag cannot be joined with an MS_ flag`}},
		{"x = CLONE_NEWUTS | CLONE_NEWNET\n", nil},
		{"kill(1, MS_BIND)\n", []string{`1:9-1:16 kill: bad value: sig must be a signal, but is MS_BIND, an MS_ flag`}},
		{"kill(1, sig=SIGKILL)\n", nil},
		{"print('a', end='')\n", []string{`1:12-1:18 print: unexpected keyword argument "end" / print takes sep= only; join the pieces first: " ".join(list)`}},
		{"x = '%5d' % 1\n", []string{`1:5-1:10 unknown conversion %5 / % knows no widths or flags, only %s %r %d %x %o %e %f %g %c %%; pad with " " * (8 - len(s)) + s`}},
		{"x = '%(a)s %d%%' % 1\n", nil},
		{"load('lib.star', 'twice', 'thrce')\n", []string{`1:28-1:33 load: lib.star has no thrce / did you mean thrice?`}},
		{"load('no.star', 'x')\n", []string{`1:6-1:15 no such file`}},
		{"x = 1 | " + strings.Repeat("1 | ", 100_000) + "1\n", nil},
		{"x = " + strings.Repeat("MS_BIND | ", 100_000) + "MS_BIND\n", nil},
	} {
		problems := Check("a.star", []byte(test.text), vocabulary, func(module string) ([]string, error) {
			if module == "lib.star" {
				return []string{"twice", "thrice"}, nil
			}
			return nil, errors.New("no such file")
		})
		var got []string
		for _, p := range problems {
			text := fmt.Sprintf("%d:%d-%d:%d %s", p.Start.Line, p.Start.Col, p.End.Line, p.End.Col, p.Message)
			if p.Hint != "" {
				text += " / " + p.Hint
			}
			got = append(got, text)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%.60q:\n got %q\nwant %q", test.text, got, test.want)
		}
	}
}

// TestCheckMany holds that a text of nothing but errors is told about in a short time.
func TestCheckMany(t *testing.T) {
	t.Parallel()
	var s strings.Builder
	for i := range 50_000 {
		fmt.Fprintf(&s, "undefined%d()\n", i)
	}
	if n := len(Check("a.star", []byte(s.String()), builtins.Vocabulary(), nil)); n != mostProblems {
		t.Errorf("%d problems, want %d", n, mostProblems)
	}
}
