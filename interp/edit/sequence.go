package edit

import (
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

const (
	// afterEscape is how long the rest of a sequence may take: longer, and it was the key Escape.
	afterEscape = 50 * time.Millisecond
	// withinSequence is how long a byte may take to follow another of one character or key.
	withinSequence = time.Second
	// withinPaste is how long one may of a paste: what comes later would be keys, and lines would be run one by one.
	withinPaste  = 10 * time.Second
	longestKey   = 32
	longestPaste = 16 << 20
)

// again reads what was put back.
func (t *tty) again(b []byte) int {
	n := copy(b, t.back)
	t.back = t.back[n:]
	return n
}

// more reads up to len(b) bytes that belong to what was read before; 0 if they do not come.
func (t *tty) more(b []byte, within time.Duration) int {
	if n := t.again(b); n > 0 {
		return n
	}
	for end := time.Now().Add(within); ; {
		left := max(time.Until(end), 0)
		fds := []unix.PollFd{{Fd: int32(t.in), Events: unix.POLLIN}}
		n, err := unix.Poll(fds, int(left/time.Millisecond))
		if err == unix.EINTR {
			continue
		}
		if err != nil || n == 0 {
			return 0
		}
		if n, err = unix.Read(t.in, b); err == nil && n > 0 {
			return n
		}
		if err != unix.EINTR && err != unix.EAGAIN || left == 0 {
			return 0
		}
	}
}

// key reads one key. wait has said that there is one.
func (t *tty) key() (key, error) {
	var b [1]byte
	n, err := t.again(b[:]), error(nil)
	if n == 0 {
		n, err = unix.Read(t.in, b[:])
	}
	switch {
	case err == unix.EINTR || err == unix.EAGAIN:
		return keyNothing, nil
	case err != nil:
		return 0, err
	case n == 0:
		return 0, unix.EIO
	}
	seq := t.sequence(b[0])
	if seq == pasteStart {
		t.pasted = t.paste()
		return keyPaste, nil
	}
	if r, _ := utf8.DecodeRuneInString(seq); r == utf8.RuneError || private(r) {
		return utf8.RuneError, nil
	}
	if seq == "\n" {
		seq = "\r" // see raw
	}
	return t.decoder.decode(seq), nil
}

// sequence reads the rest of what one key sends.
func (t *tty) sequence(first byte) string {
	seq := []byte{first}
	next := func(within time.Duration) bool {
		var b [1]byte
		if len(seq) >= longestKey || t.more(b[:], within) == 0 {
			return false
		}
		seq = append(seq, b[0])
		return true
	}
	if first >= utf8.RuneSelf {
		for !utf8.FullRune(seq) && next(withinSequence) {
			if n := len(seq) - 1; utf8.RuneStart(seq[n]) {
				t.back, seq = []byte{seq[n]}, seq[:n]
				break
			}
		}
		return string(seq)
	}
	if first != '\x1b' || !next(afterEscape) {
		return string(seq)
	}
	switch seq[1] {
	case '[':
		for next(withinSequence) {
			if c := seq[len(seq)-1]; c >= 0x40 && c <= 0x7e && !(c == '[' && len(seq) == 3) {
				break // [[ begins the function keys of the Linux console
			}
		}
	case 'O':
		next(afterEscape)
		if last := seq[len(seq)-1]; t.noAlt && !strings.ContainsRune("ABCDFHMPQRS", rune(last)) {
			t.back = append(t.back, seq[1:]...)
			return "\x1b"
		}
	case '\x1b': // Escape, and then another key that sends it
		t.back = append(t.back, seq[1])
		return "\x1b"
	default:
		if t.noAlt {
			t.back = append(t.back, seq[1])
			return "\x1b"
		}
		for !utf8.FullRune(seq[1:]) && next(withinSequence) {
		}
	}
	return string(seq)
}

// paste reads what a terminal pastes, up to its end mark, and not a byte more: the mark is six bytes long, so
// five after its start cannot be too many.
func (t *tty) paste() string {
	var text []byte
	for {
		matched := 0
		for n := min(len(pasteEnd)-1, len(text)); n > 0; n-- {
			if string(text[len(text)-n:]) == pasteEnd[:n] {
				matched = n
				break
			}
		}
		b := make([]byte, len(pasteEnd)-matched)
		n := t.more(b, withinPaste)
		text = append(text, b[:n]...)
		if n == 0 {
			break
		}
		if len(text) > longestPaste { // the rest must not be taken for keys
			text = append(text[:longestPaste-len(pasteEnd)], text[len(text)-len(pasteEnd):]...)
		}
		if rest := len(text) - len(pasteEnd); rest >= 0 && string(text[rest:]) == pasteEnd {
			text = text[:rest]
			break
		}
	}
	return pasteText(string(text))
}

// pasteText makes lines of a paste end as lines do, and text of what is none.
func pasteText(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n")
	return strings.ToValidUTF8(s, "\ufffd")
}
