package interp

import (
	"os"
	"strings"

	"nstar/builtins"
)

// loadable are the files that load may be given at the prompt: those of nstar's own working directory, which load
// reads, whatever task is the current one, and those of the library.
func (in *Interp) loadable(typed string) (list []builtins.Candidate) {
	at := strings.LastIndexByte(typed, '/') + 1
	dir := typed[:at]
	entries, _ := os.ReadDir(dir + ".")
	for _, e := range entries {
		switch name := e.Name(); {
		case strings.HasPrefix(name, "."):
		case e.IsDir():
			list = append(list, builtins.Candidate{Text: name, Note: "directory", Open: true})
		case strings.HasSuffix(name, ".star"):
			list = append(list, builtins.Candidate{Text: name})
		}
	}
	if dir == "" {
		for _, name := range libraryNames() {
			list = append(list, builtins.Candidate{Text: name, Note: "of the library"})
		}
	}
	return fitting(list, typed[at:])
}
