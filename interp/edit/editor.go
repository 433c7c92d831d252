package edit

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"time"

	"github.com/chzyer/readline"
	"golang.org/x/sys/unix"
)

// An Editor reads blocks from a terminal. ReadBlock is for one goroutine; Above and what it
// returns, and Renew, for any.
type Editor struct {
	o      Options
	tty    *tty
	buf    buffer
	recall recall
	search *search
	ghost  ghost
	menu   *menu
	vi     *vi

	prompt    []cell
	lines     lineCache
	top       int    // offset in the text of the first row shown
	goal      int    // the column that Up and Down keep to; -1: the cursor's
	prefix    key    // Escape or Ctrl-X, which waits for another
	burst     bool   // more came with the key Enter: it was pasted, or typed ahead
	soft      bool   // the key before this one was such an Enter
	explicit  bool   // the block came with its own indentation
	submitted bool   // the block is done
	ended     bool   // the user wants to leave
	dropped   bool   // the block is to be forgotten
	note      string // shown once, below
	signals   chan os.Signal

	closing sync.Once
	mu      sync.Mutex // guards what follows: whoever writes above the block draws as well
	screen  screen
	drawn   frame
	reading bool
}

// New returns an editor for a terminal. It leaves the terminal alone until ReadBlock.
func New(o Options) (*Editor, error) {
	t, err := newTTY(o.In, o.Out)
	if err != nil {
		return nil, err
	}
	if o.Env == nil {
		o.Env = func(string) string { return "" }
	}
	if o.History == nil {
		o.History = &History{}
	}
	e := &Editor{o: o, tty: t}
	e.screen.palette = plain
	if wantsColour(o.Env) {
		e.screen.palette = coloured
	}
	if o.Vi {
		e.vi, t.noAlt = &vi{}, true
	}
	return e, nil
}

// Close lets go of all but the terminal.
func (e *Editor) Close() (err error) {
	e.closing.Do(func() {
		e.tty.close()
		err = e.o.History.Close()
	})
	return err
}

// ReadBlock returns the next block, its lines with their newlines. It returns io.EOF when the user leaves or
// the terminal is gone, and ctx's error when ctx ends.
func (e *Editor) ReadBlock(ctx context.Context) (string, error) {
	e.ask(ctx)
	if err := e.open(); err != nil {
		return "", err
	}
	defer e.tty.cooked() // whatever happens
	defer context.AfterFunc(ctx, e.tty.awake)()
	e.signals = make(chan os.Signal, 2)
	signal.Notify(e.signals, unix.SIGWINCH, unix.SIGCONT)
	done := make(chan struct{})
	defer close(done)
	defer signal.Stop(e.signals)
	go e.watch(e.signals, done)

	err := e.loop(ctx)
	text := strings.TrimRight(e.buf.text, " \t\n")
	e.close()
	e.keep(text) // also if the terminal has gone, or the session ends
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil || e.ended:
		return "", io.EOF
	}
	return text + "\n", nil
}

// Renew has the prompt asked for anew, as soon as nothing is typed: a block that was begun is meant for what the
// prompt before it says.
func (e *Editor) Renew() {
	e.tty.stale.Store(true)
	e.tty.awake()
}

// ask asks for the prompt.
func (e *Editor) ask(ctx context.Context) {
	e.tty.stale.Store(false)
	if e.o.Prompt != nil {
		e.prompt = cells(e.o.Prompt(ctx), Prompt)
	}
}

func (e *Editor) open() error {
	if err := e.tty.raw(); err != nil {
		return err
	}
	e.start()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.reading = true
	e.screen.width, _ = e.tty.size()
	e.screen.begin()
	e.screen.out.WriteString("\x1b[?2004h")
	return nil
}

// close leaves the block on the screen and gives the terminal back.
func (e *Editor) close() {
	e.search, e.menu, e.note = nil, nil, ""
	e.mu.Lock()
	defer e.mu.Unlock()
	e.drawn = e.final()
	e.screen.draw(e.drawn)
	e.screen.out.WriteString("\x1b[?2004l")
	e.screen.end()
	e.flush()
	e.reading = false
	_ = e.tty.cooked() // it fails where the terminal is gone
}

// start begins an empty block.
func (e *Editor) start() {
	e.buf.reset("")
	e.recall, e.ghost = recall{}, ghost{}
	e.search, e.menu, e.prefix, e.top, e.goal = nil, nil, 0, 0, -1
	e.submitted, e.ended, e.dropped, e.soft, e.explicit = false, false, false, false, false
	if e.vi != nil {
		e.vi.reset()
	}
}

// keep adds to the history.
func (e *Editor) keep(text string) {
	if err := e.o.History.Add(text); err != nil && e.o.Notice != nil {
		e.o.Notice(err)
	}
}

// loop handles keys until the block is done. It draws when there is nothing left to be read.
func (e *Editor) loop(ctx context.Context) error {
	draw, ahead := true, true
	for !e.submitted && !e.ended {
		timeout := time.Duration(-1)
		if draw {
			timeout = 0
		}
		ready, err := e.tty.wait(timeout)
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if e.tty.resumed.Swap(false) {
			if err := e.resume(); err != nil {
				return err
			}
			draw = true
		}
		if e.tty.resized.Swap(false) {
			e.resize()
			draw = true
		}
		if e.buf.text == "" && e.tty.stale.Load() {
			e.ask(ctx)
			draw = true
		}
		if !ready {
			ahead = false
			if draw {
				e.draw()
				draw = false
			}
			continue
		}
		k, err := e.tty.key()
		if err != nil {
			return err
		}
		if k == ctrlAt && ahead {
			k = readline.CharDelete // typed while the terminal was not raw, as which the kernel keeps it so
		}
		if k != keyNothing {
			if k == readline.CharEnter {
				e.burst, _ = e.tty.wait(0)
			}
			e.press(k)
			draw = true
		}
		if e.dropped {
			e.drop()
		}
	}
	return nil
}

// press handles one key.
func (e *Editor) press(k key) {
	goal, before := e.goal, e.buf.state()
	defer func() {
		if r := recover(); r != nil { // a fault of ours must not cost the block, nor the session
			e.search, e.menu = nil, nil
			e.buf.reset(before.text)
			e.note = fmt.Sprintf("internal error: %v", r)
		}
	}()
	e.goal, e.note, e.ghost.begun = -1, "", false
	e.recall.active, e.recall.again = e.recall.again, false
	switch {
	case e.search != nil && e.searchKey(k):
	case e.menu != nil && e.menuKey(k):
	case k == keyPaste:
		e.buf.insert(e.tty.pasted)
		e.tty.pasted = ""
	case e.vi != nil && e.vi.key(e, k, goal):
	default:
		e.emacs(k, goal)
	}
	e.ghost.shown = ""
	if e.buf.text == before.text && e.buf.cursor != before.cursor {
		e.buf.calm()
	}
}

// drop leaves the block as it is, and starts another one below.
func (e *Editor) drop() {
	e.search, e.menu, e.note = nil, nil, ""
	e.mu.Lock()
	e.drawn = e.final()
	e.screen.draw(e.drawn)
	last := len(e.drawn.rows) - 1
	e.screen.move(last, e.drawn.rows[last].columns())
	e.screen.out.WriteString("^C")
	e.screen.end()
	e.flush()
	e.mu.Unlock()
	e.start()
}

// flush writes what is to be drawn. Whoever cannot write finds out when reading.
func (e *Editor) flush() { _ = e.tty.write(e.screen.take()) }
