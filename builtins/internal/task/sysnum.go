package task

import "sync"

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

// Known tells whether this architecture has a system call of that name.
func Known(name string) bool {
	_, ok := sysNumber(name)
	return ok
}
