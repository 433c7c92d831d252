// Package nofile knows the limit of open files that the process was started
// with.
//
// The package os raises the soft limit to the hard one when it is
// initialised. Packages are initialised in the order of their paths as far as
// their imports allow: this one imports nothing and sorts before os, so it
// sees the limit as it was. A test holds it to that.
package nofile

// Rlimit is struct rlimit64 of getrlimit(2).
type Rlimit struct{ Cur, Max uint64 }

// Start is RLIMIT_NOFILE at the start of the process.
var Start = start()

func start() (l Rlimit) {
	prlimit(&l)
	return l
}

// prlimit reads RLIMIT_NOFILE of the calling process, prlimit(2).
//
//go:noescape
func prlimit(l *Rlimit)
