package builtins

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"strings"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// A nsHandle is a weak reference to a namespace, which can be kept in a file:
//
//	nsfs1:BOOT:TYPE:INO:HEX
//
// BOOT is the start of the machine's boot_id, since the kernel counts anew with
// each boot; TYPE:INO is for the reader; HEX is the kernel's struct
// nsfs_file_handle. The text may come from anywhere: it is taken only as this
// file would have written it.
type nsHandle struct {
	boot string
	raw  []byte
}

const (
	handlePrefix = "nsfs1:"
	bootDigits   = 8
	nsfsFileid   = 0xf1   // FILEID_NSFS
	fdNsfsRoot   = -10003 // FD_NSFS_ROOT
	leastHandle  = 16     // struct nsfs_file_handle: the id, the type as a CLONE_NEW flag, the inode number
	mostHandle   = 128    // MAX_HANDLE_SZ
)

// String is the handle as text.
func (h *nsHandle) String() string {
	return fmt.Sprintf("%s%s:%s:%d:%x", handlePrefix, h.boot, h.kind(), h.ino(), h.raw)
}

// name is how the namespace prints.
func (h *nsHandle) name() string { return fmt.Sprintf("%s:[%d]", h.kind(), h.ino()) }

func (h *nsHandle) kind() string {
	kind, _ := kindOf(int(binary.NativeEndian.Uint32(h.raw[8:])))
	return kind
}

func (h *nsHandle) ino() uint32 { return binary.NativeEndian.Uint32(h.raw[12:]) }

func (h *nsHandle) file() unix.FileHandle { return unix.NewFileHandle(nsfsFileid, h.raw) }

// parseHandle reads what String has written.
func parseHandle(text string) (*nsHandle, error) {
	bad := BadValue("name", "a handle that ns.handle() has returned", starlark.String(text))
	parts := strings.Split(strings.TrimPrefix(text, handlePrefix), ":")
	if len(parts) != 4 || len(parts[3]) > 2*mostHandle {
		return nil, bad
	}
	raw, err := hex.DecodeString(parts[3])
	if err != nil || len(raw) < leastHandle || len(raw)%8 != 0 || len(parts[0]) != bootDigits {
		return nil, bad
	}
	h := &nsHandle{parts[0], raw}
	if h.kind() == "" || h.String() != text {
		return nil, bad
	}
	return h, nil
}

// handle makes the text of a namespace.
func (n *Namespace) handle() (string, error) {
	boot, err := bootID()
	if err != nil {
		return "", err
	}
	h := &nsHandle{boot: boot}
	err = n.use(func(fd int) error {
		f, _, err := unix.NameToHandleAt(fd, "", unix.AT_EMPTY_PATH)
		if err != nil {
			return hostError("name_to_handle_at", err, `name_to_handle_at(%s, "", AT_EMPTY_PATH)`, n)
		}
		h.raw = f.Bytes()
		if f.Type() != nsfsFileid || len(h.raw) < leastHandle || h.kind() != n.held.kind {
			return fmt.Errorf("the kernel has another format of handles (type %#x, %d bytes)", f.Type(), len(h.raw))
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return h.String(), nil
}

// bootID tells this boot of the machine from others.
func bootID() (string, error) {
	text, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err == nil && len(text) < bootDigits {
		err = fmt.Errorf("boot_id is %q", text)
	}
	if err != nil {
		return "", err
	}
	return string(text[:bootDigits]), nil
}

// namespaceOfHandle has the task open what a handle refers to.
func (c *Call) namespaceOfHandle(text string) (*Namespace, error) {
	h, err := parseHandle(text)
	if err != nil {
		return nil, err
	}
	boot, err := bootID()
	if err != nil {
		return nil, err
	}
	if boot != h.boot {
		return nil, fmt.Errorf("%s is gone: the machine has been booted since: %w", h.name(), unix.ESTALE)
	}
	ns, err := c.openHandle(h.raw, h.name())
	if err == nil && ns.String() != h.name() { // the task is not to be believed
		ns.close()
		return nil, fmt.Errorf("the task has opened %s for %s", ns, h.name())
	}
	return ns, err
}

// openHandle has the task open a struct nsfs_file_handle.
func (c *Call) openHandle(raw []byte, name string) (*Namespace, error) {
	b := binary.NativeEndian.AppendUint32(nil, uint32(len(raw)))
	b = append(binary.NativeEndian.AppendUint32(b, nsfsFileid), raw...)
	var p task.Program
	p.Take(p.Call("open_by_handle_at", task.Int(fdNsfsRoot).As("FD_NSFS_ROOT"), task.Bytes(b).As(name),
		task.Flags(unix.O_CLOEXEC, "O_RDONLY|O_CLOEXEC")))
	if err := c.Do(&p); err != nil {
		return nil, err
	}
	return c.Host.namespace(p.Taken()[0])
}
