// Bench compares nstar with what else there is to do the same work, side by
// side in one run: both sides of a row take turns, and the medians are shown.
// It makes no threshold of anything; a table is printed, and people judge.
//
// main.go has the rows and prints them; row.go takes the turns; session.go is
// nstar as the rows use it. Every other file is one row and its rival.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"text/tabwriter"
)

// rows are in the order in which they are printed.
var rows = []struct {
	name    string
	measure func(size) ([]row, error)
}{
	{"call", callRow}, {"start", startRow}, {"box", boxRow}, {"sandbox", sandboxRows}, {"process", processRow}, {"parked", parkedRows}, {"steps", stepsRow},
}

// size is how much work a run is.
type size struct {
	rounds int // turns of each side
	calls  int // in one turn of the call row
	parked int // tasks that live at once
	steps  int // of Starlark in one turn
	boxes  int // sandboxes in one session
}

var (
	full  = size{rounds: 15, calls: 2000, parked: 5000, steps: 10_000_000, boxes: 1000}
	quick = size{rounds: 5, calls: 500, parked: 500, steps: 1_000_000, boxes: 50}
)

func main() {
	short := flag.Bool("quick", false, "do less, for a first impression")
	echo := flag.Bool("echo", false, "be the far side of the socket pair (the bench starts itself so)")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: bench [-quick] [ROW…], of the rows call, start, box, sandbox, process, parked, steps")
		flag.PrintDefaults()
	}
	flag.Parse()
	s := full
	if *short {
		s = quick
	}
	work := func() error { return run(os.Stdout, s, flag.Args()) }
	if *echo {
		work = serveEcho
	}
	if err := work(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run prints the table of all rows, or of those that are named. A row that this
// machine cannot do is named after it, with the reason.
func run(w io.Writer, s size, only []string) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "what\tnstar\tcompared with\tratio")
	var notes []string
	var failed error
	for _, r := range rows {
		if len(only) > 0 && !slices.Contains(only, r.name) {
			continue
		}
		list, err := r.measure(s)
		for _, r := range list {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", r.what, r.nstar, r.rival, r.ratio)
		}
		var missing *missingError
		if errors.As(err, &missing) {
			notes = append(notes, "not compared: "+err.Error())
		} else {
			failed = errors.Join(failed, err)
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, n := range notes {
		fmt.Fprintln(w, n)
	}
	return failed
}
