package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"nstar/interp"
)

// test replays transcripts and shows where they differ; --update rewrites them instead.
func test(c Command, o given, args []string) int {
	if len(args) == 0 {
		return findVerb("test").misuse(c, errors.New("it needs a FILE"))
	}
	status := 0
	for _, file := range args {
		status = max(status, testFile(c, file, o.has("update")))
	}
	return status
}

func testFile(c Command, file string, update bool) int {
	text, err := os.ReadFile(file)
	if err != nil {
		return fail(c, err)
	}
	t := interp.ParseTranscript(file, string(text))
	results, err := t.Replay(context.Background(), "")
	if err != nil {
		return fail(c, err)
	}
	if update {
		if now := t.Update(results); now != string(text) {
			if err := os.WriteFile(file, []byte(now), 0o666); err != nil {
				return fail(c, err)
			}
		}
		return 0
	}
	n := t.Report(c.Stdout, results)
	fmt.Fprintf(c.Stdout, "%s: %d of %d as shown\n", file, len(results)-n, len(results))
	if n > 0 {
		return interp.StatusError
	}
	return 0
}
