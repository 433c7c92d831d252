package main

import (
	"os"
	"os/exec"
	"strings"
	"time"
)

// boxRow makes containers of six new namespaces, with a /proc of their own, in
// which a program runs to its end. An ordinary user adds a user namespace, on
// both sides.
func boxRow(s size) ([]row, error) {
	const what = "clone into 6 namespaces, mount /proc, exec true, wait"
	unshare, err := exec.LookPath("unshare")
	if err != nil {
		return nil, &missingError{what, err.Error()}
	}
	flags, user := []string{"-mpfiunC", "--mount-proc", "true"}, os.Geteuid() != 0
	if user {
		flags = append([]string{"-Ur"}, flags...)
	}
	nstar, err := newSession(boxScript)
	if err != nil {
		return nil, err
	}
	defer nstar.close()
	a, b, err := compare(10*s.rounds, func() (time.Duration, error) { return nstar.call("box", user) },
		func() (time.Duration, error) { return spawned(unshare, flags...) })
	if err != nil {
		return nil, err
	}
	rival := "unshare " + strings.Join(flags, " ") + ", vforked by os/exec"
	return []row{compared(what, rival, a, b)}, nil
}

// boxScript does what unshare(1) does, step by step: also the mounts are made
// private first.
const boxScript = `
SIX = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET | CLONE_NEWCGROUP

def box(user):
    t = clone(SIX | CLONE_NEWUSER if user else SIX)
    if user:
        map_root(task=t)
    mount("none", "/", "", MS_REC | MS_PRIVATE, task=t)
    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, task=t)
    execvp("true", ["true"], task=t)
    if wait(t).code != 0:
        fail("true failed")
`
