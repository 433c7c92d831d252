package edit

// CallAt returns the name of the function whose arguments the cursor is among, or which it is at the end of,
// such as "mount" or "t.call"; "" if there is none.
func CallAt(text string, cursor int) string {
	text = text[:cursor]
	tokens := scan(text)
	if n := len(tokens); n > 0 {
		if last := tokens[n-1]; last.kind == comment || last.kind == command || last.kind == str && last.open && n == 1 {
			return ""
		} else if last.kind == name && last.to == cursor {
			if called := dotted(text, tokens[:n]); called != "" && !enclosed(text, tokens) {
				return called
			}
		}
	}
	depth := 0
	for i := len(tokens) - 1; i >= 0; i-- {
		switch t := tokens[i]; t.kind {
		case closing:
			depth++
		case opening:
			if depth > 0 {
				depth--
			} else if text[t.from] == '(' {
				if called := dotted(text, tokens[:i]); called != "" {
					return called
				}
			}
		}
	}
	return ""
}

// dotted returns the names with dots between them that tokens end with.
func dotted(text string, tokens []token) string {
	i := len(tokens) - 1
	if i < 0 || tokens[i].kind != name || keywords()[text[tokens[i].from:tokens[i].to]] {
		return ""
	}
	from, to := tokens[i].from, tokens[i].to
	for i -= 2; i >= 0 && tokens[i].kind == name && text[tokens[i+1].from:tokens[i+1].to] == "." && tokens[i].to == tokens[i+1].from; i -= 2 {
		from = tokens[i].from
	}
	if i+1 >= 0 {
		if t := tokens[i+1]; t.to == from && text[t.from:t.to] == "." {
			return "" // of what is no name
		}
		if t := tokens[i+1]; text[t.from:t.to] == "def" {
			return ""
		}
	}
	return text[from:to]
}

// LastStatement returns where the last statement of a text begins that is in no other.
func LastStatement(text string) int {
	at, depth := 0, 0
	for _, t := range scan(text) {
		first := t.from == 0 || text[t.from-1] == '\n'
		if word := text[t.from:t.to]; first && depth == 0 && word != "else" && word != "elif" && t.kind != comment {
			at = t.from
		}
		switch t.kind {
		case opening:
			depth++
		case closing:
			depth = max(depth-1, 0)
		}
	}
	return at
}
