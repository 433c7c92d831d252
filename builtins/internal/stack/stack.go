// Package stack has the stack of a goroutine grow before it is needed.
//
// The Go runtime doubles a stack that is too small, and each time finds its way
// through all the frames that are on it: at the start of the program that means
// pages of tables that nobody has read yet. Where few frames are, one step to the
// size that will be needed costs next to nothing.
package stack

// The main goroutine grows first of all: packages are initialised in the order of
// their paths as far as their imports allow, and this one imports nothing.
func init() { Grow() }

// Grow makes sure that the calling goroutine has some 30 KB of stack left. It
// touches a page of it at most.
func Grow()
