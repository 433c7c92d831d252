package interp

import (
	"nstar/interp/format"
)

// Format returns the text of a script in the one form that all scripts have.
func Format(name string, text []byte) ([]byte, error) { return format.Source(name, text, newDialect()) }

// Format returns the text of a script in the one form that all scripts have. What does not parse is printed as when it
// is run, and ok is false.
func (in *Interp) Format(name string, text []byte) (formatted []byte, ok bool) {
	in.sources.add(fileSource(name, text))
	formatted, err := Format(name, text)
	if err != nil {
		in.PrintError(err)
		return nil, false
	}
	return formatted, true
}
