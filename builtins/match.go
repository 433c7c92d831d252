package builtins

import "strings"

// Match tells how well a name fits what was typed of it: 3 if it begins so, 2 if it does but for the case of
// letters, 1 if it has the characters in their order, beginning with the first; 0 if it does not fit.
func Match(name, typed string) int {
	switch {
	case strings.HasPrefix(name, typed):
		return 3
	case len(name) >= len(typed) && strings.EqualFold(name[:len(typed)], typed):
		return 2
	case isSubsequence(strings.ToLower(name), strings.ToLower(typed)):
		return 1
	}
	return 0
}

// isSubsequence has the first character and those at the beginnings of parts of a name in mind: hn is
// gethostname neither to the eye nor here, cnu is CLONE_NEWUSER.
func isSubsequence(name, typed string) bool {
	if name == "" || typed == "" || name[0] != typed[0] {
		return false
	}
	for i := range len(typed) {
		at := strings.IndexByte(name, typed[i])
		if at < 0 {
			return false
		}
		name = name[at+1:]
	}
	return true
}

// Best returns those of list whose names fit best, in their order: if some begin as typed, only these.
func Best[T any](list []T, typed string, name func(T) string) []T {
	var best []T
	most := 1
	for _, x := range list {
		switch m := Match(name(x), typed); {
		case m > most:
			best, most = append(best[:0:0], x), m
		case m == most:
			best = append(best, x)
		}
	}
	return best
}
