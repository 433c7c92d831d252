// Package edit reads blocks of code from a terminal: several lines, edited in place and recalled whole.
//
//	options.go   what is plugged in: completion, colours, hints
//	editor.go    an Editor, and its loop: wait, read a key, change the buffer, draw; above.go: output meanwhile; signals.go: the window
//	tty.go       the terminal's two sides; sequence.go: the bytes of one key; key.go: which it is
//	buffer.go    text, cursor, undo, what was cut; motion.go: characters, words and lines in it
//	emacs.go     what keys do, as readline(3) has it; vi.go: as vi has it; indent.go: Enter, Tab and Backspace
//	recall.go    Up and Down; search.go: Ctrl-R; ghost.go: what the history has for what is typed; menu.go: Tab; external.go: $EDITOR, and Ctrl-Z
//	history.go   blocks in a file
//	layout.go    text to rows of a screen, lines.go: not again; view.go: the part of it that the window shows
//	draw.go      what has changed of it, to the terminal; style.go: how it looks
//	scan.go      the language, as far as colours.go, call.go and indent.go need it; scanner.go: what changed of it
//
// chzyer/readline makes keys of bytes, and tells terminals and their size. It neither edits nor draws: it knows
// one line, moves the cursor by counting runes, and what it reads ahead is lost for programs.
package edit
