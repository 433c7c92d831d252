package builtins

import (
	"strconv"
	"strings"

	"go.starlark.net/starlark"
)

// simpleSignature parses a signature whose defaults are literals or names of
// constants. It returns false for any other text.
func simpleSignature(text string) (params []Param, ok bool) {
	_, list, ok := strings.Cut(text, "(")
	if !ok || !strings.HasSuffix(list, ")") {
		return nil, false
	}
	list = strings.TrimSuffix(list, ")")
	if strings.ContainsAny(list, "()[]{}\\'|#") {
		return nil, false
	}
	kind := Positional
	for list != "" {
		var param string
		if param, list, ok = strings.Cut(list, ", "); !ok && strings.Contains(param, ",") {
			return nil, false
		}
		p := Param{Kind: kind}
		name, value, has := strings.Cut(param, "=")
		switch {
		case param == "*":
			kind = KeywordOnly
			continue
		case strings.HasPrefix(name, "**"):
			p.Kind, name = Keywords, name[2:]
		case strings.HasPrefix(name, "*"):
			kind = KeywordOnly
			p.Kind, name = Rest, name[1:]
		}
		if !isName(name) || has && (p.Kind == Rest || p.Kind == Keywords) {
			return nil, false
		}
		p.Name = name
		if has {
			if p.Default = literal(value); p.Default == nil {
				return nil, false
			}
		}
		params = append(params, p)
	}
	return params, true
}

// isName tells a plain identifier.
func isName(s string) bool {
	for i, r := range []byte(s) {
		if !(r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || i > 0 && '0' <= r && r <= '9') {
			return false
		}
	}
	return s != ""
}

// literal is the value of a simple expression; nil if it is not so simple.
func literal(s string) starlark.Value {
	switch s {
	case "None":
		return starlark.None
	case "True":
		return starlark.True
	case "False":
		return starlark.False
	}
	if n := len(s); n >= 2 && s[0] == '"' && s[n-1] == '"' && !strings.Contains(s[1:n-1], `"`) {
		return starlark.String(s[1 : n-1])
	}
	if isName(s) {
		if f, ok := constantNamed(s); ok {
			return f
		}
		return nil
	}
	digits := strings.TrimPrefix(s, "-")
	if len(digits) > 1 && digits[0] == '0' && '0' <= digits[1] && digits[1] <= '9' {
		return nil // octal to Go, and nothing to Starlark
	}
	if n, err := strconv.ParseInt(s, 0, 64); err == nil && !strings.Contains(s, "_") && s[0] != '+' {
		return starlark.MakeInt64(n)
	}
	return nil
}
