package edit

// A Style says what a piece of the screen means; how it looks is the palette's affair.
type Style uint8

const (
	Plain Style = iota
	Prompt
	Keyword
	String
	Number
	Comment
	Word    // of nstar
	Bracket // the two that belong together
	Wrong   // a bracket without its counterpart
	Match   // what was searched for
	Hint
	Now     // of a hint, what is being typed
	Control // a character that has no looks of its own
	Chosen  // in the menu
	Ghost   // what is not typed yet
	styles
)

// A Span gives a part of a text, by bytes, a style. Spans are sorted and do not overlap.
type Span struct {
	From, To int
	Style    Style
}

// palette are the parameters of SGR for each style.
type palette [styles]string

var coloured = palette{
	Prompt: "1", Keyword: "35", String: "32", Number: "36", Comment: "90", Word: "34", Bracket: "1;4",
	Wrong: "31", Match: "7", Hint: "90", Now: "1", Control: "7", Chosen: "7", Ghost: "90",
}

// plain does without colours, and so without ghosts.
var plain = palette{Prompt: "1", Bracket: "1;4", Match: "7", Hint: "2", Now: "1", Control: "7", Chosen: "7"}

// wantsColour follows NO_COLOR and CLICOLOR, for a terminal.
func wantsColour(env func(string) string) bool {
	if env("NO_COLOR") != "" {
		return false
	}
	if f := env("CLICOLOR_FORCE"); f != "" && f != "0" {
		return true
	}
	return env("CLICOLOR") != "0"
}
