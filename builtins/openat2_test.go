package builtins

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// TestOpenat2Renames resolves paths below a root while something else is renamed all the time.
func TestOpenat2Renames(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"root", "root/d"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	over := make(chan struct{})
	var wg sync.WaitGroup
	defer wg.Wait()
	defer close(over)
	wg.Go(func() {
		for a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b"); ; a, b = b, a {
			select {
			case <-over:
				return
			default:
				os.Mkdir(a, 0o755)
				os.Rename(a, b)
			}
		}
	})
	h, _ := session(t)
	evalIn(t, h, `
root = open("`+dir+`/root", O_PATH)
for i in range(1000):
    openat2(root, "d/../d/../d/../d/../d", O_RDONLY | O_DIRECTORY, resolve=RESOLVE_IN_ROOT).close()
`)
}
