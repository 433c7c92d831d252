package edit

import (
	"sync"
	"unicode/utf8"

	"github.com/chzyer/readline"
)

// A key is what chzyer/readline makes of what was typed: the rune itself, a control character for it and for
// the arrows, a negative number for some of Alt. Keys that it does not know have runes at the end of Unicode,
// for private use.
type key = rune

const (
	keyEscape key = firstPrivate + iota
	keyDelete
	keyHome
	keyEnd
	keyPageUp
	keyPageDown
	keyWordLeft
	keyWordRight
	keyKillWord
	keyBackTab
	keyNewline // Alt-Enter
	keyPaste   // what was pasted is the reader's pasted
	keyNothing

	firstPrivate = 0x10ff00
	firstAlt     = 0x10fe00 // and what was typed with Alt, if that is ASCII
	ctrlAt       = firstAlt + 0xff
	keySuspend   = readline.CharCtrlZ
	keyUndo      = 0x1f
	keyCtrlX     = 0x18
	keyCtrlO     = 0x0f
	keyCtrlG     = readline.CharBell
)

func alt(r rune) key { return firstAlt + r }

// private tells whether a rune stands for a key.
func private(r rune) bool { return r >= firstAlt && r <= 0x10ffff }

// ours are the sequences that readline does not know, or takes for others. The rest of CSI and SS3 that
// readline does not know either is nothing.
var ours = sync.OnceValue(func() map[string]key {
	return map[string]key{
		"\x1b[1~": keyHome, "\x1b[7~": keyHome, "\x1b[4~": keyEnd, "\x1b[8~": keyEnd, "\x1b[3~": keyDelete,
		"\x1b[5~": keyPageUp, "\x1b[6~": keyPageDown, "\x1b[Z": keyBackTab, "\x1b[3;5~": keyKillWord, "\x1b[3;3~": keyKillWord,
		"\x1b[1;5D": keyWordLeft, "\x1b[1;5C": keyWordRight, "\x1b[1;3D": keyWordLeft, "\x1b[1;3C": keyWordRight,
		"\x1b[5D": keyWordLeft, "\x1b[5C": keyWordRight, "\x1bOd": keyWordLeft, "\x1bOc": keyWordRight,
		"\x1b[1;5A": readline.CharPrev, "\x1b[1;5B": readline.CharNext,
		"\x1b[1;5H": alt('<'), "\x1b[1;5F": alt('>'), "\x1bOM": readline.CharEnter,
		"\x1b\r": keyNewline, "\x1b\n": keyNewline, "\x00": ctrlAt,
		"\x1b[13;2u": keyNewline, "\x1b[13;5u": keyNewline, "\x1b[27;2;13~": keyNewline, "\x1b[27;5;13~": keyNewline,
		pasteStart: keyPaste,
	}
})

const pasteStart, pasteEnd = "\x1b[200~", "\x1b[201~"

// theirs are the sequences that readline decodes right; each is one key.
var theirs = sync.OnceValue(func() map[string]bool {
	return map[string]bool{
		"\x1b[A": true, "\x1b[B": true, "\x1b[C": true, "\x1b[D": true, "\x1b[H": true, "\x1b[F": true,
		"\x1bOA": true, "\x1bOB": true, "\x1bOC": true, "\x1bOD": true, "\x1bOH": true, "\x1bOF": true,
		"\x1bb": true, "\x1bf": true, "\x1bd": true, "\x1b\x7f": true,
	}
})

// A decoder is readline as it is used here: its Terminal turns sequences into keys. Its Operation, which
// edits and draws, knows lines only, and has no part.
type decoder struct {
	terminal *readline.Terminal
	stdin    interface{ Close() error }
	feed     chan []byte
	rest     []byte
}

func newDecoder() (*decoder, error) {
	d := &decoder{feed: make(chan []byte)}
	config := &readline.Config{Stdin: d, HistoryLimit: -1, FuncIsTerminal: func() bool { return false }}
	t, err := readline.NewTerminal(config)
	if err != nil {
		return nil, err
	}
	d.terminal, d.stdin = t, config.Stdin
	return d, nil
}

// Read gives readline what is to be decoded.
func (d *decoder) Read(p []byte) (int, error) {
	if len(d.rest) == 0 {
		b, ok := <-d.feed
		if !ok {
			return 0, errClosed
		}
		d.rest = b
	}
	n := copy(p, d.rest)
	d.rest = d.rest[n:]
	return n, nil
}

// Close ends the goroutines of readline.
func (d *decoder) Close() error {
	close(d.feed)
	d.terminal.KickRead()
	d.terminal.ReadRune()
	return d.stdin.Close()
}

// decode returns the key of a sequence: what was typed with one key. A rune alone is itself, for readline too.
func (d *decoder) decode(seq string) key {
	if k, ok := ours()[seq]; ok {
		return k
	}
	if seq[0] == '\x1b' && !theirs()[seq] {
		switch {
		case len(seq) == 1:
			return keyEscape
		case len(seq) == 2 && seq[1] < 0x7f:
			return alt(rune(seq[1]))
		}
		return keyNothing
	}
	if r, n := utf8.DecodeRuneInString(seq); n == len(seq) {
		return r
	}
	d.terminal.KickRead() // which it waits for after some keys
	d.feed <- []byte(seq)
	return d.terminal.ReadRune()
}
