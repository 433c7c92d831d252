package main

import (
	"errors"
	"testing"
	"time"
)

func TestMedian(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		list []time.Duration
		want time.Duration
	}{
		{nil, 0},
		{[]time.Duration{7}, 7},
		{[]time.Duration{9, 1, 5}, 5},
		{[]time.Duration{10, 2, 4, 1000}, 7},
	} {
		if got := median(tt.list); got != tt.want {
			t.Errorf("median(%v) = %d, want %d", tt.list, got, tt.want)
		}
	}
	list := []time.Duration{3, 1, 2}
	if median(list); list[0] != 3 {
		t.Error("median sorted the caller's list")
	}
}

// TestCompare has the sides take turns, and the first turn not counted.
func TestCompare(t *testing.T) {
	t.Parallel()
	order := ""
	side := func(name string, first, then time.Duration) turn {
		next := first
		return func() (time.Duration, error) {
			order += name
			d := next
			next = then
			return d, nil
		}
	}
	a, b, err := compare(2, side("a", 100, 3), side("b", 200, 4))
	if a != 3 || b != 4 || err != nil || order != "ababab" {
		t.Errorf("got %d, %d, %v in the order %s", a, b, err, order)
	}
	broken := func() (time.Duration, error) { return 0, errors.New("broken") }
	if _, _, err := compare(2, side("a", 1, 1), broken); err == nil {
		t.Error("an error was lost")
	}
}

func TestShow(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		12345: "12.3 µs", 456789: "457 µs", 1234567: "1.23 ms", 2 * time.Second: "2.00 s",
	} {
		if got := show(d); got != want {
			t.Errorf("show(%d) = %q, want %q", d, got, want)
		}
	}
}
