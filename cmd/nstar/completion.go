package main

import (
	"errors"
	"fmt"
	"strings"

	"nstar/interp"
)

// completion prints what a shell needs to complete the command line of nstar.
func completion(c Command, _ given, args []string) int {
	scripts := map[string]func() string{"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion}
	if len(args) != 1 {
		return findVerb("completion").misuse(c, errors.New("it needs one of bash, zsh and fish"))
	}
	script := scripts[args[0]]
	if script == nil {
		return findVerb("completion").misuse(c, fmt.Errorf("it knows bash, zsh and fish, but not %s%s", args[0], interp.DidYouMean(args[0], shells)))
	}
	return c.print(script())
}

var shells = []string{"bash", "zsh", "fish"}

// names is the command that prints what an operand may be, "" where that is a file.
func (of operand) names() string {
	switch of {
	case aWord:
		return "help --names"
	case aRecipe:
		return "recipes --names"
	}
	return ""
}

// endings are those of the files that an operand may be.
func (of operand) endings() []string {
	switch of {
	case aScript:
		return []string{"star"}
	case aTest:
		return []string{"star", "md", "txt"}
	}
	return nil
}

func dashed(options []option) string {
	var names []string
	for _, o := range options {
		names = append(names, o.String())
	}
	return strings.Join(names, " ")
}

// bashCompletion has a line for each verb: its options, the words that may follow, the endings of files that may.
func bashCompletion() string {
	var s strings.Builder
	s.WriteString(`# nstar completion bash > /etc/bash_completion.d/nstar
_nstar() {
	local nstar=${COMP_WORDS[0]} cur=${COMP_WORDS[COMP_CWORD]} verb= options= words= endings= i
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-c) verb=-c; break ;;
		-*) ;;
		*) verb=${COMP_WORDS[i]}; break ;;
		esac
	done
	case $verb in
`)
	var names []string
	for _, v := range verbs() {
		names = append(names, v.name)
	}
	line := func(verb string, options []option, words string, endings []string) {
		fmt.Fprintf(&s, "\t%s) options=%q words=%q endings=%q ;;\n", verb, dashed(options), words, strings.Join(endings, " "))
	}
	line("''", nstarOptions, strings.Join(names, " "), []string{"star"})
	for _, v := range verbs() {
		words := ""
		if v.of.names() != "" {
			words = "$($nstar " + v.of.names() + " 2>/dev/null)"
		} else if v.of == aShell {
			words = strings.Join(shells, " ")
		}
		line(v.name, v.allOptions(), words, v.of.endings())
	}
	s.WriteString(`	*) mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;; # the script's own
	esac
	mapfile -t COMPREPLY < <(
		case $cur in
		-*) compgen -W "$options" -- "$cur"; exit ;;
		esac
		compgen -W "$words" -- "$cur"
		for i in $endings; do
			compgen -f -X "!*.$i" -- "$cur"
		done
		[ -z "$endings" ] || compgen -d -- "$cur"
	)
}
complete -o filenames -F _nstar nstar
`)
	return s.String()
}

func zshCompletion() string {
	var s strings.Builder
	s.WriteString("#compdef nstar\n# nstar completion zsh > a folder of $fpath, as _nstar\n_nstar() {\n\tlocal -a verbs options\n\tlocal verb=${words[2]}\n")
	s.WriteString("\tif (( CURRENT == 2 )); then\n\t\tverbs=(\n")
	for _, v := range verbs() {
		fmt.Fprintf(&s, "\t\t\t%s\n", single(v.name+":"+v.doc))
	}
	s.WriteString("\t\t)\n\t\toptions=(\n")
	zshOptions(&s, nstarOptions)
	s.WriteString("\t\t)\n\t\t_describe -t verbs verb verbs\n\t\t_describe -o -t options option options\n\t\t_files -g '*.star'\n\t\treturn\n\tfi\n\tcase $verb in\n")
	for _, v := range verbs() {
		fmt.Fprintf(&s, "\t%s)\n\t\toptions=(\n", v.name)
		zshOptions(&s, v.allOptions())
		s.WriteString("\t\t)\n\t\t_describe -o -t options option options\n")
		switch {
		case v.of.names() != "":
			fmt.Fprintf(&s, "\t\tcompadd -- ${(f)\"$($words[1] %s 2>/dev/null)\"}\n", v.of.names())
		case v.of == aShell:
			fmt.Fprintf(&s, "\t\tcompadd -- %s\n", strings.Join(shells, " "))
		case v.of != nothing:
			fmt.Fprintf(&s, "\t\t_files -g '*.(%s)'\n", strings.Join(v.of.endings(), "|"))
		}
		s.WriteString("\t\t;;\n")
	}
	s.WriteString("\t*) _files ;;\n\tesac\n}\nif [ \"$funcstack[1]\" = _nstar ]; then\n\t_nstar \"$@\"\nelse\n\tcompdef _nstar nstar\nfi\n")
	return s.String()
}

func zshOptions(s *strings.Builder, options []option) {
	for _, o := range options {
		fmt.Fprintf(s, "\t\t\t%s\n", single(o.String()+":"+o.doc))
	}
}

// single quotes text for a shell.
func single(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

func fishCompletion() string {
	var s strings.Builder
	s.WriteString("# nstar completion fish > ~/.config/fish/completions/nstar.fish\n")
	option := func(when string, o option) {
		fmt.Fprintf(&s, "complete -c nstar -n %s", single(when))
		for _, name := range []string{o.letter, o.name} {
			switch {
			case len(name) == 1:
				s.WriteString(" -s " + name)
			case name != "":
				s.WriteString(" -l " + name)
			}
		}
		if o.arg != "" {
			s.WriteString(" -r")
		}
		fmt.Fprintf(&s, " -d %s\n", single(o.doc))
	}
	for _, o := range nstarOptions {
		option("__fish_use_subcommand", o)
	}
	for _, v := range verbs() {
		fmt.Fprintf(&s, "complete -c nstar -n __fish_use_subcommand -a %s -d %s\n", v.name, single(v.doc))
		when := "__fish_seen_subcommand_from " + v.name
		for _, o := range v.allOptions() {
			option(when, o)
		}
		switch {
		case v.of.names() != "":
			fmt.Fprintf(&s, "complete -c nstar -f -n %s -a '(nstar %s 2>/dev/null)'\n", single(when), v.of.names())
		case v.of == aShell:
			fmt.Fprintf(&s, "complete -c nstar -f -n %s -a %s\n", single(when), single(strings.Join(shells, " ")))
		}
	}
	return s.String()
}
