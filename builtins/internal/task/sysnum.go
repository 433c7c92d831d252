package task

import (
	"slices"
	"strconv"
	"strings"
)

// sysNumber returns the number of a system call by its name in the manual. It
// searches: a map would have to be made at every start.
func sysNumber(name string) (nr int, ok bool) {
	i, ok := slices.BinarySearchFunc(sysOrder[:], name, func(nr uint16, name string) int { return strings.Compare(sysNames[nr], name) })
	if !ok {
		return 0, false
	}
	return int(sysOrder[i]), true
}

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

// Elsewhere tells whether only other architectures that nstar knows have a system
// call of that name.
func Elsewhere(name string) bool {
	_, ok := slices.BinarySearch(sysElsewhere[:], name)
	return ok
}

// Known tells whether this architecture has a system call of that name.
func Known(name string) bool {
	_, ok := sysNumber(name)
	return ok
}
