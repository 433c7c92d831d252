package interp

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"go.starlark.net/starlark"

	"nstar/builtins"
	"nstar/interp/edit"
)

// An Environment is what completion and hints know besides the text. They look at the values in it, run no code,
// and change nothing.
type Environment struct {
	Names   starlark.StringDict                                             // what is defined
	Outside func(about builtins.Subject, typed string) []builtins.Candidate // asks the kernel; nil: nobody does
	Modules func(typed string) []builtins.Candidate                         // what load may be given; may be nil
	Scanner *edit.Scanner                                                   // for a text that changes key by key; may be nil
}

// lockPatience is how long Tab waits for the interpreter lock, and hintPatience a key.
const (
	lockPatience = 200 * time.Millisecond
	hintPatience = 2 * time.Millisecond
)

// tab completes at the prompt, in the eyes of the session's current task.
func (in *Interp) tab(text string, cursor int) (c edit.Candidates) {
	ctx, stop := context.WithTimeout(context.Background(), lockPatience)
	defer stop()
	in.host.Look(ctx, func() { c = Complete(text, cursor, in.environment()) })
	return c
}

// environment is that of the prompt. The caller holds the host's lock.
func (in *Interp) environment() Environment {
	in.fill()
	return Environment{
		Names: in.globals,
		Outside: func(about builtins.Subject, typed string) []builtins.Candidate {
			return in.host.Complete(context.Background(), about, typed)
		},
		Modules: in.loadable,
	}
}

// Complete returns what may stand in the place of what is being typed at the cursor. What begins as typed comes
// alone; without any, what does so but for the case of letters; else what has those letters in their order.
func Complete(text string, cursor int, env Environment) edit.Candidates {
	p := edit.PlaceAt(text, cursor)
	switch p.Kind {
	case edit.InAttr:
		list := builtins.Attributes(env.value(p.Object, p.Called))
		slices.SortFunc(list, byText)
		return candidates(p.From, fitting(list, p.Typed))
	case edit.InString:
		return env.inString(p, text[cursor:])
	case edit.InCommand:
		return env.inCommand(p)
	case edit.InName:
		return env.inName(p, text)
	}
	return edit.Candidates{From: cursor}
}

func byText(a, b builtins.Candidate) int { return cmp.Compare(a.Text, b.Text) }

func fitting(list []builtins.Candidate, typed string) []builtins.Candidate {
	return builtins.Best(list, typed, func(c builtins.Candidate) string { return c.Text })
}

// candidates are a list for the editor, each text once.
func candidates(from int, list []builtins.Candidate) edit.Candidates {
	seen := make(map[string]bool, len(list))
	out := edit.Candidates{From: from}
	for _, c := range list {
		if !seen[c.Text] {
			seen[c.Text] = true
			out.List = append(out.List, edit.Candidate{Text: c.Text, Note: c.Note})
		}
	}
	return out
}

// value is what names with dots between them stand for, or what calling that returns, as far as looking tells;
// nil if it does not.
func (env Environment) value(names string, called bool) starlark.Value {
	if called {
		return env.result(names)
	}
	if names == `""` {
		return starlark.String("")
	}
	first, rest, more := strings.Cut(names, ".")
	v := env.Names[first]
	for more && v != nil {
		first, rest, more = strings.Cut(rest, ".")
		v = builtins.Peek(v, first)
	}
	return v
}

// result stands for what a word returns, or a method of a task that is a word.
func (env Environment) result(names string) starlark.Value {
	if fn := env.callee(names); fn != nil && fn.word != nil {
		return builtins.Result(fn.word.Name())
	}
	return nil
}
