package builtins

import (
	"bytes"
	"encoding/binary"
	"strings"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// interpreter is what the kernel starts in place of a program: what a script
// names in its first line, or a 64-bit ELF file in its PT_INTERP.
func (l *look) interpreter(p string) (path, kind string) {
	head := l.head(p)
	if script, ok := bytes.CutPrefix(head, []byte("#!")); ok {
		line, _, _ := strings.Cut(string(script), "\n")
		if f := strings.Fields(line); len(f) > 0 {
			return f[0], "interpreter"
		}
		return "", ""
	}
	return elfInterpreter(head), "dynamic loader"
}

// head is how a regular file starts; to open a FIFO could block.
func (l *look) head(p string) []byte {
	if files := l.stat(p); len(files) == 0 || files[0].mode&unix.S_IFMT != unix.S_IFREG {
		return nil
	}
	buf := make([]byte, 4096) // headers and PT_INTERP are in the first page
	var q task.Program
	fd := q.Call("openat", task.Flags(atCwd, "AT_FDCWD"), task.Str(p), task.Flags(unix.O_CLOEXEC|unix.O_NONBLOCK, "O_RDONLY|O_CLOEXEC|O_NONBLOCK"))
	q.Drop(fd)
	got := q.Call("pread64", task.Res(fd), task.Out(buf), task.Int(len(buf)), task.Int(0))
	if !l.do(&q) {
		return nil
	}
	return buf[:got.Result()]
}

// elfInterpreter finds PT_INTERP in the start of a file, which anybody may
// have written: nothing in it is trusted.
func elfInterpreter(head []byte) string {
	const (
		size                 = 64 // of struct elf64_hdr
		phOff, phSize, phNum = 32, 54, 56
		entry                = 56 // of struct elf64_phdr
		offset, length       = 8, 32
		ptInterp             = 3
	)
	if len(head) < size || !bytes.HasPrefix(head, []byte("\x7fELF\x02")) {
		return ""
	}
	order := binary.NativeEndian
	at := order.Uint64(head[phOff:])
	step := uint64(order.Uint16(head[phSize:]))
	for range order.Uint16(head[phNum:]) {
		if at > uint64(len(head)) || uint64(len(head))-at < entry {
			return ""
		}
		ph := head[at:]
		if order.Uint32(ph) == ptInterp {
			from, n := order.Uint64(ph[offset:]), order.Uint64(ph[length:])
			if from > uint64(len(head)) || n > uint64(len(head))-from {
				return ""
			}
			return string(bytes.TrimRight(head[from:from+n], "\x00"))
		}
		at += step
	}
	return ""
}
