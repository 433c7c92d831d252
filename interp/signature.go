package interp

import (
	"context"
	"strings"

	"nstar/interp/edit"
)

// A Signature is that of the call at a cursor.
type Signature struct {
	Label  string   // as a def statement has it
	Params [][2]int // where in Label each parameter stands, by bytes
	Active int      // the index in Params of the one that is being typed, or -1
	About  string   // what that one takes, in a few words, or ""
	Doc    string   // what is called does
}

// SignatureAt returns the signature of what is called at the cursor, or whose name is being typed there.
func SignatureAt(text string, cursor int, env Environment) (Signature, bool) {
	fn, at := env.typing(text, cursor)
	if fn == nil {
		return Signature{}, false
	}
	s := Signature{Label: fn.label, Active: -1, Doc: fn.note, Params: paramRanges(fn.label)}
	if at == nil {
		return s, true
	}
	if p := fn.active(at); p != nil {
		s.About = fn.takes(p).About()
		for i, r := range s.Params {
			if paramName(s.Label[r[0]:r[1]]) == p.Name {
				s.Active = i
			}
		}
	}
	return s, true
}

// typing is what is called at the cursor, with the bracket of the call; or what is named just before it.
func (env Environment) typing(text string, cursor int) (*callee, *edit.Surround) {
	p := env.Scanner.PlaceAt(text, cursor)
	if p.Kind == edit.Nowhere && strings.HasPrefix(strings.TrimLeft(lastLine(text[:cursor]), " \t"), "#") || p.Kind == edit.InCommand {
		return nil, nil
	}
	if fn, at := env.call(p.Around); fn != nil {
		return fn, at
	}
	if p.Typed == "" || len(p.Around) > 0 {
		return nil, nil
	}
	if p.Kind == edit.InName {
		return env.callee(p.Typed), nil
	}
	if p.Kind == edit.InAttr && p.Object != "" {
		return calleeOfMethod(env.value(p.Object, p.Called), p.Typed), nil
	}
	return nil, nil
}

func lastLine(text string) string { return text[strings.LastIndexByte(text, '\n')+1:] }

// line is the signature in one line, and where in it the parameter stands that is being typed.
func (s Signature) line() (text string, from, to int) {
	if s.Active < 0 {
		return s.Label, 0, 0
	}
	text = s.Label
	if s.About != "" {
		text += "  " + s.About
	}
	return text, s.Params[s.Active][0], s.Params[s.Active][1]
}

// hint is the signature at the cursor, for the prompt. Each key asks for it: if the lock is not to be had at
// once, only words have one.
func (in *Interp) hint(text string, cursor int) (hint string, from, to int) {
	if len(text) > mostHinted {
		return "", 0, 0
	}
	ctx, stop := context.WithTimeout(context.Background(), hintPatience)
	defer stop()
	in.host.Look(ctx, func() {
		in.fill()
		if s, ok := SignatureAt(text, cursor, Environment{Names: in.globals, Scanner: &in.hinted}); ok {
			hint, from, to = s.line()
		}
	})
	return hint, from, to
}

// mostHinted is the longest text that hints are shown for, in bytes: keys come first.
const mostHinted = 64 << 10

// paramRanges are the places of the parameters in a signature, * between them left out.
func paramRanges(label string) (out [][2]int) {
	from := strings.IndexByte(label, '(') + 1
	depth, quote := 0, byte(0)
	end := func(to int) {
		part := label[from:to]
		skip := len(part) - len(strings.TrimLeft(part, " "))
		if part = part[skip:]; part != "" && part != "*" {
			out = append(out, [2]int{from + skip, to})
		}
		from = to + 1
	}
	for i := from; i < len(label); i++ {
		switch c := label[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case strings.IndexByte("([{", c) >= 0:
			depth++
		case c == ',' && depth == 0:
			end(i)
		case strings.IndexByte(")]}", c) >= 0:
			if depth--; depth < 0 {
				end(i)
				return out
			}
		}
	}
	return out
}

// paramName is the name of a parameter in a signature.
func paramName(part string) string {
	name, _, _ := strings.Cut(strings.TrimLeft(part, "*"), "=")
	return name
}

// labelWithout is the signature without one of its parameters.
func (c *callee) labelWithout(name string) string {
	for _, r := range paramRanges(c.label) {
		if paramName(c.label[r[0]:r[1]]) == name {
			before, after := c.label[:r[0]], c.label[r[1]:]
			if strings.HasPrefix(after, ", ") {
				return before + after[2:]
			}
			return strings.TrimSuffix(strings.TrimSuffix(before, ", "), ", *") + after
		}
	}
	return c.label
}
