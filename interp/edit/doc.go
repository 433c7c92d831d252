// Package edit reads blocks of code from a terminal: several lines, edited in place and recalled whole.
//
//	editor.go   an Editor, and its loop: wait, read a key, change the buffer, draw
//	tty.go      the terminal's two sides; key.go: what was typed, as keys
//	buffer.go   text, cursor, undo, what was cut; motion.go: characters, words and lines in it
//	emacs.go    what keys do, as readline(3) has it; vi.go: as vi has it
//	recall.go   Up and Down; search.go: Ctrl-R; menu.go: Tab; external.go: $EDITOR, and Ctrl-Z
//	history.go  blocks in a file
//	layout.go   text to rows of a screen; view.go: the part of it that the window shows
//	draw.go     what has changed of it, to the terminal
//	scan.go     the language, as far as colours, brackets and indentation need it
//
// chzyer/readline gives the terminal's modes and size, and makes keys of bytes. It neither edits nor draws:
// it knows one line, moves the cursor by counting runes, and what it reads ahead is lost for programs.
//
// What users see and type besides is plugged in: see Options.
package edit
