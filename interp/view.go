package interp

import (
	"io"

	"nstar/builtins"
)

// viewOf returns what is known of the window that stdout is, each time anew: windows are resized. What is no
// terminal is 80 columns wide and has no colours, unless CLICOLOR_FORCE asks for them.
func viewOf(stdout io.Writer, env func(string) string) func() builtins.View {
	return func() builtins.View { return builtins.ViewOf(stdout, env) }
}
