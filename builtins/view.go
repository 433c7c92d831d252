package builtins

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// ViewOf is how to show values on w: as wide as the window if it is a terminal,
// else 80 columns. Colours are for terminals, unless NO_COLOR is set, CLICOLOR
// is 0 or TERM is dumb; CLICOLOR_FORCE has them everywhere.
func ViewOf(w io.Writer, env func(string) string) View {
	v := View{Width: 80}
	terminal := false
	if f, ok := w.(*os.File); ok {
		size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
		if terminal = err == nil; terminal && size.Col > 0 {
			v.Width = int(size.Col)
		}
	}
	v.Colour = wantsColour(terminal, env)
	return v
}

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
