package builtins

import (
	"strings"
	"testing"
)

// TestEnvironWhileExecuting reads the environment of a process that gets one
// between two looks.
func TestEnvironWhileExecuting(t *testing.T) {
	stat := "7 (a) b) R" + strings.Repeat(" 1", 49)
	looks := 0
	read := func(path string) ([]byte, error) {
		looks++
		if strings.HasSuffix(path, "/stat") {
			return []byte(stat), nil
		}
		if looks == 1 {
			return nil, nil
		}
		return []byte("A=1\x00"), nil
	}
	if text, err := new(Call).environ("/proc/7", read); string(text) != "A=1\x00" || err != nil {
		t.Errorf("environ: %q, %v", text, err)
	}
}
