package builtins

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// chrooted tells whether the task's root is known not to be that of its mount
// namespace: it is not the root of a mount, or of one that is mounted on
// another than the namespace's first.
func (l *look) chrooted() bool {
	files := l.stat("/")
	if len(files) == 0 || files[0].errno != 0 {
		return false
	}
	if !files[0].mountRoot {
		return true
	}
	root, ok := l.rootMount()
	if !ok {
		return false
	}
	parent, ok := l.parentMount(root)
	if !ok || parent == root {
		return false
	}
	first, ok := l.parentMount(parent)
	return ok && first != parent
}

// rootMount is the mount that the task's root is on, by the number that
// statmount(2) knows (Linux 6.8).
func (l *look) rootMount() (id uint64, ok bool) {
	const mask, mountID, size = 0, 144, 256 // in struct statx
	buf := make([]byte, size)
	var p task.Program
	p.Call("statx", task.Flags(atCwd, "AT_FDCWD"), task.Str("/"), task.Int(0),
		task.Flags(unix.STATX_MNT_ID_UNIQUE, "STATX_MNT_ID_UNIQUE"), task.Out(buf))
	if !l.do(&p) || binary.NativeEndian.Uint32(buf[mask:])&unix.STATX_MNT_ID_UNIQUE == 0 {
		return 0, false
	}
	return binary.NativeEndian.Uint64(buf[mountID:]), true
}

// parentMount is what a mount is mounted on; the first of a namespace is on
// itself.
func (l *look) parentMount(id uint64) (parent uint64, ok bool) {
	const (
		mntBasic     = 2     // STATMOUNT_MNT_BASIC
		mask, mother = 8, 48 // in struct statmount
		size         = 512   // of it
		reqSize      = 24    // of struct mnt_id_req
		idAt, want   = 8, 16 // in it
	)
	req, buf := make([]byte, reqSize), make([]byte, size)
	binary.NativeEndian.PutUint32(req, reqSize)
	binary.NativeEndian.PutUint64(req[idAt:], id)
	binary.NativeEndian.PutUint64(req[want:], mntBasic)
	var p task.Program
	p.Call("statmount", task.Bytes(req), task.Out(buf), task.Int(size), task.Int(0))
	if !task.Known("statmount") || !l.do(&p) || binary.NativeEndian.Uint64(buf[mask:])&mntBasic == 0 {
		return 0, false
	}
	return binary.NativeEndian.Uint64(buf[mother:]), true
}
