package builtins

import (
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"nstar/builtins/internal/layout"
)

// ViewOf is how to show values on w: as wide as the window if it is a terminal,
// else 80 columns. Colours are for terminals, unless NO_COLOR is set, CLICOLOR
// is 0 or TERM is dumb; CLICOLOR_FORCE has them everywhere.
func ViewOf(w io.Writer, env func(string) string) View {
	v := View{Width: 80}
	if f, ok := w.(*os.File); ok {
		size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
		if v.Terminal = err == nil; v.Terminal && size.Col > 0 {
			v.Width = int(size.Col)
		}
	}
	v.Colour = wantsColour(v.Terminal, env)
	return v
}

// Fold breaks the lines of a message between words, as far as a terminal is too
// narrow for them. What is indented, as lines of code are, stays as it is.
func (v View) Fold(text string) string {
	if !v.Terminal {
		return text
	}
	var s strings.Builder
	for line := range strings.Lines(text) {
		line, end := strings.CutSuffix(line, "\n")
		lines := []string{line}
		if !strings.HasPrefix(line, " ") {
			hang := 0
			if strings.HasPrefix(line, hintMark) {
				hang = len(hintMark)
			}
			lines = layout.Fold(line, v.Width, hang)
		}
		s.WriteString(strings.Join(lines, "\n"))
		if end {
			s.WriteByte('\n')
		}
	}
	return s.String()
}

const hintMark = "hint: "

// wantsColour follows no-color.org and bixense.com/clicolors.
func wantsColour(terminal bool, env func(string) string) bool {
	force := env("CLICOLOR_FORCE")
	switch {
	case env("NO_COLOR") != "":
		return false
	case force != "" && force != "0":
		return true
	}
	return terminal && env("CLICOLOR") != "0" && env("TERM") != "dumb"
}
