package format

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/rogpeppe/go-internal/diff"
	"go.starlark.net/syntax"

	"nstar/builtins"
	"nstar/scripts"
)

var fix = flag.Bool("fix", false, "format the scripts of the repository, and rewrite what testdata shows")

var dialect = &syntax.FileOptions{Set: true, While: true, TopLevelControl: true, GlobalReassign: true, Recursion: true}

// check formats a text twice. That it still means the same is checked by Source itself.
func check(t *testing.T, name, text string) string {
	t.Helper()
	once, err := Source(name, []byte(text), dialect)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	twice, err := Source(name, once, dialect)
	if err != nil {
		t.Fatalf("the second time: %v\n%s", err, once)
	}
	if !bytes.Equal(once, twice) {
		t.Fatalf("not stable:\n%s", diff.Diff("once", once, "twice", twice))
	}
	if want, got := letters(text), letters(string(once)); want != got {
		t.Fatalf("lost or added:\n%s", diff.Diff("before", []byte(want), "after", []byte(got)))
	}
	return string(once)
}

// letters is a text without what formatting may change: blanks, commas, semicolons, the backslashes that join lines, the last colon of x[a::],
// and which token a comment is next to. (The name that load binds may be quoted anew, so quotes do not count.)
func letters(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\ufeff", "").Replace(text)
	comments := scanComments(text)
	code := text
	for _, c := range comments {
		code = strings.Replace(code, c.text, "", 1)
	}
	var all strings.Builder
	for _, c := range comments {
		all.WriteString(c.text)
	}
	drop := strings.NewReplacer(" ", "", ":", "", "\t", "", "\n", "", ",", "", ";", "", "\\", "", "\"", "", "'", "")
	return strings.Join(strings.FieldsFunc(drop.Replace(code), unicode.IsSpace), "") + "\n" + drop.Replace(all.String())
}

// TestTestdata compares testdata/NAME.star, formatted, with testdata/NAME.golden.
func TestTestdata(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("testdata/*.star")
	if len(files) == 0 {
		t.Fatal("no testdata")
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got := check(t, file, string(text))
		golden := strings.TrimSuffix(file, ".star") + ".golden"
		if *fix {
			if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s: %s", file, diff.Diff("want", want, "got", []byte(got)))
		}
	}
}

// TestScripts keeps the scripts of the repository formatted.
func TestScripts(t *testing.T) {
	t.Parallel()
	err := fs.WalkDir(scripts.FS, ".", func(file string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := scripts.FS.ReadFile(file)
		if err != nil {
			return err
		}
		got := check(t, file, string(text))
		switch {
		case got == string(text):
		case *fix:
			return os.WriteFile(filepath.Join("..", "..", "scripts", file), []byte(got), 0o666)
		default:
			t.Errorf("scripts/%s is not formatted: go test ./interp/format -fix", file)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestExamples formats what is typed in the example of every word.
func TestExamples(t *testing.T) {
	t.Parallel()
	for _, w := range builtins.All() {
		var code strings.Builder
		for l := range strings.Lines(w.Example) {
			for _, mark := range []string{">>> ", "... "} {
				if typed, ok := strings.CutPrefix(l, mark); ok && !strings.HasSuffix(strings.TrimSpace(typed), "?") && typed[0] != '!' {
					code.WriteString(typed)
				}
			}
		}
		if _, err := dialect.Parse(w.Name(), code.String(), 0); err == nil {
			check(t, w.Name(), code.String())
		}
	}
}
