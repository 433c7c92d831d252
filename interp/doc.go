// Package interp reads, evaluates and prints: it turns text into calls of the words in package builtins.
//
// From the front door inward:
//
//	interp.go      an Interp is one session: its host, its globals, its dialect
//	script.go      a file, -c, - or a pipe, from the first line to the exit status
//	signal.go      what ends a run from outside, and the status that says so
//	startup.go     init.star, before a prompt
//	repl.go        the prompt; between.go what it does between two blocks; block.go knows when a block is complete, line.go reads it
//	load.go        load("sandbox.star", …)
//	errors.go      an error as people see it: backtrace, source line, caret, message, hint
//	habit.go       what to write instead of the Python that Starlark refuses
//	command.go     what to write instead of a command without its !
//	check.go       what is wrong with a text that is only read, for editors; lsp is their server
//	record.go      what was typed and printed; notebook.go makes scripts and transcripts of it, and reloads files
//	transcript.go  the text form of a session; replay.go types it in again and compares
//
// Code of one session runs under one lock, which the host owns; every entry into Starlark goes through
// Interp.do, so there is one place that takes it. The package makes no system calls about namespaces or
// processes, and cannot: the engine is behind an internal wall.
package interp
