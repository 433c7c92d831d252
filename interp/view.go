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

// A folder is standard error of a prompt at a terminal, for messages: their lines are broken between words. What
// is recorded of them is not.
type folder struct {
	w    io.Writer
	view func() builtins.View
}

func (f folder) Write(p []byte) (int, error) {
	if _, err := io.WriteString(f.w, f.view().Fold(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}
