package interp_test

import (
	"bytes"
	"context"
	"io/fs"
	"path"
	"strings"
	"sync"
	"testing"

	"nstar/interp"
	"nstar/scripts"
)

// TestRecipes runs every recipe as it comes out of the binary. Each must succeed, as root and as an ordinary
// user, and print what its "# Output:" tail shows (… stands for anything on that line).
func TestRecipes(t *testing.T) {
	t.Parallel()
	needNamespaces(t)
	files, err := fs.Glob(scripts.FS, "recipes/*.star")
	if err != nil || len(files) == 0 {
		t.Fatal("no recipes", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(path.Base(file), ".star"), func(t *testing.T) {
			t.Parallel()
			runRecipe(t, file)
		})
	}
}

// needNamespaces skips a test, with the reason, where user namespaces cannot be made.
func needNamespaces(t *testing.T) {
	t.Helper()
	probe := &interp.Session{}
	if _, err := probe.Replay(context.Background(), "unshare(CLONE_NEWUSER); map_root()\n"); err != nil {
		t.Skipf("this machine does not let us make user namespaces: %v", err)
	}
}

func runRecipe(t *testing.T, file string) {
	text, err := scripts.FS.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out, errs sharedBuffer
	in := interp.New(interp.Options{Args: []string{file}, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs})
	status := in.Finish(context.Background(), in.RunEmbedded(context.Background(), file))
	if err := in.Close(); err != nil {
		t.Error(err)
	}
	if status != 0 {
		t.Errorf("exit status %d\n%s%s", status, out.String(), errs.String())
	}
	if want, ok := shown(string(text)); ok && !interp.Matches(want, out.String()) {
		t.Errorf("printed:\n%swant:\n%s", out.String(), want)
	}
}

// shown returns the output that a recipe's tail promises.
func shown(text string) (string, bool) {
	_, tail, ok := strings.Cut(text, "\n# Output:\n")
	var b strings.Builder
	for l := range strings.Lines(tail) {
		l, isComment := strings.CutPrefix(l, "#")
		if !isComment {
			break
		}
		b.WriteString(strings.TrimPrefix(l, " "))
	}
	return b.String(), ok
}

// A sharedBuffer may be written to by several tasks at once.
type sharedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *sharedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *sharedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
