package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"nstar/builtins"
	"nstar/interp"
)

var fix = flag.Bool("fix", false, "bring the table of words and the sessions in README.md up to date")

// arrows lists, for each package of the house, what it may import besides the standard library.
// What a package's tests import is their own affair.
var arrows = map[string][]string{
	"nstar/cmd/nstar": {"nstar/interp", "nstar/interp/lsp", "nstar/builtins", "nstar/scripts", "golang.org/x/sys/unix",
		"github.com/rogpeppe/go-internal/diff"},
	"nstar/cmd/bench": {"nstar/interp", "nstar/builtins", "golang.org/x/sys/unix",
		"go.starlark.net/starlark", "go.starlark.net/syntax"},
	"nstar/interp/lsp": {"nstar/interp", "nstar/interp/edit", "nstar/builtins", "go.starlark.net/starlark"},
	"nstar/interp": {"nstar/builtins", "nstar/scripts", "nstar/interp/edit", "nstar/interp/format",
		"go.starlark.net/starlark", "go.starlark.net/syntax", "go.starlark.net/resolve"},
	"nstar/interp/format":            {"go.starlark.net/syntax"},
	"nstar/interp/edit/vttest":       {"golang.org/x/sys/unix", "github.com/rivo/uniseg"},
	"nstar/interp/edit":              {"github.com/chzyer/readline", "github.com/rivo/uniseg", "golang.org/x/sys/unix"},
	"nstar/builtins/internal/layout": {"github.com/rivo/uniseg"},
	"nstar/builtins": {"nstar/builtins/internal/layout", "nstar/builtins/internal/stack", "nstar/builtins/internal/task", "nstar/builtins/internal/seccomp", "golang.org/x/sys/unix", "github.com/vishvananda/netns",
		"go.starlark.net/starlark", "go.starlark.net/syntax", "go.starlark.net/starlarkstruct",
		"go.starlark.net/lib/json", "go.starlark.net/lib/math", "go.starlark.net/lib/time"},
	"nstar/builtins/internal/seccomp":     {"golang.org/x/net/bpf", "golang.org/x/sys/unix"},
	"nstar/builtins/internal/task":        {"golang.org/x/sys/unix", "nstar/builtins/internal/task/nofile"},
	"nstar/builtins/internal/task/nofile": {"golang.org/x/sys/unix"},
	"nstar/builtins/internal/stack":       {},
	"nstar/scripts":                       {},
}

type pkg struct {
	ImportPath, Dir string
	Imports         []string
	GoFiles         []string
}

// house lists the packages of this module.
func house(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,Imports,GoFiles", "./...")
	cmd.Dir = filepath.Join("..", "..")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal("go list: ", err)
	}
	var pkgs []pkg
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return pkgs
		}
		if err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
}

// TestArrows holds the imports to the map: one way down, and no new rooms without a place on it.
func TestArrows(t *testing.T) {
	t.Parallel()
	for _, p := range house(t) {
		allowed, ok := arrows[p.ImportPath]
		if !ok {
			t.Errorf("%s is not on the map", p.ImportPath)
			continue
		}
		for _, imp := range p.Imports {
			if first, _, _ := strings.Cut(imp, "/"); strings.Contains(first, ".") || first == "nstar" {
				if !slices.Contains(allowed, imp) {
					t.Errorf("%s imports %s, which the map does not allow", p.ImportPath, imp)
				}
			}
			if imp == "C" {
				t.Errorf("%s uses cgo", p.ImportPath)
			}
		}
	}
}

// TestUnsafe keeps unsafe to the files whose names warn of it.
func TestUnsafe(t *testing.T) {
	t.Parallel()
	for _, p := range house(t) {
		for _, file := range p.GoFiles {
			text, err := os.ReadFile(filepath.Join(p.Dir, file))
			if err != nil {
				t.Fatal(err)
			}
			engine := strings.HasSuffix(p.ImportPath, "/internal/task")
			warned := strings.HasSuffix(file, "_unsafe.go") || engine && strings.HasPrefix(file, "stub")
			if bytes.Contains(text, []byte("\t\"unsafe\"\n")) && !warned {
				t.Errorf("%s/%s imports unsafe; only *_unsafe.go and the engine's stub*.go may", p.ImportPath, file)
			}
		}
	}
}

// TestReadme compares the README's table of words with the words; -fix repairs it. As TestScreens writes the same
// file, neither is parallel.
func TestReadme(t *testing.T) {
	file := filepath.Join("..", "..", "README.md")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var table bytes.Buffer
	if err := builtins.WriteTable(&table); err != nil {
		t.Fatal(err)
	}
	marks := regexp.MustCompile(`(?s)(<!-- words -->\n).*?(<!-- /words -->)`)
	if !marks.Match(text) {
		t.Fatal("README.md has no <!-- words --> … <!-- /words -->")
	}
	want := marks.ReplaceAllFunc(text, func([]byte) []byte {
		return slices.Concat([]byte("<!-- words -->\n"), table.Bytes(), []byte("<!-- /words -->"))
	})
	if bytes.Equal(text, want) {
		return
	}
	if !*fix {
		t.Fatal("the table of words is not current: go test ./cmd/nstar -fix")
	}
	if err := os.WriteFile(file, want, 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestScreens types the README's sessions into a prompt; -fix rewrites what they show. Numbers differ from
// machine to machine, and the blanks before them.
func TestScreens(t *testing.T) {
	file := filepath.Join("..", "..", "README.md")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	permitted := &interp.Session{}
	if _, err := permitted.Replay(t.Context(), "clone(CLONE_NEWUSER).close()\n"); err != nil {
		t.Skipf("this machine does not let us make user namespaces: %v", err)
	}
	tr := interp.ParseTranscript(file, string(text))
	if len(tr.Sessions) == 0 {
		t.Fatal("README.md has no ```nstar")
	}
	results, err := tr.Replay(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	blanks, numbers := regexp.MustCompile(` +`), regexp.MustCompile(` ?\d+`)
	plain := func(s string) string { // a column is as wide as its numbers
		lines := strings.Split(numbers.ReplaceAllString(blanks.ReplaceAllString(s, " "), "N"), "\n")
		for i := range lines {
			lines[i] = strings.TrimSpace(lines[i])
		}
		return strings.Join(lines, "\n")
	}
	differs := false
	for _, r := range results {
		if !interp.Matches(plain(r.Item.Output), plain(r.Got)) {
			differs = true
			t.Log(r.Diff())
		}
	}
	switch {
	case !differs:
	case !*fix:
		t.Error("the README shows something else: go test ./cmd/nstar -fix")
	default:
		if err := os.WriteFile(file, []byte(tr.Update(results)), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
