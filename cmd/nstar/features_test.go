package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"nstar/builtins"
)

// A feature is a row of the README's table of what people use today.
type feature struct{ what, today, words, shown string }

var codeSpan = regexp.MustCompile("`([^`]+)`")

// features reads the table.
func features(t *testing.T) []feature {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(text), "<!-- features -->\n")
	table, _, ends := strings.Cut(table, "<!-- /features -->")
	if !found || !ends {
		t.Fatal("README.md has no <!-- features --> … <!-- /features -->")
	}
	var rows []feature
	for line := range strings.Lines(table) {
		line = strings.ReplaceAll(strings.TrimSpace(line), `\|`, "\x00")
		if line == "" || strings.HasPrefix(line, "| ---") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		if len(cells) != 4 {
			t.Errorf("a row has %d cells, not 4: %s", len(cells), line)
			continue
		}
		for i := range cells {
			cells[i] = strings.ReplaceAll(strings.TrimSpace(cells[i]), "\x00", "|")
		}
		if cells[3] != "shown in" {
			rows = append(rows, feature{cells[0], cells[1], cells[2], cells[3]})
		}
	}
	return rows
}

// TestFeatures holds the table to the words and to the sessions: what a row
// names is there, and is used where the row says that it is shown.
func TestFeatures(t *testing.T) {
	t.Parallel()
	h := builtins.NewHost(builtins.Options{})
	defer h.Close()
	names := h.Predeclared()
	seen := map[string]bool{}
	for _, f := range features(t) {
		if f.what == "" || seen[f.what] {
			t.Errorf("there are two rows %q", f.what)
		}
		seen[f.what] = true
		var shown strings.Builder
		for _, where := range strings.Split(f.shown, "; ") {
			text, err := sessionOf(where)
			if err != nil {
				t.Errorf("%s: %v", f.what, err)
			}
			shown.WriteString(text)
		}
		spans := codeSpan.FindAllStringSubmatch(f.words, -1)
		if len(spans) == 0 {
			t.Errorf("%s: no word", f.what)
		}
		for _, span := range spans {
			used, err := namesIn(span[1], names)
			if err != nil {
				t.Errorf("%s: %s: %v", f.what, span[1], err)
			}
			for _, name := range used {
				if !regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`).MatchString(shown.String()) {
					t.Errorf("%s: %s is not shown in %s", f.what, name, f.shown)
				}
			}
		}
	}
}

// sessionOf is the text that a row refers to: a recipe, a test, a word's example,
// or a file of testdata, from a heading that begins like that to the next.
func sessionOf(where string) (string, error) {
	file, heading, _ := strings.Cut(where, ": ")
	up := filepath.Join("..", "..")
	switch {
	case strings.HasSuffix(file, ".star"):
		text, err := os.ReadFile(filepath.Join(up, "scripts", "recipes", file))
		return string(text), err
	case strings.HasPrefix(file, "Test"):
		return testSource(filepath.Join(up, "builtins", "*_test.go"), file)
	case !strings.HasSuffix(file, ".txt"):
		if b := builtins.Lookup(file); b != nil {
			return b.Example, nil
		}
		return "", fmt.Errorf("there is no word %q", file)
	}
	text, err := os.ReadFile(filepath.Join(up, "builtins", "testdata", file))
	if err != nil {
		text, err = os.ReadFile(filepath.Join("testdata", file))
	}
	if err != nil || heading == "" {
		return string(text), err
	}
	_, after, found := strings.Cut("\n"+string(text), "\n# "+heading)
	if !found {
		return "", fmt.Errorf("%s has no heading %q", file, heading)
	}
	after, _, _ = strings.Cut(after, "\n# ")
	return after, nil
}

// testSource is a test of the files that match a pattern, with the table before
// it that it runs, if there is one.
func testSource(pattern, name string) (string, error) {
	files, err := filepath.Glob(pattern)
	if err != nil {
		return "", err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		before, after, found := strings.Cut(string(text), "\nfunc "+name+"(")
		if !found {
			continue
		}
		body, _, _ := strings.Cut(after, "\n}\n")
		if i := strings.LastIndex(before, "\nvar "); i > strings.LastIndex(before, "\nfunc ") && i >= 0 {
			body = before[i:] + body
		}
		return body, nil
	}
	return "", fmt.Errorf("there is no %s", name)
}

// namesIn are the words, methods, parameters and constants that an expression
// of the table uses. An error says which of them are none. Other names in it
// stand for whatever the reader has.
func namesIn(src string, names starlark.StringDict) (used []string, err error) {
	if strings.HasPrefix(src, "nstar ") {
		return nil, nil
	}
	expr, err := (&syntax.FileOptions{}).ParseExpr("README.md", src, 0)
	if err != nil {
		return nil, err
	}
	keywords := map[syntax.Expr]bool{}
	syntax.Walk(expr, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CallExpr:
			word, known := calledWord(n.Fn)
			if _, free := n.Fn.(*syntax.Ident); free && !known && names[word] == nil && !universal(word) {
				err = fmt.Errorf("there is no word %s", word)
			}
			for _, arg := range n.Args {
				if b, ok := arg.(*syntax.BinaryExpr); ok && b.Op == syntax.EQ {
					param := b.X.(*syntax.Ident).Name
					keywords[b.X] = true
					used = append(used, param)
					if known && !hasParam(builtins.Lookup(word), param) {
						err = fmt.Errorf("%s has no parameter %s", word, param)
					}
				}
			}
		case *syntax.DotExpr:
			if word, known := calledWord(n); !known {
				used = append(used, n.Name.Name)
			} else {
				used = append(used, word)
			}
		case *syntax.Ident:
			constant := n.Name == strings.ToUpper(n.Name) && len(n.Name) > 2 && strings.Contains(n.Name, "_")
			if constant && names[n.Name] == nil {
				err = fmt.Errorf("there is no constant %s", n.Name)
			}
			if constant || builtins.Lookup(n.Name) != nil {
				used = append(used, n.Name)
			}
		}
		return true
	})
	return used, err
}

// calledWord is the name of a function, and whether that is a word: open, netns.add.
func calledWord(fn syntax.Expr) (name string, known bool) {
	switch fn := fn.(type) {
	case *syntax.Ident:
		name = fn.Name
	case *syntax.DotExpr:
		if x, ok := fn.X.(*syntax.Ident); ok {
			name = x.Name + "." + fn.Name.Name
		}
	}
	return name, builtins.Lookup(name) != nil
}

// universal tells whether a name is one of Starlark's own.
func universal(name string) bool { return starlark.Universe[name] != nil }

func hasParam(b *builtins.Builtin, name string) bool {
	return name == "task" || slices.ContainsFunc(b.Params(), func(p builtins.Param) bool { return p.Name == name })
}

// TestRecipesInReadme compares the README's table of recipes with the recipes.
func TestRecipesInReadme(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join("..", "..", "scripts", "recipes", "*.star"))
	if err != nil || len(files) == 0 {
		t.Fatal("no recipes", err)
	}
	for _, file := range files {
		if row := "\n| `" + filepath.Base(file) + "` | "; !strings.Contains(string(text), row) {
			t.Errorf("README.md has no row of %s", filepath.Base(file))
		}
	}
}
