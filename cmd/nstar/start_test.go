package main

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"

	"nstar/builtins"
)

// TestStart looks at what our packages do before main, at every start: words and hints are noted, and nothing else is
// made. A pattern that is compiled, or a table of some size, takes more allocations than are allowed here.
func TestStart(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(installed("nstar"), "-c", "")
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1", "GORACE=atexit_sleep_ms=0")
	trace, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, trace)
	}
	line := regexp.MustCompile(`(?m)^init (nstar/\S+) .* (\d+) allocs$`)
	seen := false
	for _, m := range line.FindAllStringSubmatch(string(trace), -1) {
		pkg, most := m[1], 20
		if pkg == "nstar/builtins" {
			seen, most = true, 3*len(builtins.All())
		}
		n, err := strconv.Atoi(m[2])
		if err != nil {
			t.Fatal(err)
		}
		if n > most && pkg != "nstar/cmd/nstar" { // which is the tests' as well
			t.Errorf("%s makes %d allocations before main; want at most %d", pkg, n, most)
		}
	}
	if !seen {
		t.Errorf("no trace of nstar/builtins in %s", trace)
	}
}
