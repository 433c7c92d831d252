package task

import (
	"fmt"
	"os"
	"strings"
)

// PidOf returns the pid that the host sees of the process that a pidfd refers
// to: 0 if it has been waited for, or if the host cannot see it. ok tells
// whether fd is a pidfd at all, which is asked of no file but procfs: fd may
// come from a task.
func PidOf(fd int) (pid int, ok bool) {
	b, _ := os.ReadFile(fmt.Sprintf("%s/self/fdinfo/%d", procRoot(), fd))
	for line := range strings.Lines(string(b)) {
		if n, _ := fmt.Sscanf(line, "Pid: %d", &pid); n == 1 {
			return max(pid, 0), true
		}
	}
	return 0, false
}
