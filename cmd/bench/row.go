package main

import (
	"fmt"
	"slices"
	"time"
)

// A row is one line of the table, as text.
type row struct{ what, nstar, rival, ratio string }

// A missingError names a rival that this machine does not have.
type missingError struct{ what, why string }

func (e *missingError) Error() string { return e.what + ": " + e.why }

// A turn does some work and tells how long one piece of it took.
type turn func() (time.Duration, error)

// compare lets ours and theirs take turns. One turn of each goes first, that
// is not counted: it warms caches. Without theirs, ours stands alone.
func compare(rounds int, ours, theirs turn) (a, b time.Duration, err error) {
	var as, bs []time.Duration
	for i := range rounds + 1 {
		x, err := ours()
		if err != nil {
			return 0, 0, err
		}
		var y time.Duration
		if theirs != nil {
			if y, err = theirs(); err != nil {
				return 0, 0, err
			}
		}
		if i > 0 {
			as, bs = append(as, x), append(bs, y)
		}
	}
	return median(as), median(bs), nil
}

// compared is a row of two medians.
func compared(what, rival string, a, b time.Duration) row {
	return row{what, show(a), show(b) + "  " + rival, fmt.Sprintf("%.2f", float64(a)/float64(b))}
}

// median is the value in the middle; of an even number, the mean of the two.
func median(list []time.Duration) time.Duration {
	if len(list) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(list))
	mid := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[mid]
	}
	return sorted[mid-1] + (sorted[mid]-sorted[mid-1])/2
}

// show prints a duration in the unit that suits it, with three digits or so.
func show(d time.Duration) string {
	switch {
	case d < 100*time.Microsecond:
		return fmt.Sprintf("%.1f µs", float64(d)/1e3)
	case d < time.Millisecond:
		return fmt.Sprintf("%.0f µs", float64(d)/1e3)
	case d < time.Second:
		return fmt.Sprintf("%.2f ms", float64(d)/1e6)
	}
	return fmt.Sprintf("%.2f s", d.Seconds())
}
