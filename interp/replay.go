package interp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"syscall"

	"nstar/builtins"
)

// A Result is what an item printed when it was typed in again.
type Result struct {
	Item    *Item
	Got     string
	Skipped string // why the item ended its session, as skip does; "" if it did not
}

// OK tells whether the item printed what the transcript shows, as far as can be told here.
func (r Result) OK() bool { return r.Skipped != "" || Matches(r.Item.Output, r.Got) }

// Diff shows the item, what was expected and what came; "" when they match.
func (r Result) Diff() string {
	if r.OK() {
		return ""
	}
	var b strings.Builder
	prompt := inputMark
	for l := range strings.Lines(r.Item.Input) {
		b.WriteString("  " + prompt + l)
		prompt = moreMark
	}
	quote := func(sign, text string) {
		for l := range strings.Lines(text) {
			b.WriteString(sign + " " + strings.TrimSuffix(l, "\n") + "\n")
		}
	}
	quote("-", r.Item.Output)
	quote("+", r.Got)
	return b.String()
}

// Replay types a session into a fresh prompt, after the prelude, and returns what each item printed. The
// error is about the session itself: a prelude that failed, a context that ended, leftovers at the end.
func (s *Session) Replay(ctx context.Context, prelude string) (results []Result, err error) {
	var screen screen
	in := New(Options{Args: []string{"nstar"}, Stdin: strings.NewReader(""), Stdout: &screen, Stderr: &screen})
	defer func() { err = errors.Join(err, in.Close()) }()
	if prelude != "" {
		if err := in.Item(ctx, prelude); err != nil {
			return nil, fmt.Errorf("prelude: %w", err)
		}
		screen.take()
	}
	for _, item := range s.Items {
		err := in.Item(ctx, item.Input)
		if ctx.Err() != nil {
			return results, interruptedAt(ctx, item)
		}
		var exit *builtins.ExitError
		var program *builtins.Replaced
		skipped := &builtins.Skipped{}
		ends := true // a session may end itself
		switch {
		case errors.As(err, &program):
			in.followUntil(ctx, program)
		case errors.As(err, &exit), errors.As(err, &skipped):
		case err != nil:
			in.writeError(&screen, err)
			fallthrough
		default:
			ends = false
		}
		if ctx.Err() != nil { // the program was killed
			return results, interruptedAt(ctx, item)
		}
		results = append(results, Result{item, screen.take(), skipped.Reason})
		if ends {
			break
		}
	}
	in.host.RunDeferred(ctx)
	return results, nil
}

func interruptedAt(ctx context.Context, item *Item) error {
	return fmt.Errorf("line %d: %w", item.Line, context.Cause(ctx))
}

// followUntil is follow for a program that does not go on when ctx has ended: nobody sits there to end it.
func (in *Interp) followUntil(ctx context.Context, program *builtins.Replaced) {
	kill := func() { _ = program.Signal(context.WithoutCancel(ctx), syscall.SIGKILL) }
	defer context.AfterFunc(ctx, kill)()
	in.follow(ctx, program)
}

// Replay types in all sessions of a transcript.
func (t *Transcript) Replay(ctx context.Context, prelude string) ([]Result, error) {
	var all []Result
	for _, s := range t.Sessions {
		results, err := s.Replay(ctx, prelude)
		all = append(all, results...)
		if err != nil {
			return all, fmt.Errorf("%s:%d: %w", t.Name, s.Line, err)
		}
	}
	return all, nil
}

// Report writes the differences and returns how many there are.
func (t *Transcript) Report(w io.Writer, results []Result) int {
	n := 0
	for _, r := range results {
		if d := r.Diff(); d != "" {
			fmt.Fprintf(w, "%s:%d:\n%s", t.Name, r.Item.Line, d)
			n++
		}
	}
	return n
}

// Skipped are the lines whose sessions went no further, and why.
func (t *Transcript) Skipped(results []Result) (lines []string) {
	for _, r := range results {
		if r.Skipped != "" {
			lines = append(lines, fmt.Sprintf("%s:%d: skipped: %s", t.Name, r.Item.Line, r.Skipped))
		}
	}
	return lines
}

// A screen collects what a session prints; tasks may print at any time.
type screen struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.Write(p)
}

// take returns what was printed since the last time.
func (s *screen) take() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.buf.Reset()
	return s.buf.String()
}

// Matches compares an output with what a transcript shows, line by line.
func Matches(want, got string) bool {
	return matchLines(outputLines(want), outputLines(got))
}

func matchLines(want, got []string) bool {
	for i, w := range want {
		switch {
		case w == straight:
			for skip := i; skip <= len(got); skip++ {
				if matchLines(want[i+1:], got[skip:]) {
					return true
				}
			}
			return false
		case i >= len(got) || !matchLine(w, got[i]):
			return false
		}
	}
	return len(want) == len(got)
}

func outputLines(s string) []string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \t\r")
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// matchLine compares one line, in which … of the pattern stands for anything.
func matchLine(pattern, s string) bool {
	parts := strings.Split(pattern, anything)
	if len(parts) == 1 {
		return pattern == s
	}
	s, ok := strings.CutPrefix(s, parts[0])
	if !ok {
		return false
	}
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s = s[i+len(part):]
	}
	return strings.HasSuffix(s, parts[len(parts)-1])
}
