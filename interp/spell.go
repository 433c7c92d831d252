package interp

import (
	"slices"
	"strings"
)

// DidYouMean returns " (did you mean …?)" with the candidate that name is most likely a misspelling of, or "".
func DidYouMean(name string, candidates []string) string {
	if best := nearest(name, candidates); best != "" {
		return " (did you mean " + best + "?)"
	}
	return ""
}

// nearest returns the candidate that name is most likely a misspelling of, or "".
// Case and underscores do not count; about a third of the letters may differ.
func nearest(name string, candidates []string) string {
	fold := func(s string) string { return strings.ToLower(strings.ReplaceAll(s, "_", "")) }
	name = fold(name)
	best, bestScore := "", [3]int{(len(name)+1)/3 + 1}
	for _, c := range candidates {
		folded := fold(c)
		apart := len(folded) - len(name)
		score := [3]int{distance(name, folded), max(apart, -apart), -samePrefix(name, folded)}
		// Among equals the first of the alphabet wins, whatever order a map gave.
		if d := slices.Compare(score[:], bestScore[:]); d < 0 || d == 0 && best != "" && c < best {
			best, bestScore = c, score
		}
	}
	return best
}

func samePrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// distance counts insertions, deletions, replacements and swaps of neighbours.
func distance(a, b string) int {
	var before []int
	prev := make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, prev = prev, row
	}
	return prev[len(b)]
}
