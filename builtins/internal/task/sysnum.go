package task

import (
	"strconv"
	"sync"
)

// sysNumber returns the number of a system call by its name in the manual.
func sysNumber(name string) (int, bool) {
	nr, ok := sysNumbers()[name]
	return nr, ok
}

var sysNumbers = sync.OnceValue(func() map[string]int {
	m := make(map[string]int, len(sysNames))
	for nr, name := range sysNames {
		if name != "" {
			m[name] = nr
		}
	}
	return m
})

// Number is the number of a system call on this architecture.
func Number(name string) (nr int, ok bool) { return sysNumber(name) }

// Name is the name of the system call with a number, or the number where there
// is none.
func Name(nr int) string {
	if nr >= 0 && nr < len(sysNames) && sysNames[nr] != "" {
		return sysNames[nr]
	}
	return strconv.Itoa(nr)
}

// Known tells whether this architecture has a system call of that name.
func Known(name string) bool {
	_, ok := sysNumber(name)
	return ok
}
