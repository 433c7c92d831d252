package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// In a session of testdata, and at a terminal, the test binary plays nstar.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"nstar": main, "process1": process1, "apart": apart})
}

// TestScripts runs the whole program, as a shell would.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			env.Setenv("GORACE", "atexit_sleep_ms=0") // else a race build dawdles at each exit
			return nil
		},
		Condition: condition,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"signal":     signalCmd,
			"brokenpipe": brokenPipeCmd,
		},
	})
}

// condition knows [cgo]: the program has libc in it, since package net, which readline imports, is there.
func condition(cond string) (bool, error) {
	if cond != "cgo" {
		return false, fmt.Errorf("no such condition: %s", cond)
	}
	info, _ := debug.ReadBuildInfo()
	return slices.ContainsFunc(info.Settings, func(s debug.BuildSetting) bool {
		return s.Key == "CGO_ENABLED" && s.Value == "1"
	}), nil
}

// command prepares nstar with args in the session's folder and environment.
func command(ts *testscript.TestScript, args []string) *exec.Cmd {
	bin, _, _ := strings.Cut(ts.Getenv("PATH"), string(os.PathListSeparator))
	cmd := exec.Command(filepath.Join(bin, "nstar"), args...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = append(os.Environ(), "PATH="+ts.Getenv("PATH"), "HOME="+ts.Getenv("HOME"), "GORACE="+ts.Getenv("GORACE"))
	return cmd
}

// signalCmd is "signal SIG STATUS ARG…": nstar gets SIG once it has printed a line (and again after each
// further line that says "again"), and must exit with STATUS.
func signalCmd(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: signal SIG STATUS ARG…")
	}
	sig := map[string]syscall.Signal{"INT": syscall.SIGINT, "TERM": syscall.SIGTERM, "HUP": syscall.SIGHUP, "QUIT": syscall.SIGQUIT, "USR1": syscall.SIGUSR1}[args[0]]
	cmd := command(ts, args[2:])
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	cmd.Stderr = cmd.Stdout
	ts.Check(cmd.Start())
	lines := bufio.NewScanner(out)
	for first := true; lines.Scan(); first = false {
		ts.Logf("%s", lines.Text())
		if first || lines.Text() == "again" {
			ts.Check(cmd.Process.Signal(sig))
		}
	}
	expect(ts, cmd.Wait(), args[1])
}

// brokenPipeCmd is "brokenpipe STATUS ARG…": nobody reads what nstar prints.
func brokenPipeCmd(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: brokenpipe STATUS ARG…")
	}
	r, w, err := os.Pipe()
	ts.Check(err)
	ts.Check(r.Close())
	cmd := command(ts, args[1:])
	var stderr strings.Builder
	cmd.Stdout, cmd.Stderr = w, &stderr
	err = cmd.Run()
	ts.Check(w.Close())
	if stderr.Len() > 0 {
		ts.Fatalf("not quiet: %s", stderr.String())
	}
	expect(ts, err, args[0])
}

// expect checks an exit status.
func expect(ts *testscript.TestScript, err error, status string) {
	want, convErr := strconv.Atoi(status)
	ts.Check(convErr)
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}
