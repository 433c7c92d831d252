package builtins

import (
	"errors"
	"os"
	"slices"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// A cgroupTable is the folders of all cgroups that a session has made. The zero
// value is one without any.
type cgroupTable struct {
	mu   sync.Mutex
	made []string // guarded by mu; in the order in which they were made
}

func (t *cgroupTable) add(folder string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.made = append(t.made, folder)
}

func (t *cgroupTable) forget(folder string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.made = slices.DeleteFunc(t.made, func(s string) bool { return s == folder })
}

// close deletes what is left. The tasks have ended; what they have left in the
// cgroups is killed. The host does it, as nobody else is there.
func (t *cgroupTable) close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	var errs []error
	for _, folder := range slices.Backward(t.made) {
		errs = append(errs, deleteCgroup(folder))
	}
	t.made = nil
	return errors.Join(errs...)
}

// deleteCgroup waits for the ends of killed processes, but not for ever.
func deleteCgroup(folder string) error {
	const patience = 5 * time.Second
	for end := time.Now().Add(patience); ; {
		for _, below := range tree(folder) {
			killMembers(below)
		}
		var err error
		for _, below := range tree(folder) {
			if e := unix.Rmdir(below); e != nil && e != unix.ENOENT && err == nil {
				err = &os.PathError{Op: "rmdir", Path: below, Err: e}
			}
		}
		if !errors.Is(err, unix.EBUSY) || time.Now().After(end) {
			return err
		}
		time.Sleep(2 * time.Millisecond)
	}
}
