package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	_ "embed"
)

// A complete sandbox: namespaces of seven types, a new root with twelve folders
// of the machine, /proc and /dev, no capabilities, and a program that runs to
// its end below a process 1 that reaps. The rival is bwrap(1) told to do the
// same.
const binds = 12

// sandboxSteps make what bwrap makes; lib/sandbox.star takes some more.
//
//go:embed sandbox.star
var sandboxSteps string

// sandboxRows are one sandbox by a whole process, and many in one session.
func sandboxRows(s size) ([]row, error) {
	const what = "a sandbox of 7 namespaces and 12 binds"
	bwrap, err := exec.LookPath("bwrap")
	if err != nil {
		return nil, &missingError{what, err.Error()}
	}
	folders, links := folders()
	if len(folders) < binds {
		return nil, &missingError{what, "this machine has too few folders to bind"}
	}
	box := func() (time.Duration, error) { return spawned(bwrap, bwrapArgs(folders, links)...) }

	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	script := sandboxScript(folders, links)
	whole, err := wholeRow(s, what, dir, script+"box()\n", box)
	if err != nil {
		return nil, err
	}
	session, err := newSession(script)
	if err != nil {
		return nil, err
	}
	defer session.close()
	a, b, err := compare(s.boxes, func() (time.Duration, error) { return session.call("one_of_many") }, box)
	if err != nil {
		return nil, err
	}
	return []row{whole, compared(fmt.Sprintf("%s, one of %d in a session", what, s.boxes), "bwrap, a process for each", a, b)}, nil
}

// wholeRow compares nstar with a script, from its start to its end.
func wholeRow(s size, what, dir, script string, rival turn) (row, error) {
	file, exe := filepath.Join(dir, "box.star"), filepath.Join(dir, "nstar")
	if err := os.WriteFile(file, []byte(script), 0o666); err != nil {
		return row{}, err
	}
	if err := build(exe, "nstar/cmd/nstar"); err != nil {
		return row{}, err
	}
	a, b, err := compare(10*s.rounds, func() (time.Duration, error) { return spawned(exe, file) }, rival)
	return compared(what+", the whole process", "bwrap", a, b), err
}

// folders are those that both sides bind, and the links in / that both make.
func folders() (list []string, links map[string]string) {
	links = map[string]string{}
	list = []string{"/usr", "/etc"}
	for _, name := range []string{"/bin", "/sbin", "/lib", "/lib64"} {
		if target, err := os.Readlink(name); err == nil {
			links[name] = target
		} else if !errors.Is(err, os.ErrNotExist) {
			list = append(list, name)
		}
	}
	for _, name := range []string{"/opt", "/srv", "/var", "/home", "/media", "/mnt", "/root", "/boot", "/tmp", "/run", "/sys"} {
		if st, err := os.Lstat(name); err == nil && st.IsDir() && len(list) < binds {
			list = append(list, name)
		}
	}
	return list, links
}

func bwrapArgs(folders []string, links map[string]string) []string {
	args := strings.Fields("--unshare-user --unshare-pid --unshare-uts --unshare-ipc --unshare-net --unshare-cgroup " +
		"--uid 0 --gid 0 --hostname sandbox --cap-drop ALL")
	for _, path := range folders {
		args = append(args, "--ro-bind", path, path)
	}
	for path, target := range links {
		args = append(args, "--symlink", target, path)
	}
	return append(args, "--proc", "/proc", "--dev", "/dev", "true")
}

// sandboxScript is the same in the language.
func sandboxScript(folders []string, links map[string]string) string {
	var b strings.Builder
	var covered []string // what bwrap covers in /proc, where it is there
	for _, path := range []string{"/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus"} {
		if _, err := os.Lstat(path); err == nil {
			covered = append(covered, path)
		}
	}
	fmt.Fprintf(&b, "FOLDERS = [%s]\nROOT = %q\nCOVERED = [%s]\nLINKS = {", quoted(folders), unbound(folders), quoted(covered))
	for path, target := range links {
		fmt.Fprintf(&b, "%q: %q, ", path, target)
	}
	b.WriteString("}\n\n")
	b.WriteString(sandboxSteps)
	return b.String()
}

// unbound is a folder that every machine has and that is not bound: where the new
// root is made.
func unbound(folders []string) string {
	for _, path := range []string{"/tmp", "/mnt"} {
		if !slices.Contains(folders, path) {
			return path
		}
	}
	return "/sys"
}

func quoted(list []string) string {
	q := make([]string, len(list))
	for i, s := range list {
		q[i] = fmt.Sprintf("%q", s)
	}
	return strings.Join(q, ", ")
}
