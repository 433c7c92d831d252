package task

import (
	"bytes"
	"debug/elf"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestImageHasOnePage reads the image as the kernel does: one page that can be
// executed and not written, and a stack that cannot be executed.
func TestImageHasOnePage(t *testing.T) {
	t.Parallel()
	f, err := elf.NewFile(bytes.NewReader(image()))
	must(t, err)
	loads := 0
	for _, p := range f.Progs {
		switch p.Type {
		case elf.PT_LOAD:
			loads++
			if p.Flags != elf.PF_R|elf.PF_X || p.Memsz > 4096 || p.Vaddr != imageBase {
				t.Errorf("segment %+v", p.ProgHeader)
			}
			if f.Entry < p.Vaddr || f.Entry >= p.Vaddr+p.Memsz {
				t.Errorf("the entry %#x is not in it", f.Entry)
			}
		case elf.PT_GNU_STACK:
			if p.Flags&elf.PF_X != 0 {
				t.Error("the stack can be executed")
			}
		default:
			t.Errorf("segment %+v", p.ProgHeader)
		}
	}
	if loads != 1 {
		t.Errorf("%d segments are loaded", loads)
	}
}

// TestMemoryOfADeepTask looks at what is mapped in a great-grandchild: the
// page of code and its own arena, and what the kernel maps for everybody.
func TestMemoryOfADeepTask(t *testing.T) {
	t.Parallel()
	for depth, c := range lineage(t) {
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", c.Pid()))
		must(t, err)
		var code, arenas, others []string
		for line := range strings.Lines(string(b)) {
			f := strings.Fields(line)
			switch {
			case strings.Contains(line, "nstar-arena"):
				arenas = append(arenas, f[0]+" "+f[1])
			case strings.HasPrefix(f[len(f)-1], "[v"): // [vdso], [vvar], [vsyscall]
			case strings.Contains(f[1], "x"):
				code = append(code, f[0]+" "+f[1])
			default:
				others = append(others, f[len(f)-1])
			}
		}
		if want := fmt.Sprintf("%08x-%08x r-xp", imageBase, imageBase+os.Getpagesize()); !slices.Equal(code, []string{want}) {
			t.Errorf("depth %d: code %q instead of %q", depth, code, want)
		}
		if want := fmt.Sprintf("%08x-%08x rw-s", c.arena.base, c.arena.base+arenaSize); !slices.Equal(arenas, []string{want}) {
			t.Errorf("depth %d: arenas %q instead of %q", depth, arenas, want)
		}
		if !slices.Equal(others, []string{"[stack]"}) {
			t.Errorf("depth %d: other memory %q", depth, others)
		}
	}
}

// TestDescriptorsOfADeepTask finds nothing in a great-grandchild but 0, 1 and
// 2, its channel and its signalfd, whatever its ancestors have.
func TestDescriptorsOfADeepTask(t *testing.T) {
	t.Parallel()
	sockets := make(map[string]int)
	for depth, c := range lineage(t) {
		fds := descriptors(t, c)
		want := []string{"0", "1", "2", "3", "5"}
		if kin := fds[fmt.Sprint(bornKin)]; depth == 0 && strings.HasSuffix(kin, "/children") {
			want = append(want, fmt.Sprint(bornKin)) // the shell's own, for the death of the host
		}
		if !slices.Equal(sorted(fds), want) {
			t.Errorf("depth %d: descriptors %v", depth, fds)
		}
		if sock := fds[fmt.Sprint(bornSock)]; !strings.HasPrefix(sock, "socket:") || sockets[sock] > 0 {
			t.Errorf("depth %d: the channel is %q", depth, sock)
		} else {
			sockets[sock]++
		}
		if sigfd := fds[fmt.Sprint(bornSigfd)]; !strings.Contains(sigfd, "[signalfd]") {
			t.Errorf("depth %d: the signalfd is %q", depth, sigfd)
		}
	}
}

// TestDescriptorsOfAProgram finds 0, 1 and 2 and what it was given.
func TestDescriptorsOfAProgram(t *testing.T) {
	t.Parallel()
	tasks := lineage(t)
	null, err := os.Open("/dev/null")
	must(t, err)
	defer null.Close()
	n := int(null.Fd())
	for _, given := range []map[int]int{nil, {7: n, 3: n}, {3: n, 4: n, 5: n, 6: n}} {
		for depth, c := range tasks {
			program := asleep(t, c, given)
			fds := descriptors(t, program)
			want := map[string]string{"0": fds["0"], "1": fds["1"], "2": fds["2"]}
			for fd := range given {
				want[fmt.Sprint(fd)] = "/dev/null"
			}
			if !maps.Equal(fds, want) {
				t.Errorf("depth %d, given %v: descriptors %v", depth, given, fds)
			}
			if mask := blockedSignals(t, program); mask != "0000000000000000" {
				t.Errorf("depth %d: the program blocks signals %s", depth, mask)
			}
			must(t, program.Close())
		}
	}
}

// lineage is a shell, its child, and so on.
func lineage(t *testing.T) []*Task {
	t.Helper()
	tasks := []*Task{newShell(t)}
	for i := range 3 {
		c, err := tasks[i].Clone(bounded(t), CloneOptions{})
		must(t, err)
		get(t, c, "getpid") // when it answers, it has closed what is its parent's
		tasks = append(tasks, c)
	}
	return tasks
}

// asleep runs a program that has read what it is made of when this returns, and
// waits for its input. It is given files, and 0 and 1.
func asleep(t *testing.T, c *Task, given map[int]int) *Task {
	t.Helper()
	out, ready := bell(t)
	in, err := os.Open("/dev/null")
	must(t, err)
	defer in.Close()
	r, w, err := os.Pipe()
	must(t, err)
	defer r.Close()
	t.Cleanup(func() { w.Close() })
	files := map[int]int{0: int(r.Fd()), 1: ready, 2: int(in.Fd())}
	maps.Copy(files, given)
	program, err := c.Spawn(bounded(t), Command{Paths: []string{"/bin/sh"}, Argv: []string{"sh", "-c", "echo; read line"}, Files: files})
	must(t, err)
	_, err = out.Read(make([]byte, 1))
	must(t, err)
	return program
}

// descriptors are those that a process has, and what they refer to.
func descriptors(t *testing.T, c *Task) map[string]string {
	t.Helper()
	dir := fmt.Sprintf("/proc/%d/fd/", c.Pid())
	entries, err := os.ReadDir(dir)
	must(t, err)
	fds := make(map[string]string)
	for _, e := range entries {
		fds[e.Name()], err = os.Readlink(dir + e.Name())
		must(t, err)
	}
	return fds
}

func sorted(fds map[string]string) []string { return slices.Sorted(maps.Keys(fds)) }

func blockedSignals(t *testing.T, c *Task) string {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.Pid()))
	must(t, err)
	_, rest, _ := strings.Cut(string(b), "SigBlk:")
	return strings.Fields(rest)[0]
}
