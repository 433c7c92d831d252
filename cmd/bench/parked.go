package main

import (
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"time"
)

// parkedRows keep many tasks alive at once in one session. What one costs is
// the difference before and after, in the whole machine and in this process.
func parkedRows(s size) ([]row, error) {
	nstar, err := newSession(`
def shell():
    syscall("getpid")

def park():
    clone()
`)
	if err != nil {
		return nil, err
	}
	defer nstar.close()
	if _, err := nstar.call("shell"); err != nil {
		return nil, err
	}
	before, err := take()
	if err != nil {
		return nil, err
	}
	took := make([]time.Duration, s.parked)
	for i := range took {
		if took[i], err = nstar.call("park"); err != nil {
			return nil, fmt.Errorf("after %d tasks: %w", i, err)
		}
	}
	after, err := take()
	if err != nil {
		return nil, err
	}
	n, part := float64(s.parked), s.parked/10
	first, last := median(took[:part]), median(took[s.parked-part:])
	of := fmt.Sprintf(" (of %d)", s.parked)
	return []row{
		{"memory of a parked task" + of, fmt.Sprintf("%.1f KiB", float64(before.available-after.available)/n), "-", "-"},
		{"descriptors of a parked task" + of, fmt.Sprintf("%.2f", float64(after.files-before.files)/n), "-", "-"},
		compared(fmt.Sprintf("clone(), the last %d%s", part, of), fmt.Sprintf("nstar, the first %d", part), last, first),
	}, nil
}

// A stock is what the machine and this process have at one time.
type stock struct {
	available int // KiB of memory, as the kernel estimates it
	files     int // open descriptors
}

func take() (s stock, err error) {
	debug.FreeOSMemory()
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return s, err
	}
	for line := range strings.Lines(string(text)) {
		if n, _ := fmt.Sscanf(line, "MemAvailable: %d", &s.available); n == 1 {
			break
		}
	}
	files, err := os.ReadDir("/proc/self/fd")
	s.files = len(files)
	return s, err
}
