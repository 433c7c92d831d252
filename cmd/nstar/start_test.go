package main

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"

	"nstar/builtins"
)

// TestStart looks at what our packages do before main, at every start: words and hints are noted, and little else is
// made. A pattern that is compiled takes more than is allowed here, and so do tables, but for small ones.
func TestStart(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(installed("nstar"), "-c", "")
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1", "GORACE=atexit_sleep_ms=0")
	trace, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, trace)
	}
	line := regexp.MustCompile(`(?m)^init (nstar/\S+) .* (\d+) bytes, (\d+) allocs$`)
	seen := false
	for _, m := range line.FindAllStringSubmatch(string(trace), -1) {
		pkg, mostBytes, mostAllocs := m[1], 1000, 15
		switch pkg {
		case "nstar/cmd/nstar": // the tests' as well
			continue
		case "nstar/builtins":
			seen = true
			words := len(builtins.All())
			mostBytes, mostAllocs = 500*words, 3*words
		}
		bytes, _ := strconv.Atoi(m[2])
		allocs, err := strconv.Atoi(m[3])
		if err != nil || bytes > mostBytes || allocs > mostAllocs {
			t.Errorf("%s takes %s bytes in %s allocations before main; want at most %d in %d", pkg, m[2], m[3], mostBytes, mostAllocs)
		}
	}
	if !seen {
		t.Errorf("no trace of nstar/builtins in %s", trace)
	}
}
