package interp

import (
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"nstar/builtins"
	"nstar/interp/edit"
)

// A callee is what a call calls: a word, a method, or a function of the session.
type callee struct {
	label  string            // its signature
	params []builtins.Param  // but for the one that is bound
	word   *builtins.Builtin // nil: a function of the session
	note   string
}

// callee finds out what names stand for; nil if that has no signature.
func (env Environment) callee(names string) *callee {
	if names == "" {
		return nil
	}
	if at := strings.LastIndexByte(names, '.'); at >= 0 {
		return calleeOfMethod(env.value(names[:at], false), names[at+1:])
	}
	switch v := env.Names[names].(type) {
	case *starlark.Function:
		return calleeOfFunction(v)
	case *starlark.Builtin:
		if v.Receiver() == nil {
			return calleeOfWord(builtins.BuiltinOf(v))
		}
		_, name, _ := strings.Cut(v.Name(), ".")
		return calleeOfMethod(v.Receiver(), name)
	}
	return nil
}

func calleeOfWord(b *builtins.Builtin) *callee {
	if b == nil {
		return nil
	}
	return &callee{label: b.Sig, params: b.Params(), word: b, note: b.Summary()}
}

func calleeOfMethod(v starlark.Value, name string) *callee {
	if v == nil {
		return nil
	}
	if f, ok := builtins.Peek(v, name).(*starlark.Function); ok {
		return calleeOfFunction(f)
	}
	c := calleeOfWord(builtins.Method(v, name))
	if bound := builtins.Bound(v, name); c != nil && bound != "" {
		c.params = slices.DeleteFunc(slices.Clone(c.params), func(p builtins.Param) bool { return p.Name == bound })
		c.label = c.labelWithout(bound)
	}
	return c
}

// calleeOfFunction takes the defaults as they print: their text is not known any more.
func calleeOfFunction(f *starlark.Function) *callee {
	c := &callee{note: builtins.Brief(f)}
	n := f.NumParams()
	var parts []string
	rest, keywords := -1, -1
	if f.HasKwargs() {
		keywords = n - 1
		n--
	}
	if f.HasVarargs() {
		rest = n - 1
		n--
	}
	positional := n - f.NumKwonlyParams()
	add := func(i int, stars string, kind builtins.Kind) {
		name, _ := f.Param(i)
		p := builtins.Param{Name: name, Kind: kind}
		text := stars + name
		if stars == "" {
			if p.Default = f.ParamDefault(i); p.Default != nil {
				text += "=" + builtins.Brief(p.Default)
			}
		}
		c.params, parts = append(c.params, p), append(parts, text)
	}
	for i := range positional {
		add(i, "", builtins.Positional)
	}
	if rest >= 0 {
		add(rest, "*", builtins.Rest)
	} else if positional < n {
		parts = append(parts, "*")
	}
	for i := positional; i < n; i++ {
		add(i, "", builtins.KeywordOnly)
	}
	if keywords >= 0 {
		add(keywords, "**", builtins.Keywords)
	}
	c.label = f.Name() + "(" + strings.Join(parts, ", ") + ")"
	return c
}

// call is the call whose argument the cursor is in, if what it calls is known, and the bracket of it.
func (env Environment) call(around []edit.Surround) (*callee, *edit.Surround) {
	for i := range around {
		b := &around[i]
		switch {
		case b.Before == "": // a list, a dict, or what is only put in brackets
		case b.Open != '(':
			return nil, nil
		default:
			return env.callee(b.Before), b
		}
	}
	return nil, nil
}

// active is the parameter whose argument the cursor is in; nil if there is none.
func (c *callee) active(at *edit.Surround) *builtins.Param {
	index := at.Index
	for i := range c.params {
		switch p := &c.params[i]; {
		case at.Name != "" && p.Name == at.Name && p.Kind <= builtins.KeywordOnly,
			at.Name == "" && p.Kind == builtins.Rest,
			at.Name != "" && p.Kind == builtins.Keywords:
			return p
		case at.Name == "" && p.Kind == builtins.Positional:
			if index == 0 && len(at.Given) == 0 {
				return p
			}
			index--
		}
	}
	return nil
}

// takes is what is known of a parameter.
func (c *callee) takes(p *builtins.Param) builtins.Takes {
	if c.word == nil || p == nil {
		return builtins.Takes{}
	}
	return c.word.Takes(p.Name)
}

// keywords are the parameters that can still be given by name.
func (c *callee) keywords(at *edit.Surround) (list []builtins.Candidate) {
	given := at.Index - len(at.Given) // by place
	for i := range c.params {
		p := &c.params[i]
		if p.Kind > builtins.KeywordOnly || slices.Contains(at.Given, p.Name) {
			continue
		}
		if p.Kind == builtins.Positional && given > 0 {
			given--
			continue
		}
		note := c.takes(p).About()
		if p.Default != nil && p.Default != starlark.None {
			note = strings.TrimSpace(note + " = " + builtins.Brief(p.Default))
		}
		list = append(list, builtins.Candidate{Text: p.Name + "=", Note: note})
	}
	return list
}
