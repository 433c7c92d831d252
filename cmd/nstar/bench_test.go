package main

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"nstar/interp/edit/vttest"
)

// BenchmarkReady measures the start, on a pty, until the prompt is there.
func BenchmarkReady(b *testing.B) {
	path := installed("nstar")
	for b.Loop() {
		m := vttest.Open(b, 80, 24)
		cmd := exec.Command(path)
		cmd.Env = append(os.Environ(), "TERM=xterm", "NSTAR_HISTORY=/dev/null")
		cmd.Stdin, cmd.Stdout, cmd.Stderr = m.Tty, m.Tty, m.Tty
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		m.Has("> |")
		b.StopTimer()
		m.Type("\x04")
		cmd.Wait()
		b.StartTimer()
	}
}

// BenchmarkKey is the time from a key to the screen, with a block of 200 lines.
func BenchmarkKey(b *testing.B) {
	d := vttest.Open(b, 100, 40)
	cmd := exec.Command(installed("nstar"))
	cmd.Env = append(os.Environ(), "TERM=xterm", "NSTAR_HISTORY=/dev/null")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = d.Tty, d.Tty, d.Tty
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	d.Has("> |")
	d.Paste("def f():\n" + strings.Repeat("    mount('proc', \"/proc/1\", data=[1, 2]) # a line\n", 198) + "    mount(")
	d.Has("mount(|")
	d.Type("\x1b[A\x1b[H")
	d.Until("the cursor above", func(s *vttest.Screen) bool { return s.Col < 8 })
	var took []time.Duration
	col := 0
	d.Screen(func(s *vttest.Screen) { col = s.Col })
	for i := 0; b.Loop(); i++ {
		key, want := "x", col+1
		if i%2 == 1 {
			key, want = "\x7f", col
		}
		start := time.Now()
		d.Type(key)
		d.Until("the key", func(s *vttest.Screen) bool { return s.Col == want })
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
	b.ReportMetric(float64(took[len(took)-1].Microseconds()), "worst-µs")
	d.Type("\x03\x04")
	cmd.Wait()
}
