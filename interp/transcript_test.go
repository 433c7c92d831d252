package interp_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"nstar/interp"
)

var update = flag.Bool("update", false, "rewrite the outputs in testdata")

// TestTranscripts types in the sessions of testdata.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			replay(t, file)
		})
	}
}

func replay(t *testing.T, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	tr := interp.ParseTranscript(file, string(text))
	results, err := tr.Replay(context.Background(), "")
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, []byte(tr.Update(results)), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	var diff bytes.Buffer
	if tr.Report(&diff, results) > 0 {
		t.Errorf("not as shown (-update rewrites):\n%s", diff.String())
	}
}

const markdown = "# Title\n\n```nstar\n>>> x = 1\n>>> x\n2\n```\n\nprose >>> x\n\n```nstar more\n>>> x + 1\n2\n\n```\n" +
	"```sh\n>>> not ours\n```\n```nstar\n>>> x\nundefined: x\n```\n"

// A fence is a session, "more" goes on with it, other fences are left alone, and what differs is rewritten
// in place.
func TestMarkdown(t *testing.T) {
	t.Parallel()
	tr := interp.ParseTranscript("demo.md", markdown)
	if len(tr.Sessions) != 2 || len(tr.Sessions[0].Items) != 3 || tr.Sessions[1].Line != 19 {
		t.Fatalf("sessions: %+v", tr.Sessions)
	}
	results, err := tr.Replay(context.Background(), "")
	if err != nil {
		t.Fatal(err)
	}
	var diff bytes.Buffer
	if n := tr.Report(&diff, results); n != 1 {
		t.Errorf("%d differences, want 1:\n%s", n, diff.String())
	}
	want := "demo.md:5:\n  >>> x\n- 2\n+ 1\n"
	if diff.String() != want {
		t.Errorf("got %q, want %q", diff.String(), want)
	}
	fixed := bytes.Replace([]byte(markdown), []byte(">>> x\n2\n"), []byte(">>> x\n1\n"), 1)
	if got := tr.Update(results); got != string(fixed) {
		t.Errorf("updated:\n%s", got)
	}
}

// A session may end itself; what follows is not typed.
func TestReplayExit(t *testing.T) {
	t.Parallel()
	tr := interp.ParseTranscript("x.txt", ">>> exit(3)\n>>> 1\n")
	results, err := tr.Replay(context.Background(), "y = 2")
	if err != nil || len(results) != 1 {
		t.Fatal(results, err)
	}
}

// A prelude that fails says so.
func TestReplayPrelude(t *testing.T) {
	t.Parallel()
	tr := interp.ParseTranscript("x.txt", ">>> 1\n1\n")
	if _, err := tr.Replay(context.Background(), "nothing()"); err == nil {
		t.Error("no error")
	}
}
