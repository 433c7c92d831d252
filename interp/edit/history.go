package edit

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// A History keeps blocks in a file, one to a line, quoted as Go quotes strings. It is read from its end, as
// far as needed. Several prompts may add to one file at once: each sees what was there when it began, and its
// own. What does not look like a block is passed over.
type History struct {
	file   *os.File // nil: blocks are kept in memory only
	mute   bool     // file is only read
	own    []string // of this session, the oldest first
	old    []string // read from the file, the newest first
	unread int64    // bytes of the file before what was read
	part   []byte   // the end of a line that starts before unread
}

// HistoryPath returns where the history is kept; "" if the environment does not tell.
func HistoryPath(env func(string) string) string {
	if p := env("NSTAR_HISTORY"); p != "" {
		return p
	}
	dir := env("XDG_STATE_HOME")
	if !filepath.IsAbs(dir) {
		home := env("HOME")
		if !filepath.IsAbs(home) {
			return ""
		}
		dir = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(dir, "nstar", "history")
}

// OpenHistory opens or makes the file. If it cannot, or may only read it, the error says so and the History
// can be used nevertheless.
func OpenHistory(path string) (*History, error) {
	h := &History{}
	if path == "" {
		return h, nil
	}
	err := h.open(path)
	if err != nil {
		return h, fmt.Errorf("what is entered is not kept: %w", err)
	}
	return h, nil
}

func (h *History) open(path string) error {
	if err := foreign(path); err != nil { // also root does not leave its files in the home of others
		h.mute = true
		h.read(path)
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE|unix.O_NONBLOCK|unix.O_NOCTTY, 0o600)
	if err != nil {
		h.mute = true
		h.read(path)
		return err
	}
	return h.use(f)
}

// read uses what can be read of a file that cannot be written.
func (h *History) read(path string) {
	if f, err := os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY, 0); err == nil {
		_ = h.use(f)
	}
}

// use takes f over.
func (h *History) use(f *os.File) error {
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		f.Close()
		if info.Mode()&fs.ModeCharDevice != 0 {
			return nil // a link to /dev/null is a wish
		}
		return fmt.Errorf("%s is not a file", f.Name())
	}
	if err != nil {
		f.Close()
		return err
	}
	h.file, h.unread = f, info.Size()
	return nil
}

// foreign returns an error if path, or the folder that it would be made in, belongs to somebody else.
func foreign(path string) error {
	for p := path; ; p = filepath.Dir(p) {
		var st unix.Stat_t
		err := unix.Stat(p, &st)
		if errors.Is(err, fs.ErrNotExist) && p != filepath.Dir(p) {
			continue
		}
		if err == nil && int(st.Uid) != os.Geteuid() && os.Geteuid() == 0 {
			return fmt.Errorf("%s belongs to the user %d", p, st.Uid)
		}
		return nil
	}
}

// Close lets go of the file.
func (h *History) Close() error {
	if h.file == nil {
		return nil
	}
	return h.file.Close()
}

// Block returns block i, from 0, the newest first.
func (h *History) Block(i int) (string, bool) {
	if i < len(h.own) {
		return h.own[len(h.own)-1-i], true
	}
	i -= len(h.own)
	for i >= len(h.old) && h.more() {
	}
	if i < len(h.old) {
		return h.old[i], true
	}
	return "", false
}

// Add keeps a block, unless it is the last one again.
func (h *History) Add(block string) error {
	if last, ok := h.Block(0); block == "" || ok && last == block {
		return nil
	}
	h.own = append(h.own, block)
	if h.file == nil || h.mute {
		return nil
	}
	if err := h.write(strconv.Quote(block) + "\n"); err != nil {
		h.mute = true
		return fmt.Errorf("what is entered is not kept any more: %w", err)
	}
	return nil
}

// write appends a line as a whole. A file whose last line another prompt could not complete gets a newline
// first.
func (h *History) write(line string) error {
	fd := int(h.file.Fd())
	for range 50 { // whoever holds the lock for longer is stuck, and must not stop us
		if unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB) == nil {
			defer unix.Flock(fd, unix.LOCK_UN)
			break
		}
		time.Sleep(2 * time.Millisecond)
	}
	size, err := h.file.Seek(0, 2)
	if err != nil {
		return err
	}
	last := []byte{'\n'}
	if size > 0 {
		if _, err := h.file.ReadAt(last, size-1); err != nil {
			return err
		}
	}
	if last[0] != '\n' {
		line = "\n" + line
	}
	_, err = h.file.WriteString(line)
	return err
}

const readAtOnce = 64 << 10

// more reads on, towards the start of the file. It tells whether there was anything.
func (h *History) more() bool {
	if h.file == nil || h.unread == 0 {
		return false
	}
	n := min(h.unread, int64(max(readAtOnce, len(h.part)))) // doubling within a long line
	text := make([]byte, n, int(n)+len(h.part))
	if _, err := h.file.ReadAt(text, h.unread-n); err != nil {
		h.unread = 0
		return false
	}
	h.unread -= n
	text = append(text, h.part...)
	h.part = nil
	if h.unread > 0 {
		first := bytes.IndexByte(text, '\n')
		if first < 0 {
			h.part = text
			return true
		}
		h.part = bytes.Clone(text[:first+1])
		text = text[first+1:]
	}
	for len(text) > 0 {
		text = bytes.TrimSuffix(text, []byte("\n"))
		from := bytes.LastIndexByte(text, '\n') + 1
		if block, err := strconv.Unquote(string(text[from:])); err == nil && text[from] == '"' && utf8.ValidString(block) {
			h.old = append(h.old, block)
		}
		text = text[:from]
	}
	return true
}
