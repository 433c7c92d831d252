package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"

	"nstar/interp"
)

// test runs the tests of *_test.star files, and replays transcripts and shows where they differ; --update rewrites
// these instead.
func test(c Command, o given, args []string) int {
	if len(args) == 0 {
		return findVerb("test").misuse(c, errors.New("it needs a FILE"))
	}
	pattern, err := regexp.Compile(o["run"])
	if err != nil {
		return findVerb("test").misuse(c, err)
	}
	files, err := scriptsIn(args, "_test.star")
	if err != nil {
		return fail(c, err)
	}
	t := &tester{c: c, pattern: pattern, verbose: o.has("v")}
	status, ran := 0, false
	for _, file := range files {
		if !strings.HasSuffix(file, ".star") {
			status = max(status, testTranscript(c, file, o.has("update")))
			continue
		}
		ran = true
		if !t.file(file) {
			break
		}
	}
	if ran || len(files) == 0 {
		status = max(status, t.summary())
	}
	return status
}

// A tester runs tests and counts.
type tester struct {
	c                       Command
	pattern                 *regexp.Regexp
	verbose                 bool
	passed, failed, skipped int
	interrupted, closed     bool
}

// file runs the tests of one file; false ends it all.
func (t *tester) file(file string) bool {
	text, err := os.ReadFile(file)
	if err != nil {
		t.failed++
		fail(t.c, err)
		return true
	}
	in := interp.New(interp.Options{Stdin: t.c.Stdin, Stdout: t.c.Stdout, Stderr: t.c.Stderr})
	defer in.Close()
	names, err := in.Tests(file, text)
	if err == nil && len(names) == 0 {
		err = fmt.Errorf("%s has no function test_…", file)
	}
	if err != nil {
		t.failed++
		in.PrintError(err)
		return true
	}
	for _, name := range names {
		if t.pattern.MatchString(name) && !t.one(file, name) {
			return false
		}
	}
	return true
}

func (t *tester) one(file, name string) bool {
	r := interp.RunTest(context.Background(), interp.Options{Env: t.c.Env, Signals: t.c.Signals}, file, name)
	verdict, output := "ok  ", ""
	switch r.Verdict {
	case interp.Passed:
		t.passed++
	case interp.Failed:
		t.failed++
		verdict, output = "FAIL", r.Output
	case interp.SkippedTest:
		t.skipped++
		verdict = "skip"
	case interp.Interrupted:
		t.interrupted = true
		verdict = "stop"
	}
	if t.verbose {
		output = r.Output
	}
	line := strings.TrimRight(fmt.Sprintf("%s %s %d ms %s", verdict, name, r.Took.Milliseconds(), r.Why), " ")
	t.closed = t.c.print(line+"\n"+indented(output)) != 0
	return !t.interrupted && !t.closed
}

func indented(text string) string {
	var s strings.Builder
	for line := range strings.Lines(text) {
		s.WriteString("    " + strings.TrimSuffix(line, "\n") + "\n")
	}
	return s.String()
}

// summary returns the exit status.
func (t *tester) summary() int {
	if t.closed {
		return 128 + 13
	}
	status := t.c.print(fmt.Sprintf("%d passed, %d failed, %d skipped\n", t.passed, t.failed, t.skipped))
	switch {
	case t.interrupted:
		return 128 + 2
	case t.failed > 0:
		return max(status, interp.StatusError)
	}
	return status
}

func testTranscript(c Command, file string, update bool) int {
	text, err := os.ReadFile(file)
	if err != nil {
		return fail(c, err)
	}
	t := interp.ParseTranscript(file, string(text))
	ctx, stop := c.interruptible()
	defer stop()
	results, err := t.Replay(ctx, "")
	var sig *interp.Signaled
	switch {
	case errors.As(err, &sig):
		fail(c, err)
		return sig.Status()
	case err != nil:
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
	skipped := t.Skipped(results)
	for _, line := range skipped {
		fmt.Fprintln(c.Stdout, line)
	}
	made := len(results) - len(skipped)
	fmt.Fprintf(c.Stdout, "%s: %d of %d as shown\n", file, made-n, made)
	if n > 0 {
		return interp.StatusError
	}
	return 0
}
