package task

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// image returns the stub as an executable: an ELF header, a program header for
// the code and one that asks for a stack that cannot be executed. See elf(5).
func image() []byte {
	code := code()
	size := uint64(elfHeaders + len(code))
	le := binary.LittleEndian
	b := []byte{0x7f, 'E', 'L', 'F', 2 /* ELFCLASS64 */, 1 /* ELFDATA2LSB */, 1 /* EV_CURRENT */, 15: 0}
	for _, half := range []uint16{2 /* ET_EXEC */, elfMachine} {
		b = le.AppendUint16(b, half)
	}
	b = le.AppendUint32(b, 1)           // e_version
	b = le.AppendUint64(b, codeAddress) // e_entry
	b = le.AppendUint64(b, 64)          // e_phoff
	b = le.AppendUint64(b, 0)           // e_shoff
	b = le.AppendUint32(b, 0)           // e_flags
	for _, half := range []uint16{64, 56, 2, 64, 0, 0} {
		b = le.AppendUint16(b, half) // e_ehsize … e_shstrndx
	}
	b = appendProgramHeader(b, 1 /* PT_LOAD */, 5 /* PF_R|PF_X */, imageBase, size)
	b = appendProgramHeader(b, 0x6474e551 /* PT_GNU_STACK */, 6 /* PF_R|PF_W */, 0, 0)
	return append(b, code...)
}

func appendProgramHeader(b []byte, typ, flags uint32, addr, size uint64) []byte {
	le := binary.LittleEndian
	b = le.AppendUint32(le.AppendUint32(b, typ), flags)
	for _, v := range []uint64{0 /* p_offset */, addr, addr, size, size, largestPage} {
		b = le.AppendUint64(b, v)
	}
	return b
}

const (
	elfHeaders  = 64 + 2*56
	largestPage = 64 << 10 // of all machines that we know
)

// codeAddress is where a stub finds its first instruction.
const codeAddress = imageBase + elfHeaders

// openImage returns a descriptor of the executable: a sealed memfd or, where
// memfds may not be executed (sysctl vm.memfd_noexec), an unlinked file.
func openImage() (int, error) {
	fd, err := memfdImage()
	if err == nil {
		return fd, nil
	}
	for _, dir := range []string{os.Getenv("XDG_RUNTIME_DIR"), os.TempDir(), os.Getenv("HOME"), "/dev/shm"} {
		if dir == "" {
			continue
		}
		if fd, ferr := fileImage(dir); ferr == nil {
			return fd, nil
		}
	}
	return -1, fmt.Errorf("no place for the task's code: %w", err)
}

func memfdImage() (int, error) {
	flags := unix.MFD_CLOEXEC | unix.MFD_ALLOW_SEALING
	fd, err := unix.MemfdCreate("nstar-task", flags|unix.MFD_EXEC)
	if errors.Is(err, unix.EINVAL) { // before Linux 6.3
		fd, err = unix.MemfdCreate("nstar-task", flags)
	}
	if err != nil {
		return -1, os.NewSyscallError("memfd_create", err)
	}
	if _, err = unix.Write(fd, image()); err == nil {
		seals := unix.F_SEAL_SEAL | unix.F_SEAL_SHRINK | unix.F_SEAL_GROW | unix.F_SEAL_WRITE
		_, err = unix.FcntlInt(uintptr(fd), unix.F_ADD_SEALS, seals)
	}
	if err != nil {
		unix.Close(fd)
		return -1, os.NewSyscallError("memfd", err)
	}
	return fd, nil
}

// fileImage puts the executable into dir, opens it for reading only (a file
// that is open for writing cannot be executed) and removes its name.
func fileImage(dir string) (int, error) {
	f, err := os.CreateTemp(dir, ".nstar-task-")
	if err != nil {
		return -1, err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(image())
	if err == nil {
		err = f.Chmod(0o500)
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return -1, err
	}
	var st unix.Statfs_t
	if err := unix.Statfs(f.Name(), &st); err == nil && st.Flags&unix.ST_NOEXEC != 0 {
		return -1, unix.EACCES
	}
	return unix.Open(f.Name(), unix.O_RDONLY|unix.O_CLOEXEC, 0)
}
