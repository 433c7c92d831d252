package builtins

import (
	"bytes"
	"encoding/binary"
	"strings"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/task"
)

// The numbers of listmount(2) and statmount(2), which came with Linux 6.8.
const (
	lsmtRoot        = 1<<64 - 1
	mntIDReqSize    = 32
	statmountWanted = 0x1 | 0x2 | 0x8 | 0x10 | 0x20 | 0x80 | 0x100 | 0x200 | 0x400 | 0x800
	statmountText   = "STATMOUNT_SB_BASIC|STATMOUNT_MNT_BASIC|STATMOUNT_MNT_ROOT|STATMOUNT_MNT_POINT|STATMOUNT_FS_TYPE|" +
		"STATMOUNT_MNT_OPTS|STATMOUNT_FS_SUBTYPE|STATMOUNT_SB_SOURCE|STATMOUNT_OPT_ARRAY|STATMOUNT_OPT_SEC_ARRAY"
)

// statmount is the kernel's struct. Its strings are offsets into what follows
// it; mask tells which fields are valid.
type statmount struct {
	Size, MntOpts          uint32
	Mask                   uint64
	SbDevMajor, SbDevMinor uint32
	SbMagic                uint64
	SbFlags, FsType        uint32
	MntID, MntParentID     uint64
	MntIDOld, ParentIDOld  uint32
	MntAttr                uint64
	MntPropagation         uint64
	MntPeerGroup           uint64
	MntMaster              uint64
	PropagateFrom          uint64
	MntRoot, MntPoint      uint32
	MntNsID                uint64
	FsSubtype, SbSource    uint32 // from Linux 6.13
	OptNum, OptArray       uint32
	OptSecNum, OptSecArray uint32
	_                      [368]byte
}

const (
	statmountMntOpts   = 0x80
	statmountFsSubtype = 0x100
	statmountSbSource  = 0x200
	statmountOptArray  = 0x400
	statmountSecArray  = 0x800
)

// mntIDReq is a struct mnt_id_req: what is asked about a mount of a namespace,
// 0 being the task's own.
func mntIDReq(id, param, ns uint64) []byte {
	b := binary.NativeEndian.AppendUint32(nil, mntIDReqSize)
	b = binary.NativeEndian.AppendUint32(b, 0)
	for _, n := range []uint64{id, param, ns} {
		b = binary.NativeEndian.AppendUint64(b, n)
	}
	return b
}

// listMounts has the task ask for all mounts of a namespace.
func (c *Call) listMounts(ns uint64) ([]mountInfo, error) {
	const batch = 64
	ids, err := c.mountIDs(ns)
	if err != nil {
		return nil, err
	}
	var all []mountInfo
	for len(ids) > 0 {
		n := min(batch, len(ids))
		some, err := c.statMounts(ns, ids[:n])
		if err != nil {
			return nil, err
		}
		all, ids = append(all, some...), ids[n:]
	}
	return all, nil
}

// mountIDs are the numbers of all mounts, which are never used again and grow.
func (c *Call) mountIDs(ns uint64) (ids []uint64, err error) {
	const chunk = 512
	last := uint64(0)
	for {
		buf := make([]byte, 8*chunk)
		req := task.Bytes(mntIDReq(lsmtRoot, last, ns)).As("{mnt_id=LSMT_ROOT}")
		n, err := c.Syscall("listmount", req, task.Out(buf).As("mnt_ids"), task.Int(chunk), task.Int(0))
		if err != nil {
			return nil, err
		}
		for i := range min(n, chunk) {
			last = binary.NativeEndian.Uint64(buf[8*i:])
			ids = append(ids, last)
		}
		if n < chunk {
			return ids, nil
		}
	}
}

// statMounts asks about some mounts in one go, and again about those whose
// text is too long. A mount that has gone meanwhile is left out.
func (c *Call) statMounts(ns uint64, ids []uint64) ([]mountInfo, error) {
	const enough, most = 2 << 10, 1 << 20
	size := enough
	var p task.Program
	bufs, calls := make([][]byte, len(ids)), make([]*task.Call, len(ids))
	for i, id := range ids {
		bufs[i] = make([]byte, size)
		calls[i] = statMountCall(&p, ns, id, bufs[i])
	}
	if err := c.Do(&p); err != nil {
		return nil, err
	}
	var all []mountInfo
	for i, call := range calls {
		for size := enough * 4; call.Errno() == unix.EOVERFLOW && size <= most; size *= 4 {
			var p task.Program
			bufs[i] = make([]byte, size)
			call = statMountCall(&p, ns, ids[i], bufs[i])
			if err := c.Do(&p); err != nil {
				return nil, err
			}
		}
		switch e := call.Errno(); e {
		case 0:
			all = append(all, readStatmount(bufs[i]))
		case unix.ENOENT:
		default:
			return nil, &task.Error{Name: "statmount", Text: call.String(), Errno: e, Pid: c.Task.Pid()}
		}
	}
	return all, nil
}

func statMountCall(p *task.Program, ns, id uint64, buf []byte) *task.Call {
	req := task.Bytes(mntIDReq(id, statmountWanted, ns)).As("{param=" + statmountText + "}")
	return p.Call("statmount", req, task.Out(buf).As("statmount"), task.Int(len(buf)), task.Int(0)).May()
}

// readStatmount reads what statmount(2) has written. The bytes come through
// memory that the task can write, and so any offset may be anything.
func readStatmount(buf []byte) mountInfo {
	var s statmount
	n, err := binary.Decode(buf, binary.NativeEndian, &s)
	if err != nil {
		return mountInfo{}
	}
	strs := buf[n:]
	m := mountInfo{
		id: int(s.MntIDOld), parent: int(s.ParentIDOld),
		root: cString(strs, s.MntRoot), point: cString(strs, s.MntPoint), kind: cString(strs, s.FsType),
		attrs: s.MntAttr, propagation: s.MntPropagation, peerGroup: s.MntPeerGroup, master: s.MntMaster,
		options: superOptions(s.SbFlags),
	}
	if s.Mask&statmountFsSubtype != 0 {
		if sub := cString(strs, s.FsSubtype); sub != "" {
			m.kind += "." + sub
		}
	}
	if s.Mask&statmountSbSource != 0 {
		m.source = cString(strs, s.SbSource)
	}
	m.options = append(m.options, s.options(strs)...)
	return m
}

// options are those of the file system. Where each has a string of its own, it
// may contain a comma.
func (s *statmount) options(strs []byte) (options []string) {
	if s.Mask&(statmountOptArray|statmountSecArray) == 0 {
		if s.Mask&statmountMntOpts == 0 {
			return nil
		}
		for o := range strings.SplitSeq(cString(strs, s.MntOpts), ",") {
			if o != "" {
				options = append(options, unescape(o))
			}
		}
		return options
	}
	array := func(n, at uint32) {
		for range min(n, uint32(len(strs))) {
			o := cString(strs, at)
			options = append(options, o)
			at += uint32(len(o)) + 1
		}
	}
	if s.Mask&statmountSecArray != 0 {
		array(s.OptSecNum, s.OptSecArray)
	}
	if s.Mask&statmountOptArray != 0 {
		array(s.OptNum, s.OptArray)
	}
	return options
}

// cString is the string at an offset, up to its NUL.
func cString(strs []byte, at uint32) string {
	if uint64(at) >= uint64(len(strs)) {
		return ""
	}
	s, _, _ := bytes.Cut(strs[at:], []byte{0})
	return string(s)
}

// superOptions are the options that all file systems have, in the words of
// mountinfo.
func superOptions(flags uint32) []string {
	options := []string{"rw"}
	if flags&unix.MS_RDONLY != 0 {
		options[0] = "ro"
	}
	for _, o := range []struct {
		flag uint32
		name string
	}{{unix.MS_SYNCHRONOUS, "sync"}, {unix.MS_DIRSYNC, "dirsync"}, {unix.MS_LAZYTIME, "lazytime"}} {
		if flags&o.flag != 0 {
			options = append(options, o.name)
		}
	}
	return options
}
