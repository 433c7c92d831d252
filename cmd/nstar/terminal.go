package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// isTerminal tells whether somebody may be typing: a device such as /dev/null is not enough.
func isTerminal(f *os.File) bool {
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return err == nil
}
