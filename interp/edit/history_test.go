package edit

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func openHistory(t testing.TB, path string) *History {
	t.Helper()
	h, err := OpenHistory(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close() })
	return h
}

func all(h *History) (blocks []string) {
	for i := 0; ; i++ {
		b, ok := h.Block(i)
		if !ok {
			return blocks
		}
		blocks = append(blocks, b)
	}
}

func TestHistory(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a", "b", "history")
	h := openHistory(t, path)
	blocks := []string{"one", "two\nlines\t\x00\"", "two\nlines\t\x00\"", "漢字", strings.Repeat("long ", 50_000), "", "last"}
	for _, b := range blocks {
		if err := h.Add(b); err != nil {
			t.Fatal(err)
		}
	}
	want := fmt.Sprintf("%q", []string{blocks[6], blocks[4], blocks[3], blocks[1], blocks[0]})
	for _, h := range []*History{h, openHistory(t, path)} {
		if got := fmt.Sprintf("%q", all(h)); got != want {
			t.Errorf("got %.300s", got)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info.Mode(), err)
	}
}

func TestHistoryCorrupt(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history")
	text := "\"one\"\nnonsense\n\x00\xff\xfe\n\n\"cut off\n\"two\"\n'x'\n`x`\n\"\\xzz\"\n\"\\xff\"\n\"three\"\n\"torn"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	h := openHistory(t, path)
	if got := fmt.Sprint(all(h)); got != "[three two one]" {
		t.Errorf("got %s", got)
	}
	if err := h.Add("four"); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(all(openHistory(t, path))); got != "[four three two one]" {
		t.Errorf("after the torn line: %s", got)
	}
}

// Several prompts lose nothing of each other.
func TestHistoryShared(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history")
	var wait sync.WaitGroup
	for i := range 4 {
		h := openHistory(t, path)
		wait.Go(func() {
			for j := range 200 {
				if err := h.Add(fmt.Sprintf("block %d of %d\n%s", j, i, strings.Repeat("x", j*20))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	if n := len(all(openHistory(t, path))); n != 800 {
		t.Errorf("%d blocks of 800", n)
	}
}

func TestHistoryRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "history")
	h := openHistory(t, path)
	h.Add("kept")
	h.file.Close()
	h.file, _ = os.Open(path) // as if the disk were full: it cannot be written
	if err := h.Add("two"); err == nil || !strings.Contains(err.Error(), "not kept any more") {
		t.Errorf("got %v", err)
	}
	if err := h.Add("three"); err != nil {
		t.Errorf("it says so twice: %v", err)
	}
	if got := fmt.Sprint(all(h)); got != "[three two kept]" {
		t.Errorf("got %s", got)
	}
	for _, path := range []string{dir, filepath.Join(path, "below"), "/proc/self/nstar/history"} {
		h, err := OpenHistory(path)
		if err == nil {
			t.Errorf("%s: no error", path)
		}
		h.Add("x")
		if got := fmt.Sprint(all(h)); got != "[x]" {
			t.Errorf("%s: got %s", path, got)
		}
	}
	if h, err := OpenHistory("/dev/null"); err != nil || h.file != nil {
		t.Errorf("/dev/null: %v", err)
	}
}
