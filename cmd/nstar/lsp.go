package main

import (
	"context"
	"syscall"

	"nstar/interp"
	"nstar/interp/lsp"
)

// serveLSP is the language server for one editor, which starts it and speaks with it over standard input and output.
// A signal ends it also where the editor does not read.
func serveLSP(c Command, _ given, _ []string) int {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- lsp.Serve(ctx, c.Stdin, c.Stdout, interp.Format) }()
	select {
	case err := <-done:
		if err != nil {
			return fail(c, err)
		}
		return 0
	case sig := <-c.Signals():
		if n, ok := sig.(syscall.Signal); ok {
			return 128 + int(n)
		}
		return interp.StatusError
	}
}
