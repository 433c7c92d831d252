// Package lsp is the language server: it tells editors, by the Language Server Protocol 3.17, what the words are and
// what is wrong with a script. It reads; nothing of a script is run.
//
//	server.go     the session: what comes in, what goes out, in one goroutine
//	request.go    which method is what
//	frame.go      messages on the stream; protocol.go what is in them
//	document.go   a text and what is known of it; position.go places in it
//	outline.go    the names that a text binds, from its tokens; scope.go who sees them
//	call.go       the call that the cursor is in; signature.go its parameters
//	diagnose.go, complete.go, hover.go, define.go, symbols.go   the features
//
// What is wrong with a text is interp.Check's to say, and what a word is, package builtins'.
package lsp
