package interp

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// A notebook serves the words save, transcript and reload.
type notebook struct{ in *Interp }

var errNothingTyped = errors.New("nothing was typed that has succeeded")

// aboutPrompt are the words that mean something at a prompt only. All but the first three write or read files.
var aboutPrompt = []string{"help", "apropos", "explain", "save", "transcript", "reload"}

// Script returns the pieces that succeeded. What was in _ when it was asked for is kept in _.
func (n notebook) Script() (string, error) {
	pieces := n.in.record.kept()
	if len(pieces) == 0 {
		return "", errNothingTyped
	}
	var body strings.Builder
	needed := wanted(pieces)
	for i, p := range pieces {
		if needed[i] {
			p.code = p.code[:p.at] + "_ = " + p.code[p.at:]
		}
		body.WriteString(p.code + "\n")
	}
	head := "#!/usr/bin/env nstar\n# What was typed at a prompt and succeeded.\n\n"
	return head + n.prior(pieces) + body.String(), nil
}

// kept returns the pieces that a script can have. What looks at an error of the prompt is none, nor is what goes on
// with what that has found: a comment says so.
func (r *record) kept() (pieces []piece) {
	errs := map[string]bool{"_err": true} // names with such values
	for _, e := range r.entries {
		for _, p := range e.pieces {
			if slices.Contains(aboutPrompt, caller(p.stmt)) {
				continue
			}
			drop := slices.ContainsFunc(mentioned(p.stmt), func(name string) bool { return errs[name] })
			for _, name := range p.binds() {
				errs[name] = drop
			}
			if drop {
				line, _, _ := strings.Cut(p.code[p.at:], "\n")
				p = piece{code: "# left out, for a script has no _err: " + line, stmt: nothing}
			}
			pieces = append(pieces, p)
		}
	}
	return endings(pieces)
}

// endings leaves out what has made a task a program, but at the end of all: a script would end there.
func endings(pieces []piece) []piece {
	more := false
	for i, p := range slices.Backward(pieces) {
		switch {
		case p.final && more:
			line, _, _ := strings.Cut(p.code[p.at:], "\n")
			pieces[i] = piece{code: "# left out, for a script would end with that program: " + line, stmt: nothing}
		case p.final:
			pieces = pieces[:i+1]
			more = true
		case p.code != "use()":
			more = true
		}
	}
	return pieces
}

// binds lists the names that have other values after a piece.
func (p piece) binds() []string {
	if def, ok := p.stmt.(*syntax.DefStmt); ok {
		return []string{def.Name.Name}
	}
	names := rebound(p.stmt)
	if p.value {
		names = append(names, "_")
	}
	return names
}

// wanted tells of each piece whether its value is asked for as _ later.
func wanted(pieces []piece) []bool {
	needed := make([]bool, len(pieces))
	last := -1
	for i, p := range pieces {
		if last >= 0 && mentions(p.stmt, "_") {
			needed[last] = true
		}
		if p.value {
			last = i
		}
	}
	return needed
}

// prior returns the code that makes the names which the pieces have from before the prompt.
func (n notebook) prior(pieces []piece) string {
	uses := map[string]bool{}
	for _, p := range pieces {
		for _, name := range mentioned(p.stmt) {
			uses[name] = true
		}
	}
	var files []string
	names := map[string][]string{}
	for name, o := range n.in.origins {
		if !o.ran || !uses[name] {
			continue
		}
		if names[o.file] == nil {
			files = append(files, o.file)
		}
		names[o.file] = append(names[o.file], syntax.Quote(name, false))
	}
	slices.Sort(files)
	var code strings.Builder
	for _, file := range files {
		if src := n.in.sources.get(file); src != nil && strings.HasPrefix(file, "<") { // of -c
			code.WriteString(strings.TrimRight(string(src.text), "\n") + "\n")
			continue
		}
		path, err := filepath.Abs(file)
		if err != nil {
			path = file
		}
		slices.Sort(names[file])
		fmt.Fprintf(&code, "load(%s, %s)\n", syntax.Quote(path, false), strings.Join(names[file], ", "))
	}
	return code.String()
}

// passing are the numbers that are others in every session.
var passing = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(\btask +|\b(?:cgroup|ipc|mnt|net|pid|time|user|uts):\[)\d+`)
})

// Transcript returns the blocks with what they printed, but those that write files like this one, or were
// interrupted.
func (n notebook) Transcript() (string, error) {
	var b strings.Builder
	r := &n.in.record
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.entries {
		if e == r.open || e.stopped || slices.ContainsFunc(e.pieces, func(p piece) bool { return slices.Contains(aboutPrompt[3:], caller(p.stmt)) }) {
			continue
		}
		prompt := inputMark
		for l := range strings.Lines(strings.TrimRight(e.input, " \t\r\n") + "\n") {
			b.WriteString(strings.TrimRight(prompt+l, " \t\r\n") + "\n")
			prompt = moreMark
		}
		b.WriteString(printed(e.output.String()))
	}
	if b.Len() == 0 {
		return "", errNothingTyped
	}
	return "# A session of nstar\n\n```nstar\n" + b.String() + "```\n", nil
}

// printed is an output as a transcript shows it.
func printed(text string) string {
	var b strings.Builder
	for l := range strings.Lines(strings.TrimRight(text, " \t\r\n")) {
		l = strings.TrimRight(l, " \t\r\n")
		if !showable(l) || strings.HasPrefix(l, "```") || isInput(l) {
			l = anything
		}
		b.WriteString(passing().ReplaceAllString(l, "${1}"+anything) + "\n")
	}
	return b.String()
}

// An origin is where a name at the prompt came from.
type origin struct {
	file string // as sources and modules know it
	name string // what it is called there
	ran  bool   // the file was run before the prompt: there is no load statement
}

// ran notes the names of a file that was run, as their origin.
func (in *Interp) ran(src *source, globals starlark.StringDict) {
	for name := range globals {
		in.origins[name] = origin{src.name, name, true}
	}
}

// bound notes what a statement of the prompt has bound: names of a file, or names that are the prompt's own now.
func (in *Interp) bound(stmt syntax.Stmt) {
	switch stmt := stmt.(type) {
	case *syntax.LoadStmt:
		src, err := find(in.sources.get(typed), stmt.ModuleName())
		if err != nil {
			return
		}
		for i, to := range stmt.To {
			in.origins[to.Name] = origin{file: src.name, name: stmt.From[i].Name}
		}
	case *syntax.DefStmt:
		delete(in.origins, stmt.Name.Name)
	default:
		for _, name := range rebound(stmt) {
			delete(in.origins, name)
		}
	}
}

// Reload runs a file again and binds the names that came from it.
func (n notebook) Reload(thread *starlark.Thread, name string) error {
	in := n.in
	src, err := find(in.sources.get(typed), name)
	if err != nil && in.modules[filepath.Clean(name)] != nil {
		return err // it was there
	}
	if err != nil || in.modules[src.name] == nil {
		return fmt.Errorf("%s was not loaded here", name)
	}
	before := in.modules[src.name]
	if !before.done {
		return fmt.Errorf("%s is being loaded", name)
	}
	in.modules[src.name] = &module{}
	globals, err := in.module(thread, src)
	if err != nil {
		in.modules[src.name] = before
		return err
	}
	in.modules[src.name] = &module{globals: globals, done: true}
	in.rebind(src.name, globals)
	return nil
}

// rebind gives the names of a file their new values, and if the file was run, not loaded, those that are new there.
func (in *Interp) rebind(file string, globals starlark.StringDict) {
	ran := false
	for to, o := range in.origins {
		if o.file == file {
			ran = ran || o.ran
			if v := globals[o.name]; v != nil {
				in.globals[to] = v
			}
		}
	}
	for name, v := range globals {
		if ran && in.globals[name] == nil {
			in.globals[name], in.origins[name] = v, origin{file, name, true}
		}
	}
}
