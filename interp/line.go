package interp

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"go.starlark.net/syntax"
)

// A LineReader gives the prompt its blocks: whole statements, each line with its newline.
// ReadBlock returns io.EOF when the user leaves, and ctx's error when ctx ends first.
type LineReader interface {
	ReadBlock(ctx context.Context) (string, error)
	Close() error
}

// PlainReader returns a reader that shows a prompt and reads lines as the terminal driver edits them.
func (in *Interp) PlainReader() LineReader {
	return &plainReader{
		in: bufio.NewReader(in.stdin), out: in.stdout, prompt: in.promptText, dialect: in.dialect,
		ask: make(chan struct{}), got: make(chan line, 1),
	}
}

// promptText returns the prompt: it says whom the next line acts on.
func (in *Interp) promptText(ctx context.Context) string {
	text := in.host.Prompt(ctx)
	if in.leaveEnded() { // which may have come out just now
		text = in.host.Prompt(ctx)
	}
	return text + "> "
}

const continuation = "... "

// A plainReader owns a goroutine that reads a line only when asked to: what is typed for a program that runs
// stays in the terminal. A read that Ctrl-C has outrun goes on, and serves the next block.
type plainReader struct {
	in      *bufio.Reader
	out     io.Writer
	prompt  func(context.Context) string
	dialect *syntax.FileOptions

	ask     chan struct{}
	got     chan line
	reading bool // asked, not yet answered
	started bool
}

type line struct {
	text string
	err  error
}

func (r *plainReader) ReadBlock(ctx context.Context) (string, error) {
	var block strings.Builder
	for prompt := r.prompt(ctx); ; prompt = continuation {
		fmt.Fprint(r.out, prompt)
		text, err := r.readLine(ctx)
		if err == io.EOF {
			fmt.Fprintln(r.out)
		}
		if err != nil && (err != io.EOF || block.Len() == 0) {
			return "", err
		}
		block.WriteString(text)
		// The end of the input ends a block as an empty line does, but Ctrl-D in it does not end the session.
		if err == io.EOF || complete(r.dialect, block.String()) {
			return block.String(), nil
		}
	}
}

// readLine returns a line with its newline, also where the input's last line has none.
func (r *plainReader) readLine(ctx context.Context) (string, error) {
	if !r.started {
		r.started = true
		go r.serve()
	}
	if !r.reading {
		r.ask <- struct{}{}
		r.reading = true
	}
	select {
	case l := <-r.got:
		r.reading = false
		if l.err == io.EOF && l.text != "" {
			return l.text + "\n", nil
		}
		return l.text, l.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (r *plainReader) serve() {
	for range r.ask {
		text, err := r.in.ReadString('\n')
		r.got <- line{text, err}
	}
}

// Close lets the goroutine go, at the latest when its read returns.
func (r *plainReader) Close() error {
	close(r.ask)
	return nil
}

// A scriptedReader types prepared blocks and echoes them as a session would show them.
type scriptedReader struct {
	blocks []string
	out    io.Writer
}

// ScriptedReader returns a reader that gives the blocks in turn; what a user would have typed is written to
// the session's output, in transcript form.
func (in *Interp) ScriptedReader(blocks []string) LineReader {
	return &scriptedReader{blocks: blocks, out: in.stdout}
}

func (r *scriptedReader) ReadBlock(ctx context.Context) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if len(r.blocks) == 0 {
		return "", io.EOF
	}
	block := r.blocks[0]
	r.blocks = r.blocks[1:]
	prompt := inputMark
	for l := range strings.Lines(block) {
		fmt.Fprint(r.out, prompt, strings.TrimRight(l, "\n"), "\n")
		prompt = moreMark
	}
	return block, nil
}

func (r *scriptedReader) Close() error { return nil }
