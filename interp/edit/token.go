package edit

// A Token is a piece of any text, also of one that the language's own scanner refuses: the bytes from From to To.
type Token struct {
	From, To int
	Kind     TokenKind
	Open     bool // a string without an end
}

// TokenKind is what a token is.
type TokenKind = kind

// The kinds of tokens. A line that begins with ! is one token.
const (
	NameToken     = name // keywords, too
	NumberToken   = number
	StringToken   = str
	CommentToken  = comment
	OpeningToken  = opening
	ClosingToken  = closing
	OperatorToken = operator // one character
	CommandToken  = command
)

// Scan breaks a text into tokens.
func Scan(text string) []Token {
	tokens := scan(text)
	out := make([]Token, len(tokens))
	for i, t := range tokens {
		out[i] = Token{t.from, t.to, t.kind, t.open}
	}
	return out
}

// IsKeyword tells whether a name is the language's own, and no value.
func IsKeyword(name string) bool { return keywords()[name] }
