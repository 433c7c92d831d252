// Nstar is a shell whose words are system calls. This package reads its command line; all else is in interp.
package main

import (
	"os"
	"os/signal"
	"sync"
	"syscall"

	"nstar/interp"
)

func main() {
	signals := sync.OnceValue(listen)
	if err := enoughDescriptors(); err != nil {
		os.Stderr.WriteString("nstar: " + err.Error() + "\n")
		os.Exit(interp.StatusError)
	}
	reserveThreads()
	os.Exit(Run(Command{
		Args: os.Args[1:], Env: os.Environ(), Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Signals: signals, Terminal: isTerminal(os.Stdin),
		Edit: isTerminal(os.Stdin) && isTerminal(os.Stdout) && canDraw(os.Getenv("TERM")),
	}))
}

// listen has the signals that end what nstar does sent to a channel. The Go runtime changes threads several times for
// each of them.
func listen() <-chan os.Signal {
	signals := make(chan os.Signal, 4)
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT} {
		if !signal.Ignored(sig) { // as nohup and a shell's & want it
			signal.Notify(signals, sig)
		}
	}
	// Whoever takes SIGPIPE gets EPIPE from write, and may clean up. Ignoring it would reach the programs.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	return signals
}
