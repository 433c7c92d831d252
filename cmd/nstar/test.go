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
	t := &tester{c: c, pattern: pattern, verbose: o.has("v"), update: o.has("update")}
	ran := len(files) == 0
	for _, file := range files {
		replay := t.transcript
		if strings.HasSuffix(file, ".star") {
			ran, replay = true, t.file
		}
		if !replay(file) {
			break
		}
	}
	if ran {
		t.status = max(t.status, t.summary())
	}
	return t.status
}

// A tester runs tests and counts.
type tester struct {
	c                       Command
	pattern                 *regexp.Regexp
	verbose, update         bool
	passed, failed, skipped int
	status                  int // of transcripts
	interrupted, closed     bool
}

// file runs the tests of one file; false ends it all.
func (t *tester) file(file string) bool {
	text, err := t.c.readFile(file)
	if err != nil {
		t.interrupted = fail(t.c, err) > 128
		if !t.interrupted {
			t.failed++
		}
		return !t.interrupted
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

// transcript replays the sessions of one file; false ends it all.
func (t *tester) transcript(file string) bool {
	text, err := t.c.readFile(file)
	if err != nil {
		t.status = max(t.status, fail(t.c, err))
		return t.status <= 128
	}
	tr := interp.ParseTranscript(file, string(text))
	ctx, stop := t.c.interruptible()
	results, err := tr.Replay(ctx, "")
	if sig := stop(); sig != nil {
		if err == nil {
			err = sig
		}
		t.status = max(fail(t.c, err), sig.Status())
		return false
	}
	if err == nil && t.update {
		err = rewrite(file, string(text), tr.Update(results))
	}
	switch {
	case err != nil:
		t.status = max(t.status, fail(t.c, err))
	case !t.update:
		t.status = max(t.status, t.report(file, tr, results))
	}
	return true
}

// rewrite gives a file another text, if it is another.
func rewrite(file, text, now string) error {
	if now == text {
		return nil
	}
	return os.WriteFile(file, []byte(now), 0o666)
}

// report shows where a transcript is not as shown, and returns the status.
func (t *tester) report(file string, tr *interp.Transcript, results []interp.Result) int {
	n := tr.Report(t.c.Stdout, results)
	skipped := tr.Skipped(results)
	for _, line := range skipped {
		fmt.Fprintln(t.c.Stdout, line)
	}
	made := len(results) - len(skipped)
	fmt.Fprintf(t.c.Stdout, "%s: %d of %d as shown\n", file, made-n, made)
	if n > 0 {
		return interp.StatusError
	}
	return 0
}
