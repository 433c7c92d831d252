package interp_test

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"nstar/interp"
)

// TestStarlark runs the tests of scripts/tests, as nstar test does.
func TestStarlark(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("../scripts/tests/*_test.star")
	if len(files) == 0 {
		t.Fatal("no tests")
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		in := interp.New(interp.Options{Stdout: io.Discard, Stderr: io.Discard})
		names, err := in.Tests(file, text)
		in.Close()
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				switch r := interp.RunTest(t.Context(), interp.Options{Env: os.Environ()}, file, name); r.Verdict {
				case interp.Passed:
				case interp.SkippedTest:
					t.Skip(r.Why)
				default:
					t.Errorf("%s\n%s", r.Why, r.Output)
				}
			})
		}
	}
}
