package builtins

import (
	"encoding/binary"
	"errors"

	"go.starlark.net/starlark"
	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// The requests of ioctl_nsfs(2) for mount namespaces, from Linux 6.12. They
// fill in a struct mnt_ns_info: its size, how many mounts, the id.
const (
	nsMntGetNext = 0x8010b70b
	nsMntGetPrev = 0x8010b70c
	mntNsInfo    = 16
)

// neighbour has the task open the next mount namespace, or the one before.
func (n *Namespace) neighbour(c *Call, request uint64, text string) (starlark.Value, error) {
	if n.held.kind != "mnt" {
		return nil, BadValue("the namespace", "a mount namespace", n)
	}
	info := binary.NativeEndian.AppendUint32(nil, mntNsInfo)
	info = append(info, make([]byte, mntNsInfo-len(info))...)
	var p task.Program
	err := n.use(func(fd int) error {
		ns := p.Lend(fd).As(n.String())
		p.Take(p.Call("ioctl", ns, task.Flags(request, text), task.Bytes(info).As("{size=16}")))
		return c.Do(&p)
	})
	if errors.Is(err, unix.ENOENT) {
		return starlark.None, nil
	}
	if err != nil {
		return nil, err
	}
	return c.Host.namespace(p.Taken()[0])
}

var _ = later(func() {
	for _, word := range []string{"next", "previous"} {
		looking([]string{word}, unix.EPERM, func(l *look, _ *Error) string {
			const initialPidIno = 0xeffffffc
			if own := l.own("pid"); own != nil && own.id.ino != initialPidIno {
				return "only members of the initial PID namespace see all mount namespaces"
			}
			if own := l.own("user"); own != nil && own.id.ino != initialUserIno {
				return "to see all mount namespaces takes CAP_SYS_ADMIN in the initial user namespace, and the task is in " + own.String()
			}
			return l.lacks("to see all mount namespaces", unix.CAP_SYS_ADMIN, l.own("user"), "")
		})
		hint(word, unix.ENOTTY, func(*Call, *Error) string { return "NS_MNT_GET_NEXT and NS_MNT_GET_PREV came with Linux 6.12" })
	}
})
