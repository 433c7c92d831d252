package lsp

import (
	"strings"

	"nstar/interp/edit"
)

// A call is the one whose arguments the cursor is among.
type call struct {
	name    string   // mount, netns.add
	from    int      // of the name
	index   int      // of the argument at the cursor, by place
	keyword string   // or its name, once that is typed
	given   []string // names of arguments before it
	module  string   // of load, its first argument
	fresh   bool     // nothing of the argument is there but a part of a name
}

// callAt finds the call around the cursor; nil if there is none. tokens are those of text.
func callAt(text string, tokens []edit.Token, cursor int) *call {
	before := len(tokens)
	for before > 0 && tokens[before-1].From >= cursor {
		before--
	}
	word := func(i int) string {
		if i < 0 || i >= before {
			return ""
		}
		return text[tokens[i].From:tokens[i].To]
	}
	last := before - 1 // but for the name that is being typed
	if last >= 0 && tokens[last].Kind == edit.NameToken && tokens[last].To >= cursor {
		last--
	}
	c, depth := call{}, 0
	for i := before - 1; i >= 0; i-- {
		t := tokens[i]
		switch {
		case t.Kind == edit.ClosingToken:
			if t.To <= cursor {
				depth++
			}
		case t.Kind == edit.OpeningToken && depth > 0:
			depth--
		case t.Kind == edit.OpeningToken:
			if text[t.From] == '(' {
				c.name, c.from = called(text, tokens[:i])
			}
			if c.name == "" {
				c = call{} // that was of this bracket
				continue
			}
			if i+1 < before && tokens[i+1].Kind == edit.StringToken && c.index > 0 {
				c.module = unquote(word(i + 1))
			}
			c.fresh = c.fresh || i == last
			return &c
		case depth > 0:
		case word(i) == ",":
			c.fresh = c.fresh || i == last
			c.index++
		case word(i) == "=" && word(i+1) != "=" && !strings.Contains("=!<>", word(i-1)) && i > 0 && tokens[i-1].Kind == edit.NameToken:
			if c.index == 0 {
				c.keyword = word(i - 1)
			} else {
				c.given = append(c.given, word(i-1))
			}
		case t.Kind == edit.NameToken && startsStatement(text, t, word(i)):
			return nil
		}
	}
	return nil
}

// startsStatement tells whether a name begins a line as only a statement does: no bracket before it matters.
func startsStatement(text string, t edit.Token, word string) bool {
	switch word {
	case "def", "load", "return", "while", "pass", "break", "continue", "elif":
		line := text[strings.LastIndexAny(text[:t.From], "\r\n")+1 : t.From]
		return strings.TrimLeft(line, " \t") == ""
	}
	return false
}

// called is the name that tokens end with, and where it begins: of "x = netns.add" it is netns.add.
func called(text string, tokens []edit.Token) (name string, from int) {
	word := func(i int) string {
		if i < 0 {
			return ""
		}
		return text[tokens[i].From:tokens[i].To]
	}
	i := len(tokens) - 1
	if i < 0 || tokens[i].Kind != edit.NameToken || edit.IsKeyword(word(i)) && word(i) != "load" {
		return "", 0
	}
	to := tokens[i].To
	for i >= 2 && word(i-1) == "." && tokens[i-2].Kind == edit.NameToken {
		i -= 2
	}
	if before := word(i - 1); before == "." || before == "def" {
		return "", 0 // of what is no name; or no call
	}
	return strings.Join(strings.Fields(text[tokens[i].From:to]), ""), tokens[i].From
}
