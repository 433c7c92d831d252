package nofile_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"nstar/builtins/internal/task/nofile"
)

// TestStart runs itself with a soft limit below the hard one, which os would
// have raised.
func TestStart(t *testing.T) {
	if os.Getenv("NOFILE_TEST") != "" {
		fmt.Println("limit", nofile.Start.Cur)
		return
	}
	t.Parallel()
	cmd := exec.Command("/bin/sh", "-c", `ulimit -S -n 123; exec "$0" -test.run=TestStart`, os.Args[0])
	cmd.Env = append(os.Environ(), "NOFILE_TEST=1")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "limit 123\n") {
		t.Errorf("want limit 123, got %v: %s", err, out)
	}
}
