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

// canDraw tells whether a terminal of some kind understands what the editor draws: all do but those that say
// they do not.
func canDraw(kind string) bool { return kind != "" && kind != "dumb" }
