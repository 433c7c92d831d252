package main

import (
	"context"
	"os"
	"syscall"

	"nstar/interp/lsp"
)

// serveLSP is the language server for one editor, which starts it and speaks with it over standard input and output.
func serveLSP(c Command, _ given, _ []string) int {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ended := make(chan os.Signal, 1)
	go func() {
		select {
		case sig := <-c.Signals:
			ended <- sig
			cancel()
		case <-ctx.Done():
		}
	}()
	err := lsp.Serve(ctx, c.Stdin, c.Stdout, nil)
	select {
	case sig := <-ended:
		if n, ok := sig.(syscall.Signal); ok {
			return 128 + int(n)
		}
	default:
	}
	if err != nil {
		return fail(c, err)
	}
	return 0
}
